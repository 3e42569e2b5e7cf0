"""`adsum people count`."""

from typing import Any

from django.core.management.base import CommandParser

from adsum.checkins.queries import count_open_duties
from adsum.ledger.rules import OPERATOR
from adsum.management.commanding import AdsumCommand, Answer
from adsum.people.queries import participants


class Command(AdsumCommand):
    """Figures about participants."""

    help = "count: how many participants there are, and how many check-ins are owed."

    def add_own_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["count"])

    def answer(self, **options: Any) -> Answer:
        return {
            "participants": participants(seen_by=OPERATOR).count(),
            "duties_open": count_open_duties(seen_by=OPERATOR),
        }
