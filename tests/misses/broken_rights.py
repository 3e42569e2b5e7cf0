"""Which rights are broken in a life, found by one question: it is asked after each thing that happens."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from adsum.checkins.policy import CheckinPolicy
from adsum.checkins.rules import OPEN_RUNGS, NotedBy, RungState
from adsum.flags.rules import ADVERSE

REACHING = (RungState.WRITTEN, RungState.TO_CALL, RungState.ASKED, RungState.NO_WAY)
_WITH = """
WITH duty AS MATERIALIZED (
    SELECT d.*, coalesce(d.moved_from, d.missed_after) AS planned,
        EXISTS (SELECT FROM adsum_excuse e WHERE e.duty_id = d.id) AS excused,
        EXISTS (SELECT FROM adsum_report r WHERE r.duty_id = d.id) AS reported,
        EXISTS (SELECT FROM adsum_flag f WHERE f.participant_id = d.participant_id
            AND (f.about = 'duty:' || d.id OR f.details ->> 'duty' = d.id::text)) AS seen
    FROM adsum_duty d WHERE d.participant_id = ANY(%(people)s)
), step AS MATERIALIZED (
    SELECT * FROM adsum_missstep WHERE participant_id = ANY(%(people)s) AND effective_at IS NOT NULL
), sent AS (SELECT * FROM unnest(%(senders)s::bigint[], %(keys)s::uuid[]) AS sent (person, key))
"""
RIGHTS = {
    "a duty is never set aside": "SELECT id FROM duty WHERE set_aside <> ''",
    "an open duty has no excuse": "SELECT id FROM duty WHERE outcome IS NULL AND excused",
    "what counts as reported has a report": "SELECT id FROM duty WHERE outcome = 'reported' AND NOT reported",
    "what counts as excused has an excuse": "SELECT id FROM duty WHERE outcome = 'excused' AND NOT excused",
    "a miss is seen by a person": "SELECT id FROM duty WHERE outcome = 'missed' AND NOT seen AND NOT reported",
    "who could not get in is never missed": (
        "SELECT id FROM duty WHERE outcome = 'missed' AND participant_id = %(never_in)s"
    ),
    "nothing sent is lost": (
        "SELECT person FROM sent"
        " WHERE NOT EXISTS (SELECT FROM adsum_report r WHERE r.participant_id = person AND r.key = sent.key)"
    ),
    "nothing is there that nobody sent": (
        "SELECT id FROM adsum_report r WHERE participant_id = ANY(%(people)s)"
        " AND NOT EXISTS (SELECT FROM sent WHERE r.participant_id = person AND r.key = sent.key)"
    ),
    "a step that holds has a person and a reason": (
        "SELECT id FROM step WHERE decided_by_id IS NULL OR reason !~ '\\S'"
    ),
    "who signs is another person": (
        "SELECT id FROM step WHERE needs_signature"
        " AND (signature_agrees IS NOT TRUE OR signed_by_id IS NULL OR signed_by_id = decided_by_id)"
    ),
    "a step that harms is told, with time to contest it": (
        "SELECT id FROM step WHERE step = ANY(%(adverse)s) AND (told_at IS NULL OR contest_until <= effective_at"
        " OR NOT EXISTS (SELECT FROM adsum_notice n"
        " WHERE n.participant_id = step.participant_id AND n.about = 'step:' || step.id))"
    ),
    "nobody is absconded without a second signature": (
        "SELECT id FROM adsum_absconding"
        " WHERE participant_id = ANY(%(people)s) AND began_at IS NOT NULL AND signed_by_id IS NULL"
    ),
    "only staff decide": (
        "SELECT id FROM adsum_ledgerline WHERE participant_id = ANY(%(people)s)"
        " AND verb IN ('miss.decided', 'step.holds', 'step.signed') AND actor_kind <> 'staff'"
    ),
    "nobody is missed while an outage covers their last chance": (
        "SELECT d.id FROM duty d JOIN adsum_outage o ON o.began_at < d.planned AND d.planned < o.ended_at"
        " AND o.ended_at - o.began_at >= %(shortest)s AND d.missed_after < o.ended_at WHERE d.outcome = 'missed'"
    ),
    "a failed try gives time": (
        "SELECT d.id FROM duty d JOIN adsum_attempt a ON a.participant_id = d.participant_id"
        " AND a.failed_at BETWEEN d.opens_at AND d.planned AND a.received_at <= d.settled_at"
        " AND d.settled_at < a.failed_at + CASE a.noted_by WHEN %(server)s THEN %(noted)s ELSE %(reported)s END"
        " WHERE d.outcome = 'missed'"
    ),
    "no rung waits for what is done": (
        "SELECT r.id FROM adsum_rung r JOIN duty d ON d.id = r.duty_id"
        " WHERE r.state = ANY(%(open)s) AND (d.reported OR d.outcome = 'excused')"
    ),
    "nobody is reached after their report": (
        "SELECT r.id FROM adsum_rung r JOIN adsum_report c ON c.duty_id = r.duty_id"
        " WHERE c.participant_id = ANY(%(people)s) AND r.state = ANY(%(reaching)s) AND r.closed_at > c.received_at"
    ),
    "nobody is written to after an excuse": (
        "SELECT m.id FROM adsum_message m JOIN duty d ON m.about = 'duty:' || d.id WHERE m.kind = 'missed'"
        " AND m.participant_id = ANY(%(people)s) AND d.outcome = 'excused' AND m.queued_at > d.settled_at"
    ),
}
_ASK = _WITH + " UNION ALL ".join(f"(SELECT '{right}' AS broken, array_agg(id) AS by FROM ({found}) AS found (id)"
    " HAVING count(*) > 0)" for right, found in RIGHTS.items())  # fmt: skip


def broken_rights(
    *, people: Sequence[int], never_in: int, sent: Collection[tuple[int, UUID]]
) -> list[tuple[str, list[int]]]:
    """Which rights are broken, with the ids of what breaks them; `sent`: who sent a report with which key."""
    rules = CheckinPolicy()
    values: dict[str, Any] = {
        "people": list(people),
        "never_in": never_in,
        "senders": [person for person, _ in sent],
        "keys": [key for _, key in sent],
        "adverse": list(ADVERSE),
        "shortest": timedelta(minutes=rules.outage_counts_minutes),
        "server": NotedBy.SERVER,
        "noted": timedelta(hours=rules.noted_try_credit_hours),
        "reported": timedelta(hours=rules.reported_try_credit_hours),
        "open": list(OPEN_RUNGS),
        "reaching": list(REACHING),
    }
    with connection.cursor() as cursor:
        cursor.execute(_ASK, values)
        return [(right, ids) for right, ids in cursor.fetchall()]
