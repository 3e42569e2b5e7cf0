"""Who is told, what waits for them, and what they would not take."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q, QuerySet, Sum

from adsum.ledger.rules import Actor, ActorKind
from adsum.outbox.models import WAITING, OutboxDelivery, RefusedMessages, Subscriber
from adsum.outbox.policy import OutboxPolicy
from adsum.outbox.rules import Owed
from adsum.policies.queries import in_force


@dataclass(frozen=True)
class Standing:
    """How many facts wait for a subscriber, how old the oldest is, how many are parked, and how many it was told."""

    waiting: int = 0
    since: datetime | None = None
    parked: int = 0
    delivered: int = 0


def subscribers(*, seen_by: Actor) -> QuerySet[Subscriber]:
    """All who are told facts, or were; for operators and the programme, who see no participant by it."""
    found = Subscriber.objects.order_by("ended_at", "title", "pk")
    return found if _may_see(seen_by) else found.none()


def subscribers_to_serve(*, seen_by: Actor) -> QuerySet[Subscriber]:
    """Who is told facts now."""
    return subscribers(seen_by=seen_by).filter(ended_at__isnull=True, paused_at__isnull=True)


def find_subscriber(*, code: str, seen_by: Actor) -> Subscriber | None:
    """The subscriber with this code."""
    return subscribers(seen_by=seen_by).filter(code=code).first()


def standings(*, seen_by: Actor) -> Mapping[int, Standing]:
    """How each subscriber stands, by its id; who has no fact yet has none."""
    rows = (
        _deliveries(seen_by)
        .order_by()
        .values("subscriber_id")
        .annotate(
            waiting=Count("pk", filter=WAITING),
            since=Min("event__created_at", filter=WAITING),
            parked=Count("pk", filter=Q(parked_at__isnull=False)),
            delivered=Count("pk", filter=Q(delivered_at__isnull=False)),
        )
    )
    figures = rows.values_list("subscriber_id", "waiting", "since", "parked", "delivered")
    return {subscriber: Standing(*rest) for subscriber, *rest in figures}


def parked_deliveries(*, seen_by: Actor, subscriber_id: int | None = None) -> QuerySet[OutboxDelivery]:
    """What was refused until nobody tried any more, in its order; of one subscriber or of all."""
    parked = _deliveries(seen_by).filter(parked_at__isnull=False).select_related("event", "subscriber")
    return parked.filter(subscriber_id=subscriber_id) if subscriber_id else parked


def find_parked(*, delivery_id: int, seen_by: Actor) -> OutboxDelivery | None:
    """One fact that is parked."""
    return parked_deliveries(seen_by=seen_by).filter(pk=delivery_id).first()


def facts_to_send(*, subscriber_id: int, at: datetime, seen_by: Actor, most: int | None = None) -> list[Owed]:
    """What is sent next, in its order: `most` or a batch. Whose last fact was refused and is not due has none in it."""
    waiting = _deliveries(seen_by).filter(WAITING, subscriber_id=subscriber_id)
    held_back = waiting.filter(next_try_at__gt=at).values("participant_id")
    rows = waiting.exclude(participant_id__in=held_back).select_related("event").order_by("number")
    batch = most or in_force(OutboxPolicy, now=at).batch_size
    return [
        Owed(row.number, row.event.kind, row.participant_id, row.event.body, row.event.created_at)
        for row in rows[:batch]
    ]


def people_waited_for(*, subscriber_id: int, among: Collection[int], seen_by: Actor) -> set[int]:
    """Of whom a fact is still on its way to this subscriber."""
    waiting = _deliveries(seen_by).filter(WAITING, subscriber_id=subscriber_id, participant_id__in=among)
    return set(waiting.order_by().values_list("participant_id", flat=True))


def messages_refused(*, seen_by: Actor) -> dict[tuple[str, str], int]:
    """How many messages of other systems were ever refused, by door and reason."""
    found = RefusedMessages.objects.order_by("door", "why") if _may_see(seen_by) else RefusedMessages.objects.none()
    counted = found.values_list("door", "why").annotate(Sum("count"))
    return {(door, why): count for door, why, count in counted}


def _deliveries(seen_by: Actor) -> QuerySet[OutboxDelivery]:
    deliveries = OutboxDelivery.objects.order_by("subscriber_id", "number")
    return deliveries if _may_see(seen_by) else deliveries.none()


def _may_see(actor: Actor) -> bool:
    of_all = actor.kind == ActorKind.STAFF and (actor.sees_every_office or actor.office_id is None)
    return of_all or actor.kind in (ActorKind.OPERATOR, ActorKind.RULES)
