"""Two systems with a file each on the same people, kept in step by one thread: it reads theirs, and tells them ours."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from django.utils import timezone

from adsum.counterparts.queries import counterpart_of
from adsum.exchange.adapting import Answered, Away
from adsum.exchange.hearing import Hearer
from adsum.exchange.reconciling import reconcile
from adsum.exchange.speaking import tell_next
from adsum.ledger.rules import RULES
from adsum.outbox.actions import mark_silent, number_events

if TYPE_CHECKING:
    from datetime import datetime
    from threading import Event as Signal

    from adsum.outbox.models import Subscriber

log = structlog.get_logger(__name__)

LOOK_SECONDS = 0.5


def keep_in_step(subscriber: Subscriber, stop: Signal) -> None:
    """Read what they say and tell them what we say, until told to stop. Who does not answer is left alone a while."""
    counterpart = counterpart_of(subscriber_id=subscriber.pk, seen_by=RULES)
    if counterpart is None:
        raise ValueError("it has no description: adsum exchange counterpart add FILE")
    hearer = Hearer(counterpart)
    tell_at = timezone.now()
    while not stop.is_set():
        now = timezone.now()
        hearer.read_files(now=now)
        hearer.read_if_due(now=now, stop=stop)
        if now >= tell_at:
            tell_at = _tell(subscriber, hearer, stop)
        if counterpart.reconcile_at and now >= counterpart.reconcile_at and counterpart.silent_since is None:
            _reconcile(hearer, stop)
        stop.wait(LOOK_SECONDS)


def _tell(subscriber: Subscriber, hearer: Hearer, stop: Signal) -> datetime:
    """What waits goes out; returns when to try again."""
    number_events(subscriber_id=subscriber.pk, now=timezone.now())
    try:
        while not stop.is_set() and tell_next(subscriber, hearer, stop):
            pass
    except Away as silence:
        said, chance = str(silence), random.random()  # noqa: S311
        pause = mark_silent(subscriber_id=subscriber.pk, error=said, chance=chance, now=timezone.now())
        log.warning("exchange.nobody-answers", counterpart=subscriber.code, error=said, seconds=pause.total_seconds())
        return timezone.now() + pause
    return timezone.now() + timedelta(seconds=0)


def _reconcile(hearer: Hearer, stop: Signal) -> None:
    try:
        reconcile(hearer, actor=RULES, stop=stop)
    except (Away, Answered) as error:
        hearer.note_away(error)
