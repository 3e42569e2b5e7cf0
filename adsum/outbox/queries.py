"""What is still owed, and what is to be sent next."""

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.db.models import Q, QuerySet

from adsum.ledger.rules import Actor, ActorKind
from adsum.outbox.models import WAITING, OutboxEvent
from adsum.outbox.policy import OutboxPolicy
from adsum.outbox.rules import Owed
from adsum.policies.queries import in_force


class _OldestWriter(models.Func):
    """The oldest transaction that still writes: below it, nothing can appear any more."""

    template = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
    output_field = models.BigIntegerField()


class _NextWriter(models.Func):
    """The next transaction's number. Rows from beyond it come from a restored database: they are complete, too."""

    template = "pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
    output_field = models.BigIntegerField()


@dataclass(frozen=True)
class Waiting:
    """How many facts wait, since when, how many are parked, and what the consumer said last."""

    count: int
    since: datetime | None
    parked: int
    last_error: str


def standing_of_outbox(*, seen_by: Actor) -> Waiting:
    """What `adsum check` says about deliveries."""
    events = _visible(seen_by)
    oldest = events.filter(WAITING).order_by("pk").first()
    return Waiting(
        count=events.filter(WAITING).count(),
        since=oldest.created_at if oldest else None,
        parked=parked_events(seen_by=seen_by).count(),
        last_error=oldest.last_error if oldest else "",
    )


def parked_events(*, seen_by: Actor) -> QuerySet[OutboxEvent]:
    """What was refused until nobody tried any more, in its order."""
    return _visible(seen_by).filter(parked_at__isnull=False).order_by("pk")


def events_to_send(*, at: datetime, seen_by: Actor) -> list[Owed]:
    """The next batch in its order. Whose last event was refused and is not due again has none of theirs in it.

    An event is sent once every transaction that could still write an earlier one is over.
    """
    complete = Q(transaction_number__lt=_OldestWriter()) | Q(transaction_number__gte=_NextWriter())
    waiting = _visible(seen_by).filter(WAITING)
    held_back = waiting.filter(next_try_at__gt=at).values("participant_id")
    rows = (
        waiting.filter(complete)
        .exclude(participant_id__in=held_back)
        .order_by("pk")[: in_force(OutboxPolicy, now=at).batch_size]
    )
    return [Owed(row.pk, row.kind, row.participant_id, row.body, row.created_at) for row in rows]


def _visible(seen_by: Actor) -> QuerySet[OutboxEvent]:
    allowed = seen_by.kind in (ActorKind.OPERATOR, ActorKind.RULES)
    return OutboxEvent.objects.all() if allowed else OutboxEvent.objects.none()
