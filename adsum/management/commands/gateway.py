"""`adsum gateway`: a fake gateway for text messages and pushes, for demos and tests."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from adsum.management.commanding import AdsumCommand, Answer
from adsum.management.fake_gateway import FakeGateway, serve


class Command(AdsumCommand):
    """Serves until Ctrl-C; on this machine only. What it gets goes to nobody."""

    help = (
        "A fake gateway for texts and pushes on this machine: keeps and shows what it gets, sends nothing to anybody."
    )
    needs_schema = False

    def add_own_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8025, help="where to listen (8025)")

    def answer(self, **options: Any) -> Answer:
        try:
            gateway = FakeGateway(settings.SMS_SECRET, options["port"])
        except OSError as error:
            raise CommandError(f"port {options['port']} is taken: give another --port") from error
        self.stderr.write(
            f"Texts and pushes stand at {gateway.url} ; set ADSUM_SMS_URL={gateway.url} and"
            f" ADSUM_PUSH_FAKE={gateway.url} for adsum run. Ctrl-C ends."
        )
        serve(gateway)
        return {"taken": len(gateway.seen)}
