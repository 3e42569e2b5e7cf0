"""What the worker does for rap back: it tells the agencies whom to watch for, and whom no more."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from adsum.ledger.rules import RULES
from adsum.management.record_asking import sought
from adsum.policies.queries import in_force
from adsum.records.actions import (
    ask_cancellations,
    ask_subscriptions,
    note_cancelled,
    note_failing,
    note_heard,
    note_subscribed,
)
from adsum.records.policy import RecordsPolicy
from adsum.records.queries import subscriptions_to_tell
from adsum.records.sources.calling import SourceDown
from adsum.records.sources.rap_back.asking import Wish, wish
from adsum.records.sources.secrets import secret_of

if TYPE_CHECKING:
    from adsum.records.models import Subscription

AT_ONCE, LONGEST_SECONDS = 500, 40.0


def keep_subscriptions(now: datetime) -> int:
    """Want what is to be wanted, then tell the agencies; returns how many wishes were heard. Who is down is left."""
    ask_subscriptions(now=now)
    ask_cancellations(now=now)
    deadline, told, down = time.monotonic() + LONGEST_SECONDS, 0, set[int]()
    heard = set[int]()
    policy = in_force(RecordsPolicy, now=now)
    for one in subscriptions_to_tell(on=now.date(), renew_days=policy.renew_days, most=AT_ONCE, seen_by=RULES):
        if one.source_id in down or time.monotonic() > deadline:
            continue
        try:
            _tell(one, policy, now)
            told += 1
        except SourceDown as error:
            down.add(one.source_id)
            note_failing(source=one.source, error=str(error), now=now)
            continue
        if one.source_id not in heard:
            heard.add(one.source_id)
            note_heard(source=one.source, now=now)
    return told


def _tell(one: Subscription, policy: RecordsPolicy, now: datetime) -> None:
    what = Wish.CANCEL if one.cancel_asked_at else Wish.RENEW if one.active_at else Wish.SUBSCRIBE
    expires_on = one.expires_on if what is Wish.CANCEL else now.date() + timedelta(days=policy.subscription_days)
    number = wish(
        one.source.settings,
        what,
        our_number=one.pk,
        their_number=one.their_number,
        sought=None if what is Wish.CANCEL else sought(one.participant),
        expires_on=expires_on,
        secret=secret_of(one.source.code, Path(settings.RECORDS_SECRETS)),
        now=now,
    )
    if what is Wish.CANCEL:
        note_cancelled(subscription=one, now=now)
    else:
        note_subscribed(subscription=one, their_number=number, expires_on=expires_on, now=now)
