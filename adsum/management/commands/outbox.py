"""`adsum outbox show` and `adsum outbox retry`."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from adsum.ledger.rules import OPERATOR
from adsum.management.commanding import AdsumCommand, Answer
from adsum.outbox.actions import try_parked_again
from adsum.outbox.queries import parked_deliveries, standings, subscribers

SHOWN = 100
NAMES = ("subscriber", "number", "kind", "participant", "attempts", "last_error", "parked_at")
COLUMNS = ("subscriber__code", "number", "event__kind", "participant_id", "attempts", "last_error", "parked_at")


class Command(AdsumCommand):
    """What other systems have not taken yet, and what they would not take."""

    help = "show: what waits for other systems and what was refused too often; retry: send the latter once more."

    def add_own_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["show", "retry"])

    def answer(self, **options: Any) -> Answer:
        if options["what"] == "retry":
            return {"retried": try_parked_again(actor=OPERATOR, now=timezone.now())}
        stand = standings(seen_by=OPERATOR)
        waiting_since = [one.since for one in stand.values() if one.since]
        errors = [one.last_error for one in subscribers(seen_by=OPERATOR) if one.last_error]
        parked = parked_deliveries(seen_by=OPERATOR).values_list(*COLUMNS)[:SHOWN]
        return {
            "waiting": sum(one.waiting for one in stand.values()),
            "since": min(waiting_since, default=None),
            "last_error": errors[0] if errors else "",
            "parked": sum(one.parked for one in stand.values()),
            "parked_events": [dict(zip(NAMES, row, strict=True)) for row in parked],
        }
