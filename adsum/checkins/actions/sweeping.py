"""What is overdue: first credited, then marked, in sets. A row that cannot be marked is set aside and stops nobody."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import orjson
import structlog
from django.db import DatabaseError, connection, transaction

from adsum.checkins.actions.credit import give_credit
from adsum.checkins.actions.making import BY_INDEX
from adsum.checkins.actions.watching import note_sweep
from adsum.checkins.models import Duty
from adsum.checkins.policy import CheckinPolicy, LadderPolicy
from adsum.checkins.queries import outages_since, silence_in_doubt
from adsum.checkins.rules import (
    DutyKind,
    ExcuseReason,
    Outcome,
    RungState,
    Span,
    clock_of,
    credited_deadline,
    moved_by_closed_days,
    not_in_doubt,
    plan_rungs,
)
from adsum.core.copying import numbers
from adsum.flags.rules import REASONS, Reason
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES
from adsum.notices.actions import Wording
from adsum.notices.rules import NoticeKind
from adsum.offices.models import FieldOffice
from adsum.offices.queries import closed_days
from adsum.policies.queries import highest_of, in_force

log = structlog.get_logger(__name__)

BATCH = 5_000  # whoever checks in late just now waits for their batch: a third of a second on a machine of its own

_CLAIM = """
WITH claimed AS MATERIALIZED (
    SELECT id, participant_id, plan_id, due_on, opens_at, missed_after, coalesce(moved_from, missed_after) AS planned
    FROM adsum_duty WHERE outcome IS NULL AND set_aside = '' AND missed_after <= %s
    ORDER BY missed_after LIMIT %s FOR NO KEY UPDATE SKIP LOCKED
)
SELECT who.office_id, plan.level, plan.kind, who.language, who.activated_at IS NOT NULL, d.due_on, d.planned,
    d.missed_after,
    EXISTS (SELECT FROM adsum_attempt a WHERE a.participant_id = d.participant_id AND a.failed_at >= d.opens_at)
        AS tried, string_agg(d.id::text, ' ')
FROM claimed d JOIN adsum_participant who ON who.id = d.participant_id JOIN adsum_plan plan ON plan.id = d.plan_id
GROUP BY who.office_id, plan.level, plan.kind, who.language, who.activated_at IS NOT NULL, d.due_on, d.planned,
    d.missed_after, tried
