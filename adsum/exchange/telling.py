"""Telling one subscriber by its webhook: in its order, each person's facts one after another, until told to stop."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

import structlog
from django.conf import settings
from django.utils import timezone

from adsum.exchange.envelope import as_json, envelope
from adsum.exchange.knowing import known_of
from adsum.exchange.secrets import secrets_of
from adsum.exchange.webhook import Refused, Unheard, Webhook
from adsum.ledger.rules import RULES
from adsum.outbox.actions import mark_delivered, mark_refused, mark_silent, number_events
from adsum.outbox.policy import OutboxPolicy
from adsum.outbox.queries import facts_to_send
from adsum.outbox.rules import refuses_everything
from adsum.policies.queries import in_force

if TYPE_CHECKING:
    from threading import Event as Signal

    from adsum.outbox.models import Subscriber
    from adsum.outbox.rules import Owed

log = structlog.get_logger(__name__)

CALM_SECONDS = 0.5
LONGEST_BATCH_SECONDS = 2.0


def tell_by_webhook(subscriber: Subscriber, stop: Signal) -> None:
    """Send what waits and what comes. Who does not answer is left alone for a while, then asked with one fact."""
    while not stop.is_set():
        now = timezone.now()
        secrets = secrets_of(subscriber.code, rotated_at=subscriber.rotated_at, now=now)
        webhook = Webhook(subscriber.address, secrets)
        number_events(subscriber_id=subscriber.pk, now=now)
        try:
            while not stop.is_set() and tell_batch(subscriber, webhook, stop):
                pass
            stop.wait(CALM_SECONDS)
        except Unheard as silence:
            said, chance = str(silence), random.random()  # noqa: S311
            pause = mark_silent(subscriber_id=subscriber.pk, error=said, chance=chance, now=timezone.now())
            log.warning("outbox.nobody-answers", subscriber=subscriber.code, error=said, seconds=pause.total_seconds())
            stop.wait(pause.total_seconds())


def tell_batch(subscriber: Subscriber, webhook: Webhook, stop: Signal) -> int:
    """Send one batch in its order; returns how many facts were tried. What is accepted is marked, come what may.

    After a refusal the same person's next facts wait; the others' do not. Raises Unheard when nobody answers, or when
    so much is refused in a row that it is hardly the facts' fault.
    """
    started, deadline = timezone.now(), time.monotonic() + LONGEST_BATCH_SECONDS
    facts = facts_to_send(subscriber_id=subscriber.pk, at=started, seen_by=RULES)
    known = known_of({fact.participant_id for fact in facts}, fields=subscriber.fields)
    policy = in_force(OutboxPolicy, now=started)
    accepted: list[int] = []
    held_back: set[int] = set()
    in_a_row = 0
    try:
        for fact in facts:
            if fact.participant_id in held_back:
                continue
            more = known.get(fact.participant_id, {})
            body = envelope(fact, code=subscriber.code, source=settings.PUBLIC_URL, known=more)
            refusal = _refusal(webhook, body["id"], as_json(body))
            if refusal is None:
                accepted.append(fact.number)
            else:
                held_back.add(fact.participant_id)
                _note_refusal(subscriber, fact, refusal)
            in_a_row = 0 if refusal is None else in_a_row + 1
            if refusal is not None and refuses_everything(in_a_row, policy=policy):
                raise Unheard(f"refuses everything: {refusal}")
            if stop.is_set() or time.monotonic() > deadline:
                break
    finally:
        if accepted:
            mark_delivered(subscriber_id=subscriber.pk, numbers=accepted, now=timezone.now())
    return len(accepted) + len(held_back)


def _refusal(webhook: Webhook, name: str, body: str) -> Refused | None:
    try:
        webhook.send(name, body, timezone.now())
    except Refused as refusal:
        return refusal
    return None


def _note_refusal(subscriber: Subscriber, fact: Owed, refusal: Refused) -> None:
    now, chance = timezone.now(), random.random()  # noqa: S311
    mark_refused(subscriber_id=subscriber.pk, number=fact.number, error=str(refusal), chance=chance, now=now)
