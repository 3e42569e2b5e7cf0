"""`adsum seals renew` and `adsum seals show`."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils import timezone

from adsum.checkins.actions import renew_seal_key
from adsum.core.sealing import load_seal_keys
from adsum.ledger.rules import OPERATOR
from adsum.management.commanding import AdsumCommand, Answer


class Command(AdsumCommand):
    """The keys for which phones seal check-ins that are made offline."""

    help = "renew: a new key for check-ins made offline, then run `adsum reload`; show: the names of the keys kept."

    def add_own_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["renew", "show"])

    def answer(self, **options: Any) -> Answer:
        folder, gone = Path(settings.HOME) / "seals", list[str]()
        if options["what"] == "renew":
            _, gone = renew_seal_key(folder=folder, actor=OPERATOR, now=timezone.now())
        newest, *older = [key.name for key in load_seal_keys(folder)]
        return {"newest": newest, "older": older, "deleted": gone}
