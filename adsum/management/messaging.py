"""Sending what waits: claimed in one transaction, sent in none, its fate kept in another."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from adsum.checkins.actions import climb_rungs, make_reminders, settle_tried
from adsum.checkins.message_queries import write_messages
from adsum.enrolment.message_queries import write_phone_texts
from adsum.ledger.rules import RULES
from adsum.notices.actions import claim_messages, drop_messages, pass_on_notices
from adsum.notices.channels.all import SENDERS, Send, channels_set_up
from adsum.notices.channels.words import write_push
from adsum.notices.policy import NoticesPolicy
from adsum.notices.queries import discreet_people
from adsum.notices.rules import Channel, Fate, Outgoing, PushTarget, Tried, is_awake
from adsum.offices.queries import list_offices
from adsum.people.queries import open_pushes
from adsum.pilots.policy import PilotPolicy
from adsum.pilots.rules import Feature, is_on
from adsum.policies.queries import in_force
from adsum.waves.actions import follow_alone, respread, write_invitations

if TYPE_CHECKING:
    from adsum.notices.models import Message

LONGEST_SECONDS = 40  # of a run: the queue has other work, and the next run is a minute away


def remind(now: datetime) -> int:
    """Make the reminders that are due to be made, and pass news on; returns how many of both."""
    can = channels_set_up()
    return make_reminders(can=can, now=now) + pass_on_notices(can=can, now=now)


def climb(now: datetime) -> int:
    """Reach out to who has missed a check-in, as the ladder says; returns how many rungs were climbed or closed."""
    return climb_rungs(can=channels_set_up(), now=now)


def send_waiting() -> int:
    """Send what may be sent now, channel by channel; returns how many were tried. A gateway that is away is left."""
    deadline, count = time.monotonic() + LONGEST_SECONDS, 0
    respread(now=timezone.now())
    for channel in channels_set_up():
        while channel in SENDERS and time.monotonic() < deadline:
            tried = send_batch(channel, timezone.now())
            count += len(tried or ())
            if tried is None or (tried and all(one.fate is Fate.AWAY for one in tried)):
                break
    return count


def send_batch(
    channel: Channel, now: datetime, *, send: Send | None = None, clock: Callable[[], datetime] = timezone.now
) -> list[Tried] | None:
    """Try the next batch; None when nothing waits. Quiet hours are held when it goes, whenever it was to go.

    `send` stands in for the channel's own sender, and `clock` says when a batch has been tried: for simulated waves.
    """
    awake = [
        one.pk
        for one in list_offices(seen_by=RULES)
        if is_awake(now, zone=one.zone, policy=in_force(NoticesPolicy, now=now))
    ]
    claimed = claim_messages(channel=channel, offices=awake, now=now)
    if not claimed:
        return None
    written = write_messages(messages=claimed, at=now, seen_by=RULES) | write_invitations(messages=claimed, now=now)
    written |= write_phone_texts(messages=claimed, at=now, seen_by=RULES)
    if needless := [one.pk for one in claimed if one.pk not in written]:
        drop_messages(ids=needless, why="it is no longer needed", now=now)
    wanted = [one for one in claimed if one.pk in written]
    outgoing = _pushes(wanted, now) if channel is Channel.PUSH else list(written.values())
    tried = (send or SENDERS[channel])(outgoing, now) if outgoing else []
    settled_at = clock()
    settle_tried(
        tried=tried,
        contacts={one.pk: one.contact_id for one in wanted if one.contact_id},
        last={one.pk for one in wanted if one.tries + 1 >= in_force(NoticesPolicy, now=now).tries},
        now=settled_at,
    )
    follow_alone(messages=[one.outgoing.message_id for one in tried], now=settled_at)
    return tried


def _is_pushed(person_id: int, office_id: int, now: datetime) -> bool:
    return is_on(Feature.PUSH, person_id, policy=in_force(PilotPolicy, now=now, office_id=office_id))


def _pushes(wanted: Sequence[Message], now: datetime) -> list[Outgoing]:
    """That there is a message, for each of the person's phones that asked to be told."""
    people = [one.participant_id for one in wanted]
    discreet = discreet_people(among=people, seen_by=RULES)
    targets = defaultdict(list)
    offices = {one.participant_id: one.participant.office_id for one in wanted}
    for one in open_pushes(among=people, now=now, seen_by=RULES):
        if not _is_pushed(one.participant_id, offices[one.participant_id], now):
            continue
        targets[one.participant_id].append(PushTarget(one.pk, one.endpoint, one.p256dh, one.auth))
    return [
        write_push(one, discreet=one.participant_id in discreet, targets=targets[one.participant_id]) for one in wanted
    ]
