"""`adsum outbox show` and `adsum outbox retry`."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from adsum.ledger.rules import OPERATOR
from adsum.management.commanding import AdsumCommand, Answer
from adsum.outbox.actions import try_parked_again
from adsum.outbox.queries import parked_events, standing_of_outbox

SHOWN = 100
COLUMNS = ("id", "kind", "participant_id", "attempts", "last_error", "parked_at")


class Command(AdsumCommand):
    """What other systems have not taken yet, and what they would not take."""

    help = "show: what waits for other systems and what was refused too often; retry: send the latter once more."

    def add_own_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["show", "retry"])

    def answer(self, **options: Any) -> Answer:
        if options["what"] == "retry":
            return {"retried": try_parked_again(actor=OPERATOR, now=timezone.now())}
        standing, parked = standing_of_outbox(seen_by=OPERATOR), parked_events(seen_by=OPERATOR)
        return {
            "waiting": standing.count,
            "since": standing.since,
            "last_error": standing.last_error,
            "parked": standing.parked,
            "parked_events": list(parked.values(*COLUMNS)[:SHOWN]),
        }
