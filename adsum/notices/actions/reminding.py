"""Reminders of things that have a day: made for a whole office at once, over the channels that reach each person."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from adsum.ledger.actions import record
from adsum.ledger.rules import RULES
from adsum.notices.policy import POLICY
from adsum.notices.rules import DEFAULT_CHANNELS, Channel, Window, steps_of
from adsum.offices.models import FieldOffice

# Each person has a place of their own in the window (Knuth's multiplicative hash), the same each time: no stampede.
_MAKE = """
INSERT INTO adsum_message (participant_id, contact_id, kind, about, step, channel, queued_at, send_at, expires_at,
    policy)
SELECT d.participant_id, way.contact_id, 'reminder', %(about)s::text || ':' || d.id, w.step, way.channel,
    %(now)s::timestamptz, w.begins + (LEAST(w.ends, d.starts_at) - w.begins)
        * (((d.participant_id %% 2147483648) * 2654435761 %% 4294967296) / 4294967296.0),
    LEAST(w.expires_at, d.starts_at), %(policy)s
FROM unnest(%(due_on)s::date[], %(step)s::int[], %(hours)s::text[], %(begins)s::timestamptz[], %(ends)s::timestamptz[],
    %(expires_at)s::timestamptz[]) AS w (due_on, step, hours, begins, ends, expires_at)
JOIN (<things>) d ON d.day = w.due_on AND (d.starts_at IS NULL OR d.starts_at > w.begins)
JOIN adsum_participant p ON p.id = d.participant_id AND p.office_id = %(office)s
LEFT JOIN adsum_wish wish ON wish.participant_id = p.id
CROSS JOIN LATERAL (SELECT COALESCE(wish.channels, %(default)s::text[]) AS channels) liked
CROSS JOIN LATERAL (SELECT
    (SELECT c.id FROM adsum_contact c WHERE c.participant_id = p.id AND c.kind = 'phone' AND c.value <> ''
        AND c.broken_at IS NULL AND NOT EXISTS (SELECT FROM adsum_stoppednumber s WHERE s.number = c.value)
        ORDER BY c.since DESC, c.id DESC LIMIT 1) AS phone,
    (SELECT c.id FROM adsum_contact c WHERE c.participant_id = p.id AND c.kind = 'email' AND c.value <> ''
        AND c.broken_at IS NULL ORDER BY c.since DESC, c.id DESC LIMIT 1) AS email
) reach
CROSS JOIN LATERAL (SELECT
    reach.phone IS NOT NULL AND 'sms' = ANY(liked.channels) AND 'sms' = ANY(%(can)s::text[]) AS sms,
    reach.email IS NOT NULL AND 'email' = ANY(liked.channels) AND 'email' = ANY(%(can)s::text[]) AS email
) goes
CROSS JOIN LATERAL (
    SELECT 'sms' AS channel, reach.phone AS contact_id WHERE goes.sms
    UNION ALL SELECT 'email', reach.email WHERE goes.email
    UNION ALL SELECT 'letter', NULL WHERE 'letter' = ANY(%(can)s::text[]) AND w.step = %(first_step)s
        AND ('letter' = ANY(liked.channels) OR cardinality(liked.channels) > 0 AND NOT goes.sms AND NOT goes.email)
) way
WHERE w.hours = COALESCE(wish.hours, 'any')
ON CONFLICT (about, step, channel) DO NOTHING
"""


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
        "policy": POLICY.version,
        "office": office.pk,
        "default": list(DEFAULT_CHANNELS),
        "can": list(can),
        "first_step": steps_of(POLICY)[-1],
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
            policy=POLICY.version,
            office=office.pk,
            count=count,
            about=about,
        )
    return count
