"""A subscriber and facts for it."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from adsum.ledger.rules import OPERATOR, RULES
from adsum.outbox.actions import add_subscriber, emit_events, number_events
from adsum.outbox.models import OutboxDelivery, Subscriber
from adsum.outbox.queries import facts_to_send
from adsum.outbox.rules import Described, Event, Way
from tests.factories import NOW


def make_subscriber(*, from_start: bool = True, now: datetime = NOW, **said: Any) -> Subscriber:
    """One that is told everything by a webhook, unless said otherwise."""
    plain = {"code": "county", "title": "County", "way": Way.WEBHOOK, "address": "http://127.0.0.1:1/"}
    return add_subscriber(described=Described(**{**plain, **said}), from_start=from_start, actor=OPERATOR, now=now)


def emit(*people: int, kind: str = "test", now: datetime = NOW) -> None:
    """Owe a fact about each of these people, in this order."""
    emit_events(events=[Event(kind, person, {"n": n}) for n, person in enumerate(people)], now=now)


def eventually(holds: Callable[[], bool], seconds: float = 180) -> None:
    """Writers in other databases of the server may hold facts back for a moment."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def numbered(told: Subscriber, count: int) -> list[int]:
    """Have so many facts numbered; returns all the numbers that this subscriber was given."""

    def is_so() -> bool:
        number_events(subscriber_id=told.pk, now=NOW)
        return OutboxDelivery.objects.filter(subscriber=told).count() >= count

    eventually(is_so)
    return list(OutboxDelivery.objects.filter(subscriber=told).order_by("number").values_list("number", flat=True))


def to_send(told: Subscriber, at: datetime = NOW) -> list[int]:
    """The numbers of the next batch."""
    return [fact.number for fact in facts_to_send(subscriber_id=told.pk, at=at, seen_by=RULES)]
