"""Deliveries: begun, refused, closed; and records that break the engine."""

from datetime import datetime

from django.db import transaction

from adsum.ledger.actions import record
from adsum.ledger.rules import RULES
from adsum.records.models import Delivery, OutsideRecord, RecordSource


def open_delivery(*, source: RecordSource, label: str, digest: str, path: str = "", now: datetime) -> Delivery | None:
    """Begin to read what a source delivered, or go on where reading stopped; None where it was read before.

    `digest` is the SHA-256 of the content, as hex. A delivery that was refused may be tried again.
    """
    with transaction.atomic():
        RecordSource.objects.select_for_update().get(pk=source.pk)
        found = Delivery.objects.filter(source=source, digest=digest).first()
        if found is None:
            found = Delivery.objects.create(source=source, label=label[:200], digest=digest, path=path, received_at=now)
        elif found.is_read:
            return None
        elif found.refused:
            found.refused, found.done_at = "", None
            found.save(update_fields=["refused", "done_at"])
        record(verb="delivery.opened", actor=RULES, now=now, subject=found, source=source.code, row=found.next_row)
    return found


def refuse_delivery(*, delivery: Delivery, why: str, now: datetime) -> None:
    """Nothing of it is taken; `why` says what is wrong and what to do."""
    with transaction.atomic():
        delivery.done_at, delivery.refused = now, why
        delivery.save(update_fields=["done_at", "refused"])
        record(verb="delivery.refused", actor=RULES, now=now, subject=delivery)


def close_delivery(*, delivery: Delivery, now: datetime) -> None:
    """All of it is read; its source is heard."""
    with transaction.atomic():
        delivery.done_at = now
        delivery.save(update_fields=["done_at"])
        RecordSource.objects.filter(pk=delivery.source_id).update(heard_at=now, failing_since=None, last_error="")
        record(verb="delivery.read", actor=RULES, now=now, subject=delivery, rows=delivery.rows)


def set_poison(*, record_id: int, why: str, now: datetime) -> None:
    """This record breaks the engine: it waits for a person with the reason, and stops no other."""
    with transaction.atomic():
        OutsideRecord.objects.filter(pk=record_id).update(poison=why[:300])
        record(verb="record.poison", actor=RULES, now=now, outside=record_id)
