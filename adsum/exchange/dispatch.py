"""The dispatcher: one process that tells each subscriber what is owed, in order, at least once, until told to stop.

Each subscriber has a thread of its own: one that is slow or away holds up nobody else. It asks the outbox twice a
second: an indexed question over what is new. A NOTIFY would wake it at once, but takes one lock for all of the database
at each commit, and a check-in would wait for that. One dispatcher works at a time: it holds a lock of its connection,
which ends with the connection, however the process ends. Two that overlap for the moment of a lost connection send
something twice, never out of order: each starts at what is not marked as delivered.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Event as Signal
from threading import Thread
from typing import TYPE_CHECKING

import structlog
from django.conf import settings
from django.db import Error, connection
from django.utils import timezone

from adsum.exchange.file_drop import write_files
from adsum.exchange.following import keep_in_step
from adsum.exchange.secrets import BY_SETTING
from adsum.exchange.telling import tell_by_webhook
from adsum.ledger.rules import OPERATOR, RULES
from adsum.outbox.actions import add_subscriber, end_subscriber
from adsum.outbox.queries import find_subscriber, subscribers_to_serve
from adsum.outbox.rules import Described, Way

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from adsum.outbox.models import Subscriber

log = structlog.get_logger(__name__)

LOOK_SECONDS = 1.0
CALM_SECONDS = 0.5
WAYS = {Way.WEBHOOK: tell_by_webhook, Way.FILES: write_files, Way.TWINS: keep_in_step}


@dataclass
class _Told:
    """A subscriber as described at a moment, and the thread that tells it."""

    changed_at: datetime
    stop: Signal
    thread: Thread


def deliver_until(stop: Signal) -> None:
    """Tell everybody what waits and what comes, until `stop` is set. A database that is away is waited for."""
    while not stop.is_set():
        try:
            with only_dispatcher() as mine:
                if mine:
                    follow_setting(now=timezone.now())
                    _serve_all(stop)
        except Error as error:
            log.warning("outbox.database-away", error=type(error).__name__)
        stop.wait(CALM_SECONDS)


def follow_setting(*, now: datetime) -> None:
    """Whom ADSUM_WEBHOOK_URL names is told all that ever happened, from now on; once it is empty, nothing more."""
    known, url = find_subscriber(code=BY_SETTING, seen_by=RULES), settings.WEBHOOK_URL
    if url and not (known and known.address == url and known.ended_at is None):
        named = Described(BY_SETTING, "The address in ADSUM_WEBHOOK_URL", Way.WEBHOOK, url)
        add_subscriber(described=named, from_start=True, actor=OPERATOR, now=now)
    elif known and known.ended_at is None and not url:
        end_subscriber(subscriber=known, actor=OPERATOR, now=now)


@contextmanager
def only_dispatcher() -> Iterator[bool]:
    """True while no other dispatcher works. The lock is given back at the end, or lost with its connection."""
    try:
        mine = _ask("SELECT pg_try_advisory_lock(hashtext('adsum.deliver'))")
        try:
            yield mine
        finally:
            if mine:
                with suppress(Error):
                    _ask("SELECT pg_advisory_unlock(hashtext('adsum.deliver'))")
    finally:
        connection.close()


def _ask(question: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return bool(cursor.fetchone()[0])


def _serve_all(stop: Signal) -> None:
    told: dict[int, _Told] = {}
    try:
        while not stop.is_set():
            wanted = {one.pk: one for one in subscribers_to_serve(seen_by=RULES)}
            over = [key for key, at_work in told.items() if _is_over(at_work, wanted.get(key))]
            _end([told.pop(key) for key in over])
            for key in wanted.keys() - told.keys():
                told[key] = _begin(wanted[key])
            stop.wait(LOOK_SECONDS)
    finally:
        _end(list(told.values()))


def _is_over(at_work: _Told, subscriber: Subscriber | None) -> bool:
    return subscriber is None or subscriber.changed_at != at_work.changed_at or not at_work.thread.is_alive()


def _begin(subscriber: Subscriber) -> _Told:
    stop = Signal()
    thread = Thread(target=_tell, args=(subscriber, stop), name=f"tell-{subscriber.code}")
    thread.start()
    return _Told(subscriber.changed_at, stop, thread)


def _end(told: list[_Told]) -> None:
    for one in told:
        one.stop.set()
    for one in told:
        one.thread.join()


def _tell(subscriber: Subscriber, stop: Signal) -> None:
    try:
        WAYS[Way(subscriber.way)](subscriber, stop)
    except Error as error:
        log.warning("outbox.database-away", subscriber=subscriber.code, error=type(error).__name__)
        stop.wait(CALM_SECONDS)
    except ValueError as error:
        log.error("outbox.subscriber-odd", subscriber=subscriber.code, error=str(error))
        stop.wait()
    finally:
        connection.close()
