"""The dispatcher: one process that sends what the outbox owes, in order, at least once, until it is told to stop.

It asks the outbox twice a second: an indexed question over what waits. A NOTIFY would wake it at once, but takes one
lock for all of the database at each commit, and a check-in would wait for that. One dispatcher works at a time: it
holds a lock of its connection, which ends with the connection, however the process ends. Two that overlap for the
moment of a lost connection send something twice, never out of order: each starts at what is not marked as delivered.
"""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from threading import Event as Signal

import structlog
from django.conf import settings
from django.db import Error, connection
from django.utils import timezone

from adsum.exchange.webhook import Refused, Unheard, Webhook
from adsum.ledger.rules import RULES
from adsum.outbox.actions import mark_delivered, mark_refused, mark_unheard
from adsum.outbox.queries import events_to_send
from adsum.outbox.rules import Owed

log = structlog.get_logger(__name__)

CALM_SECONDS, LONGEST_SILENCE = 0.5, 15.0
LONGEST_BATCH_SECONDS = 2.0
Send = Callable[[Owed, datetime], None]


def deliver_until(stop: Signal) -> None:
    """Send what waits and what comes, until `stop` is set. A database or a consumer that is away is waited for."""
    webhook = Webhook(settings.WEBHOOK_URL, settings.WEBHOOK_SECRET)
    while not stop.is_set():
        try:
            with only_dispatcher() as mine:
                if mine:
                    _deliver_in_peace(webhook.send, stop)
        except Error as error:
            log.warning("outbox.database-away", error=type(error).__name__)
        stop.wait(CALM_SECONDS)


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


def _deliver_in_peace(send: Send, stop: Signal) -> None:
    silences = 0
    while not stop.is_set():
        try:
            if not deliver_batch(send, stop):
                stop.wait(CALM_SECONDS)
            silences = 0
        except Unheard as silence:
            silences += 1
            log.warning("outbox.nobody-answers", error=str(silence), times=silences)
            stop.wait(min(CALM_SECONDS * 2**silences, LONGEST_SILENCE) * random.uniform(0.5, 1.0))  # noqa: S311


def deliver_batch(send: Send, stop: Signal) -> int:
    """Send one batch in its order; returns how many events were tried. What is accepted is marked, come what may.

    After a refusal the same person's next events wait; the others' do not. Raises Unheard when nobody answers.
    """
    deadline = time.monotonic() + LONGEST_BATCH_SECONDS
    accepted: list[int] = []
    held_back: set[int] = set()
    try:
        for event in events_to_send(at=timezone.now(), seen_by=RULES):
            if event.participant_id in held_back:
                continue
            if _is_accepted(send, event):
                accepted.append(event.sequence)
            else:
                held_back.add(event.participant_id)
            if stop.is_set() or time.monotonic() > deadline:
                break
    finally:
        if accepted:
            mark_delivered(sequences=accepted, now=timezone.now())
    return len(accepted) + len(held_back)


def _is_accepted(send: Send, event: Owed) -> bool:
    try:
        send(event, timezone.now())
    except Refused as refusal:
        mark_refused(sequence=event.sequence, error=str(refusal), chance=random.random(), now=timezone.now())  # noqa: S311
        return False
    except Unheard as silence:
        mark_unheard(sequence=event.sequence, error=str(silence), now=timezone.now())
        raise
    return True
