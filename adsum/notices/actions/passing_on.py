"""Passing notices on: what stands in the portal also goes over the person's channels, by their wishes and hours."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from adsum.ledger.actions import record
from adsum.ledger.rules import RULES
from adsum.notices.models import Notice
from adsum.notices.policy import NoticesPolicy
from adsum.notices.queries import PLACE_IN_TIME, WAYS
from adsum.notices.rules import DEFAULT_CHANNELS, Channel, soon
from adsum.offices.models import FieldOffice
from adsum.policies.queries import in_force

_PASS_ON = f"""
WITH taken AS (
    UPDATE adsum_notice SET to_pass_on = false WHERE id IN (
        SELECT n.id FROM adsum_notice n JOIN adsum_participant p ON p.id = n.participant_id
        WHERE n.to_pass_on AND p.office_id = %(office)s ORDER BY n.id LIMIT %(batch)s FOR UPDATE OF n SKIP LOCKED)
    RETURNING id, participant_id, kind, queued_at
), made AS (
    INSERT INTO adsum_message (participant_id, contact_id, kind, about, step, channel, queued_at, send_at, expires_at,
        policy)
    SELECT n.participant_id, way.contact_id, 'notice', 'notice:' || n.id, 0, way.channel, %(now)s::timestamptz,
        {PLACE_IN_TIME}, n.queued_at + %(news)s::interval, %(policy)s
    FROM taken n
    JOIN adsum_participant p ON p.id = n.participant_id
    JOIN unnest(%(hours)s::text[], %(begins)s::timestamptz[], %(ends)s::timestamptz[], %(steps)s::int[])
        AS w (hours, begins, ends, step) ON n.queued_at > %(now)s::timestamptz - %(news)s::interval
    {WAYS}
        AND (n.kind <> 'checkin-missed' OR way.channel = 'push') AND p.silent_since IS NULL
    ON CONFLICT (about, step, channel) DO NOTHING
)
SELECT count(*) FROM taken
"""  # noqa: S608 - made of constants


def pass_on_notices(*, can: Collection[Channel], now: datetime) -> int:
    """Make the messages of all notices that have none yet; returns how many notices that were. News that is old goes
    nowhere. `can` are the channels that are set up.
    """
    passed_on = 0
    waiting = Notice.objects.filter(to_pass_on=True).order_by().values("participant__office")
    for office in list(FieldOffice.objects.filter(pk__in=waiting)):
        while taken := _pass_on_batch(office, can, now):
            passed_on += taken
    return passed_on


def _pass_on_batch(office: FieldOffice, can: Collection[Channel], now: datetime) -> int:
    spans = soon(now, zone=office.zone, policy=in_force(NoticesPolicy, now=now))
    values: dict[str, Any] = {
        "office": office.pk,
        "batch": in_force(NoticesPolicy, now=now).batch_size,
        "now": now,
        "news": timedelta(days=in_force(NoticesPolicy, now=now).news_days),
        "policy": in_force(NoticesPolicy, now=now).version,
        "hours": [hours.value for hours in spans],
        "begins": [begins for begins, _ in spans.values()],
        "ends": [ends for _, ends in spans.values()],
        "steps": [0 for _ in spans],
        "first_step": 0,
        "default": list(DEFAULT_CHANNELS),
        "can": list(can),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_PASS_ON, values)
        (count,) = cursor.fetchone()
        if count:
            record(
                verb="notices.passed-on",
                actor=RULES,
                now=now,
                policy=in_force(NoticesPolicy, now=now).version,
                count=count,
            )
    return int(count)
