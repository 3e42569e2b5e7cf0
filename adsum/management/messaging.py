"""Sending what waits: claimed in one transaction, sent in none, its fate kept in another."""

from __future__ import annotations

import time
from datetime import datetime

from django.utils import timezone

from adsum.checkins.actions import climb_rungs, make_reminders, settle_tried
from adsum.checkins.queries import due_days_of
from adsum.ledger.rules import RULES
from adsum.notices.actions import claim_messages, drop_messages
from adsum.notices.channels.all import SENDERS, channels_set_up
from adsum.notices.channels.words import write_reminder
from adsum.notices.policy import POLICY
from adsum.notices.queries import discreet_people
from adsum.notices.rules import Channel, Fate, Tried, is_awake
from adsum.offices.queries import list_offices

LONGEST_SECONDS = 40  # of a run: the queue has other work, and the next run is a minute away


def remind(now: datetime) -> int:
    """Make the reminders that are due to be made; returns how many."""
    return make_reminders(can=channels_set_up(), now=now)


def climb(now: datetime) -> int:
    """Reach out to who has missed a check-in, as the ladder says; returns how many rungs were climbed or closed."""
    return climb_rungs(can=channels_set_up(), now=now)


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
    days = due_days_of(messages=claimed, seen_by=RULES)
    if needless := [one.pk for one in claimed if one.pk not in days]:
        drop_messages(ids=needless, why="the check-in is done", now=now)
    wanted = [one for one in claimed if one.pk in days]
    discreet = discreet_people(among=[one.participant_id for one in wanted], seen_by=RULES)
    outgoing = [write_reminder(one, due_on=days[one.pk], discreet=one.participant_id in discreet) for one in wanted]
    tried = SENDERS[channel](outgoing, now) if outgoing else []
    settle_tried(
        tried=tried,
        contacts={one.pk: one.contact_id for one in wanted if one.contact_id},
        last={one.pk for one in wanted if one.tries + 1 >= POLICY.tries},
        now=timezone.now(),
    )
    return tried
