"""Putting facts into the outbox, always inside the transaction that makes them true; and noting what became of them.

Owed and delivered have no ledger line of their own: the row is the record. Parking and trying again have one.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from adsum.ledger.actions import record
from adsum.ledger.rules import RULES, Actor
from adsum.outbox.models import WAITING, OutboxEvent
from adsum.outbox.policy import OutboxPolicy
from adsum.outbox.rules import Event, is_poison, pause_after
from adsum.policies.queries import in_force

LONGEST_ERROR = 200


def emit_events(*, events: Iterable[Event], now: datetime) -> None:
    """Owe these facts to whoever listens, in this order."""
    with transaction.atomic(savepoint=False):
        OutboxEvent.objects.put_rows(
            [
                {"kind": event.kind, "participant_id": event.participant_id, "body": event.body, "created_at": now}
                for event in events
            ]
        )


def mark_delivered(*, sequences: Sequence[int], now: datetime) -> None:
    """The consumer has accepted these."""
    with transaction.atomic():
        OutboxEvent.objects.filter(WAITING, pk__in=sequences).update(delivered_at=now, next_try_at=None)


def mark_refused(*, sequence: int, error: str, chance: float, now: datetime) -> None:
    """The consumer has not accepted this one: try again later, and park it when that has been tried often enough.

    `chance`, drawn from 0 to 1, spreads the next tries.
    """
    with transaction.atomic():
        event = OutboxEvent.objects.select_for_update().filter(WAITING, pk=sequence).first()
        if event is None:
            return
        event.attempts += 1
        event.last_error = error[:LONGEST_ERROR]
        event.next_try_at = now + pause_after(event.attempts, chance=chance, policy=in_force(OutboxPolicy, now=now))
        if is_poison(event.attempts, policy=in_force(OutboxPolicy, now=now)):
            event.next_try_at, event.parked_at = None, now
            _record_parking(event, now)
        event.save(update_fields=["attempts", "last_error", "next_try_at", "parked_at"])


def mark_unheard(*, sequence: int, error: str, now: datetime) -> None:
    """Nobody answered when this one was sent: it is not to blame, so this counts as no try."""
    with transaction.atomic():
        OutboxEvent.objects.filter(WAITING, pk=sequence).update(last_error=error[:LONGEST_ERROR])


def try_parked_again(*, actor: Actor, now: datetime) -> int:
    """What was parked is sent once more, after a repair on the other side; returns how many events that are."""
    with transaction.atomic():
        parked = OutboxEvent.objects.filter(parked_at__isnull=False)
        count = parked.update(parked_at=None, attempts=0, next_try_at=None)
        if count:
            record(
                verb="events.retried", actor=actor, now=now, policy=in_force(OutboxPolicy, now=now).version, count=count
            )
    return count


def _record_parking(event: OutboxEvent, now: datetime) -> None:
    record(
        verb="event.parked",
        actor=RULES,
        now=now,
        participant_id=event.participant_id,
        policy=in_force(OutboxPolicy, now=now).version,
        event=event.pk,
        kind=event.kind,
        attempts=event.attempts,
    )
