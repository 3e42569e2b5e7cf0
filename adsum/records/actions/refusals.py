"""What sources are refused, counted; and that somebody read what was set aside."""

from datetime import UTC, datetime

from django.db import transaction
from django.db.models import F

from adsum.ledger.actions import record
from adsum.ledger.rules import Actor
from adsum.records.models import Delivery, RecordSource, RefusedPush


def count_refusal(*, source: RecordSource, why: str, now: datetime) -> None:
    """One more message to this source's address was refused. Strangers cause this too, so it makes no ledger line."""
    with transaction.atomic():
        RefusedPush.objects.update_or_create(
            source=source,
            on_day=now.astimezone(UTC).date(),
            why=why,
            defaults={"count": F("count") + 1, "last_at": now},
            create_defaults={"count": 1, "last_at": now},
        )


def record_aside_read(*, delivery: Delivery, actor: Actor, now: datetime) -> None:
    """Somebody looked at rows as they came, with names of people who may have nothing to do with us."""
    with transaction.atomic():
        record(verb="rows-aside.read", actor=actor, now=now, subject=delivery)
