"""Sending what waits: claimed in one transaction, sent in none, its fate kept in another."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from adsum.checkins.actions import make_reminders, settle_tried
from adsum.checkins.queries import open_due_days
from adsum.ledger.rules import RULES
from adsum.notices.actions import claim_messages, drop_messages
from adsum.notices.channels.all import SENDERS, channels_set_up
from adsum.notices.channels.words import write_push, write_reminder
from adsum.notices.policy import POLICY
from adsum.notices.queries import discreet_people
from adsum.notices.rules import Channel, Fate, Outgoing, PushTarget, Tried, is_awake
from adsum.offices.queries import list_offices
from adsum.people.queries import open_pushes

if TYPE_CHECKING:
    from adsum.notices.models import Message

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
            if tried is None or (tried and all(one.fate is Fate.AWAY for one in tried)):
                break
    return count


def _send_batch(channel: Channel, now: datetime) -> list[Tried] | None:
    """Try the next batch; None when nothing waits. Quiet hours are held when it goes, whenever it was to go."""
    awake = [one.pk for one in list_offices(seen_by=RULES) if is_awake(now, zone=one.zone, policy=POLICY)]
    claimed = claim_messages(channel=channel, offices=awake, now=now)
    if not claimed:
        return None
    duties = {one.pk: duty for one in claimed if (duty := one.about_id("duty"))}
    days = open_due_days(duty_ids=list(duties.values()), seen_by=RULES)
    if needless := [message for message, duty in duties.items() if duty not in days]:
        drop_messages(ids=needless, why="the check-in is done", now=now)
    due = {message: days[duty] for message, duty in duties.items() if duty in days}
    wanted = [one for one in claimed if one.pk in due or one.pk not in duties]
    outgoing = _write(channel, wanted, due, now)
    tried = SENDERS[channel](outgoing, now) if outgoing else []
    settle_tried(
        tried=tried,
        contacts={one.pk: one.contact_id for one in wanted if one.contact_id},
        last={one.pk for one in wanted if one.tries + 1 >= POLICY.tries},
        now=timezone.now(),
    )
    return tried


def _write(channel: Channel, wanted: Sequence[Message], due: Mapping[int, date], now: datetime) -> list[Outgoing]:
    people = [one.participant_id for one in wanted]
    discreet = discreet_people(among=people, seen_by=RULES)
    if channel is not Channel.PUSH:
        return [write_reminder(one, due_on=due[one.pk], discreet=one.participant_id in discreet) for one in wanted]
    targets = defaultdict(list)
    for one in open_pushes(among=people, now=now, seen_by=RULES):
        targets[one.participant_id].append(PushTarget(one.pk, one.endpoint, one.p256dh, one.auth))
    return [
        write_push(one, discreet=one.participant_id in discreet, targets=targets[one.participant_id]) for one in wanted
    ]
