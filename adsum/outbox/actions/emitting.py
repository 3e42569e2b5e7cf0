"""Putting facts into the outbox, always inside the transaction that makes them true."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from adsum.outbox.models import OutboxEvent
from adsum.outbox.rules import Event


def emit_events(*, events: Iterable[Event], now: datetime) -> None:
    """Owe these facts to whoever is told, in this order. The row is the record: there is no ledger line beside it."""
    with transaction.atomic(savepoint=False):
        OutboxEvent.objects.put_rows(
            [
                {"kind": event.kind, "participant_id": event.participant_id, "body": event.body, "created_at": now}
                for event in events
            ]
        )
