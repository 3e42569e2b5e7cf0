"""Reminders of things that have a day: made for a whole office at once, over the channels that reach each person."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from adsum.ledger.actions import record
from adsum.ledger.rules import RULES
from adsum.notices.policy import NoticesPolicy
from adsum.notices.queries import WAYS
from adsum.notices.rules import DEFAULT_CHANNELS, Channel, Window, steps_of
from adsum.offices.models import FieldOffice
from adsum.policies.queries import in_force

# Each person has a place of their own in the window (Knuth's multiplicative hash), the same each time: no stampede.
_MAKE = f"""
INSERT INTO adsum_message (participant_id, contact_id, kind, about, step, channel, queued_at, send_at, expires_at,
    policy)
SELECT d.participant_id, way.contact_id, 'reminder', %(about)s::text || ':' || d.id, w.step, way.channel,
    %(now)s::timestamptz, w.begins + (LEAST(w.ends, d.starts_at) - w.begins)
        * (((d.participant_id %% 2147483648) * 2654435761 %% 4294967296) / 4294967296.0),
    LEAST(w.expires_at, d.starts_at), %(policy)s
FROM unnest(%(due_on)s::date[], %(step)s::int[], %(hours)s::text[], %(begins)s::timestamptz[], %(ends)s::timestamptz[],
    %(expires_at)s::timestamptz[]) AS w (due_on, step, hours, begins, ends, expires_at)
JOIN (<things>) d ON d.day = w.due_on AND (d.starts_at IS NULL OR d.starts_at > w.begins)
JOIN adsum_participant p ON p.id = d.participant_id AND p.office_id = %(office)s AND p.left_at IS NULL
{WAYS}ON CONFLICT (about, step, channel) DO NOTHING
"""  # noqa: S608 - made of constants


def make_messages(
    *, about: str, things: str, office: FieldOffice, windows: Sequence[Window], can: Collection[Channel], now: datetime
) -> int:
    """Make the reminders of one kind of thing for people of one office; returns how many. None is made twice.

    `things` is SQL of ours: id, participant_id, day, and starts_at, the hour by which a reminder must have gone (NULL
    where the whole day is good). `about` names them in the messages: the duty in "duty:12".
    """
    values: dict[str, Any] = {
        "about": about,
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
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_MAKE.replace("<things>", things), values)
        count = int(cursor.rowcount)
        record(
            verb="reminders.made",
            actor=RULES,
            now=now,
            policy=in_force(NoticesPolicy, now=now).version,
            office=office.pk,
            count=count,
            about=about,
        )
    return count
