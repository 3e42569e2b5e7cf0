"""Putting facts into the outbox, always inside the transaction that makes them true.

No ledger line of its own: the row is the record, and the action that owes the fact writes the line.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from adsum.outbox.models import OutboxEvent
from adsum.outbox.rules import Event


def emit_events(*, events: Iterable[Event], now: datetime) -> None:
    """Owe these facts to whoever listens, in this order."""
    with transaction.atomic():
        OutboxEvent.objects.bulk_create(
            (
                OutboxEvent(
                    kind=e.kind,
                    participant_id=e.participant_id,
                    body=e.body,
                    created_at=now,
                )
                for e in events
            ),
            batch_size=2_000,
        )
