"""Duties made ahead, in sets: what the pure rules say (`days_ahead`, `term_of`), by one statement a batch."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from adsum.checkins.policy import CheckinPolicy
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES
from adsum.policies.queries import in_force

BATCH = 50_000
# A batch is a small part of each table, however large that has grown; compiling its statement costs more than it saves.
BY_INDEX = """
SELECT set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
    set_config('jit', 'off', true), set_config('random_page_cost', '0.1', true),
    set_config('work_mem', '32MB', true)
"""
_CLAIM = """
WITH claimed AS MATERIALIZED (
    SELECT id, participant_id, level FROM adsum_plan
    WHERE ended_at IS NULL AND paused_at IS NULL AND next_due_on <= %s
    ORDER BY next_due_on, id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED
)
SELECT who.office_id, claimed.level, array_agg(claimed.id)
FROM claimed JOIN adsum_participant who ON who.id = claimed.participant_id GROUP BY who.office_id, claimed.level
"""
# A day ends one minute after its 23:59: a clock change at midnight makes 00:00 doubtful. Each plan's days go on until
# the first that is not made yet, which becomes its next one.
_MAKE = """
WITH claimed AS MATERIALIZED (
    SELECT plan.*, office.time_zone, rule.window_days, rule.grace_hours, local.today + %(ahead)s AS until,
        CASE WHEN plan.interval_days = 0 THEN greatest(plan.next_due_on, local.today)
            ELSE plan.next_due_on + plan.interval_days
                * greatest(0, (local.today - plan.next_due_on + plan.interval_days - 1) / plan.interval_days)
        END AS since
    FROM unnest(%(office)s::bigint[], %(level)s::text[], %(window)s::int[], %(grace)s::int[])
        AS rule (office_id, level, window_days, grace_hours)
    JOIN adsum_fieldoffice office ON office.id = rule.office_id
    CROSS JOIN LATERAL (SELECT (%(now)s::timestamptz AT TIME ZONE office.time_zone)::date AS today) local
    JOIN adsum_participant who ON who.office_id = office.id
    JOIN adsum_plan plan ON plan.participant_id = who.id AND plan.level = rule.level
    WHERE plan.id = ANY(%(plans)s)
), planned AS MATERIALIZED (
    SELECT claimed.*, due.due_on, due.previous_on
    FROM claimed CROSS JOIN LATERAL (
        SELECT since + days AS due_on, CASE days WHEN 0 THEN last_due_on ELSE since + days - interval_days END
            AS previous_on
        FROM generate_series(0, greatest(0, until - since + interval_days), greatest(1, interval_days)) AS days
        WHERE interval_days > 0
        UNION ALL
        SELECT since + days, lag(since + days, 1, last_due_on) OVER (ORDER BY days)
        FROM generate_series(0, greatest(-1, until - since) + 7) AS days
        WHERE weekdays > 0 AND (weekdays >> (extract(isodow FROM since + days)::int - 1)) & 1 = 1
        UNION ALL
        SELECT day, lag(day, 1, last_due_on) OVER (ORDER BY day)
        FROM generate_series(0, greatest(0, until - since) / 28 + 2) AS months
        CROSS JOIN LATERAL (SELECT (date_trunc('month', since) + make_interval(months => months))::date AS first) AS m
        CROSS JOIN LATERAL (SELECT least(first + month_day - 1, (first + interval '1 month')::date - 1) AS day) AS due
        WHERE month_day > 0 AND day >= since
    ) AS due
), made AS (
    INSERT INTO adsum_duty (plan_id, participant_id, due_on, made_at, opens_at, due_at, missed_after, set_aside)
    SELECT id, participant_id, due_on, %(now)s,
        CASE WHEN previous_on IS NULL THEN started_at
            ELSE (greatest(due_on - window_days, previous_on) + time '23:59') AT TIME ZONE time_zone
                + interval '1 minute' END,
        ends.at, ends.at + make_interval(hours => grace_hours), ''
    FROM planned
    CROSS JOIN LATERAL (SELECT (due_on + time '23:59') AT TIME ZONE time_zone + interval '1 minute' AS at) AS ends
    WHERE due_on <= until
    ORDER BY id, due_on
    ON CONFLICT (plan_id, due_on) DO NOTHING
    RETURNING 1
), moved AS (
    UPDATE adsum_plan plan SET next_due_on = turn.next_due_on, last_due_on = coalesce(turn.made_on, plan.last_due_on)
    FROM (
        SELECT id, max(due_on) FILTER (WHERE due_on <= until) AS made_on,
            min(due_on) FILTER (WHERE due_on > until) AS next_due_on
        FROM planned GROUP BY id
    ) AS turn
    WHERE plan.id = turn.id
)
SELECT count(*) FROM made
"""


def make_duties(*, now: datetime, batch: int = BATCH) -> int:
    """Make the duties that come next, batch by batch; a run that was missed is caught up, none is doubled."""
    made = 0
    while True:
        with transaction.atomic():
            claimed = _claim(now, batch)
            if not claimed:
                return made
            made += make_ahead(claimed=claimed, now=now)


def _claim(now: datetime, batch: int) -> Sequence[tuple[int, str, list[int]]]:
    """Plans that are due to be made, as office, level, ids; wherever the office lies, each has a day to make."""
    horizon = now.date() + timedelta(days=in_force(CheckinPolicy, now=now).made_ahead_days - 1)
    with connection.cursor() as cursor:
        cursor.execute(BY_INDEX)
        cursor.execute(_CLAIM, [horizon, batch])
        return [(office, level, plans) for office, level, plans in cursor.fetchall()]


def make_ahead(*, claimed: Sequence[tuple[int, str, list[int]]], now: datetime) -> int:
    """Make what these plans owe ahead: office, level and ids of locked plans; returns how many duties are new."""
    programme = in_force(CheckinPolicy, now=now)
    policies = [in_force(CheckinPolicy, now=now, office_id=office, level=level) for office, level, _ in claimed]
    values: dict[str, Any] = {
        "now": now,
        "ahead": programme.made_ahead_days,
        "office": [office for office, _, _ in claimed],
        "level": [level for _, level, _ in claimed],
        "window": [policy.window_days for policy in policies],
        "grace": [policy.grace_hours for policy in policies],
        "plans": [plan for _, _, plans in claimed for plan in plans],
    }
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute(_MAKE, values)
        [[made]] = cursor.fetchall()
        narrower = sorted({policy.version for policy in policies} - {programme.version})
        record(verb="duties.made", actor=RULES, now=now, policy=programme.version, count=made, policies=narrower)
    return int(made)