"""
_MARK = """
WITH alike AS MATERIALIZED (
    SELECT * FROM unnest(%(number)s::int[], %(is_in)s::bool[], %(said)s::text[], %(details)s::jsonb[],
        %(policy)s::text[], %(language)s::text[], %(title)s::text[], %(body)s::text[])
        AS alike (number, is_in, said, details, policy, language, title, body)
), settled AS MATERIALIZED (
    UPDATE adsum_duty d SET settled_at = %(now)s, outcome = CASE WHEN one.is_in THEN %(missed)s ELSE %(excused)s END
    FROM (SELECT * FROM unnest(%(duties)s::bigint[], %(alike)s::int[]) AS one (id, number) JOIN alike USING (number)
        ORDER BY id) AS one
    WHERE d.id = one.id AND d.outcome IS NULL
    RETURNING d.id, d.participant_id, one.number, one.is_in,
        CASE WHEN one.is_in THEN nextval('adsum_notice_id_seq') END AS notice_id,
        CASE WHEN one.is_in THEN nextval('adsum_flag_id_seq') END AS flag_id
), excuse AS (
    INSERT INTO adsum_excuse (duty_id, reason, words, at)
    SELECT id, %(never_signed_in)s, '', %(now)s FROM settled WHERE NOT is_in
), notice AS (
    INSERT INTO adsum_notice (id, participant_id, kind, about, language, title, body, queued_at, policy, to_pass_on)
    SELECT notice_id, participant_id, %(notice)s, 'duty:' || id, language, title, body, %(now)s, policy, true
    FROM settled JOIN alike USING (number) WHERE settled.is_in
), flag AS (
    INSERT INTO adsum_flag (id, participant_id, reason, about, details, urgency, raised_at, policy, decision,
        decision_reason)
    SELECT flag_id, participant_id, %(missed_flag)s, 'duty:' || id, details, %(missed_urgency)s::int, %(now)s, policy,
        '', ''
    FROM settled JOIN alike USING (number) WHERE settled.is_in
), never AS (
    INSERT INTO adsum_flag (participant_id, reason, about, details, urgency, raised_at, policy, decision,
        decision_reason)
    SELECT participant_id, %(never_flag)s, '', '{}', %(never_urgency)s::int, %(now)s, policy, '', ''
    FROM settled JOIN alike USING (number) WHERE NOT settled.is_in ORDER BY participant_id
    ON CONFLICT (participant_id, reason, about) WHERE cleared_at IS NULL DO NOTHING
    RETURNING id, participant_id, reason, policy
), rung AS (
    INSERT INTO adsum_rung (duty_id, participant_id, position, way, climb_at, state, words, set_aside, policy, rest)
    SELECT settled.id, settled.participant_id, first.position, first.way, first.climb_at, %(waiting)s, '', '',
        first.ladder, first.rest
    FROM settled
    JOIN unnest(%(rung_of)s::int[], %(position)s::int[], %(way)s::text[], %(climb_at)s::timestamptz[],
        %(ladder)s::text[], %(rest)s::jsonb[]) AS first (number, position, way, climb_at, ladder, rest) USING (number)
    WHERE is_in
), event AS (
    INSERT INTO adsum_outboxevent (kind, participant_id, body, created_at)
    SELECT 'checkin.missed', participant_id, concat('{', said, ', "duty": ', id, '}')::jsonb, %(now)s
    FROM settled JOIN alike USING (number) WHERE settled.is_in
), line AS (
    INSERT INTO adsum_ledgerline (at, verb, actor_kind, subject_kind, subject_id, participant_id, policy, facts)
    SELECT %(now)s, CASE WHEN settled.is_in THEN 'checkin.missed' ELSE 'checkin.excused' END, %(rules)s, 'duty', id,
        participant_id, policy,
        concat('{', said, ', "notice": ' || notice_id, ', "flag": ' || flag_id, '}')::jsonb
    FROM settled JOIN alike USING (number)
    UNION ALL
    SELECT %(now)s, 'flag.raised', %(rules)s, 'flag', id, participant_id, policy, jsonb_build_object('reason', reason)
    FROM never
)
SELECT count(*) FROM settled
"""

_MOVE = """
WITH moved AS (
    UPDATE adsum_duty SET moved_from = coalesce(moved_from, missed_after), missed_after = %(until)s
    WHERE id = ANY(%(duties)s) AND outcome IS NULL RETURNING id, participant_id
)
INSERT INTO adsum_ledgerline (at, verb, actor_kind, subject_kind, subject_id, participant_id, policy, facts)
SELECT %(now)s, 'checkin.deadline-moved', %(rules)s, 'duty', id, participant_id, %(policy)s, %(facts)s::jsonb
FROM moved ORDER BY id
"""
NOTICE = NoticeKind.CHECKIN_MISSED
_CODES: dict[str, Any] = {
    "missed": Outcome.MISSED,
    "excused": Outcome.EXCUSED,
    "never_signed_in": ExcuseReason.NEVER_SIGNED_IN,
    "notice": NOTICE,
    "missed_flag": Reason.MISSED_CHECK_IN,
    "missed_urgency": REASONS[Reason.MISSED_CHECK_IN].urgency,
    "never_flag": Reason.NEVER_SIGNED_IN,
    "never_urgency": REASONS[Reason.NEVER_SIGNED_IN].urgency,
    "rules": RULES.kind,
    "waiting": RungState.WAITING,
}


class Overdue(NamedTuple):
    """Overdue duties that are alike: all that decides what becomes of them and what their participants read.

    `planned` is the deadline before any credit; `is_in`: has signed in once; `tried`: has failed attempts.
    """

    office_id: int
    level: str
    kind: str
    language: str
    is_in: bool
    due_on: date
    planned: datetime
    missed_after: datetime
    tried: bool
    duties: list[int]


def sweep_overdue(*, now: datetime, batch: int = BATCH) -> int:
    """Mark what is overdue, batch by batch; returns how many. A duty that cannot be marked is set aside, named.

    Several may do so side by side, each with a connection of its own: nobody takes what another one has claimed.
    """
    done, wording = 0, Wording()
    while claimed := _sweep_batch(now, batch, wording):
        done += claimed
    return done


def _sweep_batch(now: datetime, batch: int, wording: Wording) -> int:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(BY_INDEX)
            cursor.execute(_CLAIM, [now, batch])
            claimed = [Overdue._make((*row[:-1], [*map(int, row[-1].split())])) for row in cursor.fetchall()]
        if claimed:
            _mark_or_set_aside(claimed, now, wording)
        else:
            note_sweep(now=now)
    return _count(claimed)


def _mark_or_set_aside(claimed: Sequence[Overdue], now: datetime, wording: Wording) -> None:
    """All of them, or else each half by itself, until one is left that cannot be marked."""
    try:
        with transaction.atomic():
            _credit_or_miss(claimed, now, wording)
    except Exception as error:
        if isinstance(error, DatabaseError) and "connection" in str(error):
            raise
        if _count(claimed) > 1:
            for half in _halves(claimed):
                _mark_or_set_aside(half, now, wording)
        else:
            _set_aside(claimed[0].duties[0], error, now)


def _halves(groups: Sequence[Overdue]) -> Iterator[Sequence[Overdue]]:
    if len(groups) > 1:
        middle = len(groups) // 2
        yield from (groups[:middle], groups[middle:])
    else:
        [group] = groups
        middle = len(group.duties) // 2
        yield from ([group._replace(duties=half)] for half in (group.duties[:middle], group.duties[middle:]))


def _set_aside(duty_id: int, error: Exception, now: datetime) -> None:
    log.error("duty.set-aside", duty=duty_id, error=type(error).__name__)
    duty = Duty.objects.get(pk=duty_id)
    duty.set_aside = f"{type(error).__name__}: {error}"[:1000]
    duty.save(update_fields=["set_aside"])
    record(verb="duty.set-aside", actor=RULES, now=now, subject=duty, participant_id=duty.participant_id)


def _credit_or_miss(claimed: Sequence[Overdue], now: datetime, wording: Wording) -> None:
    """First what was not their fault moves their deadlines; what is overdue all the same is marked."""
    longest = timedelta(hours=highest_of(CheckinPolicy, "last_chance_hours", now=now))
    since = min(group.planned for group in claimed) - longest
    down = [Span(one.began_at, one.ended_at) for one in outages_since(since=since, now=now, seen_by=RULES)]
    offices = FieldOffice.objects.in_bulk({group.office_id for group in claimed})
    closed = closed_days(offices=set(offices), since=min(group.due_on for group in claimed), seen_by=RULES)
    doubt = silence_in_doubt(now=now, seen_by=RULES)
    planned = [
        group._replace(planned=_moved(group, closed.get(group.office_id, {}), offices[group.office_id], now))
        for group in claimed
    ]
    overdue = [credited for group in planned if (credited := _credit(group, down, doubt, now)).duties]
    if overdue:
        mark_missed(overdue=overdue, wording=wording, now=now)


def _moved(group: Overdue, closed: Mapping[date, str], office: FieldOffice, now: datetime) -> datetime:
    """When they are missed by their plan, the days on which their office is closed left out."""
    policy = in_force(CheckinPolicy, now=now, office_id=office.pk)
    return moved_by_closed_days(group.planned, due_on=group.due_on, closed=closed, zone=office.zone, policy=policy)


def _credit(group: Overdue, down: Sequence[Span], doubt: Span | None, now: datetime) -> Overdue:
    """Who of them is overdue all the same. Without tries, an outage gives all of them the same time."""
    if group.tried:
        duties = list(Duty.objects.filter(pk__in=group.duties).select_related("participant__office", "plan"))
        return group._replace(duties=[duty.pk for duty in give_credit(duties=duties, now=now)])
    policy = in_force(CheckinPolicy, now=now, office_id=group.office_id, level=group.level)
    credited = credited_deadline(group.planned, tries=(), outages=down, policy=policy)
    until = not_in_doubt(credited, doubt=doubt)
    if until > group.missed_after:
        facts = {"due_on": group.due_on.isoformat(), "until": until.isoformat()}
        values: dict[str, Any] = {
            "until": until,
            "duties": group.duties,
            "policy": policy.version,
            "facts": _json(facts),
            "now": now,
            "rules": RULES.kind,
        }
        with connection.cursor() as cursor:
            cursor.execute(_MOVE, values)
    return group if until <= now else group._replace(duties=[])


def mark_missed(*, overdue: Sequence[Overdue], wording: Wording, now: datetime) -> int:
    """The grace period is over: tell the participants and put them on the worklist. Returns how many were open still.

    Who has never signed in could not check in: their duty is excused, and an officer is asked to help them in.
    One statement: each duty's outcome with its excuse or notice, its flag, its ladder, its event, and the ledger lines.
    """
    offices = FieldOffice.objects.in_bulk({group.office_id for group in overdue})
    words = [
        wording.of(NOTICE, office=offices[group.office_id], language=group.language, **_told(group))
        for group in overdue
    ]
    policies = [in_force(CheckinPolicy, now=now, office_id=group.office_id, level=group.level) for group in overdue]
    ladders = [in_force(LadderPolicy, now=now, office_id=group.office_id, level=group.level) for group in overdue]
    planned = [list(plan_rungs(now, policy=ladder)) for ladder in ladders]
    rungs = [(number, rungs[0], ladders[number].version, rungs[1:]) for number, rungs in enumerate(planned) if rungs]
    values: dict[str, Any] = {
        **_CODES,
        "now": now,
        "details": [
            _json({**_told(group), **clock_of(now, policy=ladder).as_details()})
            for group, ladder in zip(overdue, ladders, strict=True)
        ],
        "rung_of": [number for number, *_ in rungs],
        "position": [rung.position for _, rung, *_ in rungs],
        "way": [rung.way for _, rung, *_ in rungs],
        "climb_at": [rung.climb_at for _, rung, *_ in rungs],
        "ladder": [version for _, _, version, _ in rungs],
        "rest": [_json([(one.position, one.way, one.climb_at) for one in rest]) for *_, rest in rungs],
        "number": list(range(len(overdue))),
        "is_in": [group.is_in for group in overdue],
        "said": [_json(_told(group))[1:-1] for group in overdue],
        "policy": [policy.version for policy in policies],
        "language": [one.language for one in words],
        "title": [one.title for one in words],
        "body": [one.body for one in words],
        "duties": numbers(duty for group in overdue for duty in group.duties),
        "alike": numbers(number for number, group in enumerate(overdue) for _ in group.duties),
    }
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute(_MARK, values)
        [[marked]] = cursor.fetchall()
    log.info("duties.missed", count=marked)
    return int(marked)


def _told(group: Overdue) -> dict[str, Any]:
    """What notice, flag and ledger say of these duties."""
    return {"due_on": group.due_on} | ({"photo": True} if group.kind == DutyKind.PHOTO else {})


def _json(facts: Any) -> str:
    return orjson.dumps(facts).decode()


def _count(groups: Iterable[Overdue]) -> int:
    """How many duties these groups hold."""
    return sum(len(group.duties) for group in groups)
