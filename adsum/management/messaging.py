"""Sending what waits: claimed in one transaction, sent in none, its fate kept in another."""

from __future__ import annotations

import time
from datetime import datetime

from django.utils import timezone

from adsum.checkins.actions import make_reminders, settle_tried
from adsum.checkins.queries import write_reminders
from adsum.ledger.rules import RULES
from adsum.notices.actions import claim_messages, drop_messages
from adsum.notices.channels.all import SENDERS, channels_set_up
from adsum.notices.policy import POLICY
from adsum.notices.rules import Channel, Fate, Tried, is_awake
from adsum.offices.queries import list_offices

LONGEST_SECONDS = 40  # of a run: the queue has other work, and the next run is a minute away


def remind(now: datetime) -> int:
    """Make the reminders that are due to be made; returns how many."""
    return make_reminders(can=channels_set_up(), now=now)


def send_waiting() -> int:
    """Send what may be sent now, channel by channel; returns how many were tried. A gateway that is away is left."""
    deadline, count = time.monotonic() + LONGEST_SECONDS, 0
    for channel in channels_set_up():
        while channel in SENDERS and time.monotonic() < deadline:
            tried = _send_batch(channel, timezone.now())
            count += len(tried or ())
            if tried is None or any(one.fate is Fate.AWAY for one in tried):
                break
    return count


def _send_batch(channel: Channel, now: datetime) -> list[Tried] | None:
    """Try the next batch; None when nothing waits. Quiet hours are held when it goes, whenever it was to go."""
    awake = [one.pk for one in list_offices(seen_by=RULES) if is_awake(now, zone=one.zone, policy=POLICY)]
    claimed = claim_messages(channel=channel, offices=awake, now=now)
    if not claimed:
        return None
    written = write_reminders(messages=claimed, at=now, seen_by=RULES)
    if needless := [one.pk for one in claimed if one.pk not in written]:
        drop_messages(ids=needless, why="it is no longer needed", now=now)
    wanted = [one for one in claimed if one.pk in written]
    outgoing = [written[one.pk] for one in wanted]
    tried = SENDERS[channel](outgoing, now) if outgoing else []
    settle_tried(
        tried=tried,
        contacts={one.pk: one.contact_id for one in wanted if one.contact_id},
        last={one.pk for one in wanted if one.tries + 1 >= POLICY.tries},
        now=timezone.now(),
    )
    return tried
