"""Facts on their way to those who are told: numbered, delivered, refused, parked, sent again, given up.

Numbered and delivered have no ledger line of their own: the row is the record. What a person does has one.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from adsum.ledger.actions import record
from adsum.ledger.rules import RULES, Actor
from adsum.outbox.models import WAITING, OutboxDelivery, Subscriber
from adsum.outbox.policy import OutboxPolicy
from adsum.outbox.rules import is_poison, pause_after, pause_in_silence
from adsum.policies.queries import in_force

LONGEST_ERROR = 200
# A fact goes out once every transaction that could still write an earlier one is over. A transaction number beyond the
# newest one comes from a restored database: complete, too.
_HORIZON = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
_NUMBER = """
INSERT INTO adsum_outboxdelivery (subscriber_id, number, event_id, participant_id)
SELECT %(subscriber)s, %(numbered)s + row_number() OVER (ORDER BY event.id), event.id, event.participant_id
FROM adsum_outboxevent event
WHERE (event.transaction_number >= %(seen_below)s AND event.transaction_number < %(horizon)s
        OR %(seen_below)s = 0 AND event.transaction_number >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint)
    AND (cardinality(%(kinds)s::text[]) = 0 OR event.kind = ANY(%(kinds)s))
    AND (cardinality(%(offices)s::text[]) = 0 OR EXISTS (
        SELECT FROM adsum_participant who JOIN adsum_fieldoffice office ON office.id = who.office_id
        WHERE who.id = event.participant_id AND office.code = ANY(%(offices)s)))
    AND (%(since)s::timestamptz IS NULL OR event.created_at >= %(since)s)
    AND NOT EXISTS (
        SELECT FROM adsum_outboxdelivery d WHERE d.subscriber_id = %(subscriber)s AND d.event_id = event.id)
"""


def number_events(*, subscriber_id: int, now: datetime) -> int:
    """Give what is new the subscriber's next numbers, in the order in which it was written; returns how much.

    Two at once wait for each other here, so no number is given twice and none is left out.
    """
    with transaction.atomic():
        told = Subscriber.objects.select_for_update().get(pk=subscriber_id)
        with connection.cursor() as cursor:
            cursor.execute(_HORIZON)
            [horizon] = cursor.fetchone()
            seen_below = told.looked_below if told.looked_below <= horizon else 0
            wanted = {"kinds": told.kinds, "offices": told.offices, "since": told.since}
            after = {"numbered": told.numbered, "seen_below": seen_below, "horizon": horizon}
            cursor.execute(_NUMBER, {"subscriber": told.pk, **wanted, **after})
            count = int(cursor.rowcount)
        seen = {"looked_below": horizon, "looked_at": now, "numbered": told.numbered + count}
        Subscriber.objects.filter(pk=told.pk).update(**seen)
    return count


def mark_delivered(*, subscriber_id: int, numbers: Sequence[int], now: datetime) -> None:
    """The subscriber has accepted these, so it is there."""
    with transaction.atomic():
        waiting = OutboxDelivery.objects.filter(WAITING, subscriber_id=subscriber_id, number__in=numbers)
        waiting.update(delivered_at=now, next_try_at=None, last_error="")
        heard = {"heard_at": now, "silent_since": None, "last_error": ""}
        Subscriber.objects.filter(pk=subscriber_id).update(**heard)


def mark_refused(*, subscriber_id: int, number: int, error: str, chance: float, now: datetime) -> None:
    """The subscriber has not accepted this one: try again later, and park it when that has been tried often enough.

    `chance`, drawn from 0 to 1, spreads the next tries.
    """
    with transaction.atomic():
        waiting = OutboxDelivery.objects.select_for_update().filter(WAITING, subscriber_id=subscriber_id, number=number)
        delivery = waiting.first()
        if delivery is None:
            return
        policy = in_force(OutboxPolicy, now=now)
        delivery.attempts += 1
        delivery.last_error = error[:LONGEST_ERROR]
        delivery.next_try_at = now + pause_after(delivery.attempts, chance=chance, policy=policy)
        if is_poison(delivery.attempts, policy=policy):
            delivery.next_try_at, delivery.parked_at = None, now
            _record("event.parked", delivery, RULES, now, attempts=delivery.attempts)
        delivery.save(update_fields=["attempts", "last_error", "next_try_at", "parked_at"])


def mark_silent(*, subscriber_id: int, error: str, chance: float, now: datetime) -> timedelta:
    """Nobody answers, or everything is refused: no fact is to blame. Returns for how long to leave it alone.

    `chance`, drawn from 0 to 1, spreads the next tries.
    """
    with transaction.atomic():
        told = Subscriber.objects.select_for_update().get(pk=subscriber_id)
        told.silent_since = told.silent_since or now
        pause = pause_in_silence(now - told.silent_since, chance=chance, policy=in_force(OutboxPolicy, now=now))
        told.next_try_at, told.last_error = now + pause, error[:LONGEST_ERROR]
        told.save(update_fields=["silent_since", "next_try_at", "last_error"])
    return pause


def try_parked_again(
    *, actor: Actor, now: datetime, subscriber_id: int | None = None, number: int | None = None
) -> int:
    """What was parked is sent once more, after a repair on the other side; returns how many facts that are.

    Of one subscriber or of all, one of its numbers or all.
    """
    with transaction.atomic():
        parked = OutboxDelivery.objects.filter(parked_at__isnull=False)
        if subscriber_id is not None:
            parked = parked.filter(subscriber_id=subscriber_id)
        if number is not None:
            parked = parked.filter(number=number)
        count = parked.update(parked_at=None, attempts=0, next_try_at=None)
        if count:
            version = in_force(OutboxPolicy, now=now).version
            facts: dict[str, Any] = {"count": count, "subscriber": subscriber_id, "number": number}
            record(verb="events.retried", actor=actor, now=now, policy=version, **facts)
    return count


def give_up_delivery(*, delivery: OutboxDelivery, reason: str, actor: Actor, now: datetime) -> bool:
    """A person decides that this fact is not sent to this subscriber any more, and why. False when it is not parked."""
    with transaction.atomic():
        parked = OutboxDelivery.objects.filter(pk=delivery.pk, parked_at__isnull=False)
        if not parked.update(parked_at=None, given_up_at=now):
            return False
        _record("event.given-up", delivery, actor, now, reason=reason)
    return True


def _record(verb: str, delivery: OutboxDelivery, actor: Actor, now: datetime, **facts: Any) -> None:
    record(
        verb=verb,
        actor=actor,
        now=now,
        participant_id=delivery.participant_id,
        policy=in_force(OutboxPolicy, now=now).version,
        event=delivery.event_id,
        subscriber=delivery.subscriber_id,
        number=delivery.number,
        **facts,
    )
