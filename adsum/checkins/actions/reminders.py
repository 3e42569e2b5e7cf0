"""Reminders of duties: made for a whole office and day at once; and what became of them."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from adsum.flags.actions import raise_flags
from adsum.flags.rules import NewFlag, Reason
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES
from adsum.notices.actions import mark_heard, mark_tried
from adsum.notices.models import ReminderDay
from adsum.notices.policy import NoticesPolicy
from adsum.notices.queries import PLACE_IN_TIME, WAYS
from adsum.notices.rules import DEFAULT_CHANNELS, Channel, Fate, Heard, MessageState, Tried, steps_of, windows_of
from adsum.notices.rules import sending_day as sending_day_of
from adsum.offices.models import FieldOffice
from adsum.people.actions import end_gone_pushes, note_contact_results
from adsum.policies.queries import in_force

_MAKE = f"""
INSERT INTO adsum_message (participant_id, contact_id, kind, about, step, channel, queued_at, send_at, expires_at,
    policy)
SELECT d.participant_id, way.contact_id, 'reminder', 'duty:' || d.id, w.step, way.channel, %(now)s::timestamptz,
    {PLACE_IN_TIME},
    w.expires_at, %(policy)s
FROM unnest(%(due_on)s::date[], %(step)s::int[], %(hours)s::text[], %(begins)s::timestamptz[], %(ends)s::timestamptz[],
    %(expires_at)s::timestamptz[]) AS w (due_on, step, hours, begins, ends, expires_at)
JOIN adsum_duty d ON d.due_on = w.due_on AND d.outcome IS NULL
JOIN adsum_participant p ON p.id = d.participant_id AND p.office_id = %(office)s
{WAYS}ON CONFLICT (about, step, channel) DO NOTHING
"""  # noqa: S608 - made of constants


def make_reminders(*, can: Collection[Channel], now: datetime) -> int:
    """Make the reminders of every office whose next sending day has none yet; returns how many.

    One transaction an office: its day is marked as made together with the reminders. What a stopped worker has
    missed is caught up, and none is made twice. `can` are the channels that are set up.
    """
    made = 0
    for office in FieldOffice.objects.order_by("pk"):
        day = sending_day_of(now, zone=office.zone, policy=in_force(NoticesPolicy, now=now))
        if not ReminderDay.objects.filter(office=office, day=day).exists():
            with transaction.atomic():
                ReminderDay.objects.bulk_create([ReminderDay(office=office, day=day, made_at=now)])
                count = _make(office, day, can, now)
                ReminderDay.objects.filter(office=office, day=day).update(count=count)
                record(
                    verb="reminders.made",
                    actor=RULES,
                    now=now,
                    policy=in_force(NoticesPolicy, now=now).version,
                    office=office.pk,
                    count=count,
                )
            made += count
    return made


def _make(office: FieldOffice, day: date, can: Collection[Channel], now: datetime) -> int:
    catch_up = not ReminderDay.objects.filter(office=office, day=day - timedelta(days=1)).exists()
    windows = [
        one
        for one in windows_of(now, zone=office.zone, policy=in_force(NoticesPolicy, now=now))
        if catch_up or one.is_new(day)
    ]
    values: dict[str, Any] = {
        "now": now,
        "policy": in_force(NoticesPolicy, now=now).version,
        "office": office.pk,
        "default": list(DEFAULT_CHANNELS),
        "can": list(can),
        "first_step": steps_of(in_force(NoticesPolicy, now=now))[-1],
        "due_on": [window.due_on for window in windows],
        "step": [window.step for window in windows],
        "hours": [window.hours.value for window in windows],
        "begins": [window.begins for window in windows],
        "ends": [window.ends for window in windows],
        "expires_at": [window.expires_at for window in windows],
    }
    with connection.cursor() as cursor:
        cursor.execute(_MAKE, values)
        return int(cursor.rowcount)


def settle_tried(*, tried: Sequence[Tried], contacts: dict[int, int], last: Collection[int], now: datetime) -> None:
    """Keep what became of a batch; a contact that cannot work raises a flag. `contacts`: of each message."""
    impossible = [one.outgoing.message_id for one in tried if one.fate is Fate.IMPOSSIBLE]
    with transaction.atomic():
        mark_tried(tried=tried, last=last, now=now)
        _note([], [contacts[one] for one in impossible if one in contacts], now)
        end_gone_pushes(ids=[target for one in tried for target in one.gone], now=now)


def settle_heard(*, heard: Sequence[Heard], now: datetime) -> int:
    """Keep delivery receipts; a contact at which too many in a row failed raises a flag. Returns how many were news."""
    with transaction.atomic():
        changed = mark_heard(heard=heard, now=now)
        known = [(contact, state) for contact, state in changed if contact is not None]
        worked = [contact for contact, state in known if state is MessageState.DELIVERED]
        _note(worked, [contact for contact, state in known if state is MessageState.FAILED], now)
    return len(changed)


def _note(worked: Collection[int], failed: Collection[int], now: datetime) -> None:
    broken = note_contact_results(
        worked=worked, failed=failed, most_failures=in_force(NoticesPolicy, now=now).failures_until_broken, now=now
    )
    flags = [
        NewFlag(one.participant_id, Reason.CONTACT_BROKEN, f"contact:{one.pk}", {"contact": one.kind}) for one in broken
    ]
    raise_flags(flags=flags, actor=RULES, now=now, policy=in_force(NoticesPolicy, now=now).version)
