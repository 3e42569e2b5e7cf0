"""Case files, and who by now could be stepped down: what is counted of one person, or of an office in sets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Exists, OuterRef

from adsum.appointments.models import Appointment
from adsum.appointments.rules import Attendance
from adsum.core.asking import any_of
from adsum.core.copying import numbers
from adsum.court.models import CourtStanding
from adsum.court.rules import CaseState
from adsum.ledger.rules import RULES, Actor
from adsum.misses.models import Absconding
from adsum.monitors.past_queries import true_alerts_of
from adsum.offices.models import FieldOffice
from adsum.people.models import Participant
from adsum.people.queries import may_see, participants
from adsum.policies.queries import in_force
from adsum.records.models import Lead
from adsum.records.queries import last_screening
from adsum.records.rules import Answer, Heard, Stage
from adsum.reviews.file_queries import facts_of
from adsum.reviews.policy import ReviewsPolicy
from adsum.reviews.queries import in_hand
from adsum.reviews.rules import (
    WITH_A_MONITOR,
    Candidate,
    CaseFile,
    Counts,
    Criterion,
    Fact,
    Missing,
    candidates_among,
    criteria_for,
    may_be_long_enough,
    missing_in,
    months_ago,
    speaks_now,
)

_AT_LEVEL = """
WITH told AS (
    SELECT participant_id, level, started_at, ended_at, lag(level) OVER w IS DISTINCT FROM level
        OR lag(ended_at) OVER w < started_at AS begins
    FROM adsum_order WHERE participant_id = ANY(%s::bigint[])
    WINDOW w AS (PARTITION BY participant_id ORDER BY started_at, id)
)
SELECT participant_id, max(level) FILTER (WHERE ended_at IS NULL),
    extract(epoch FROM max(started_at) FILTER (WHERE begins))::float8
FROM told GROUP BY participant_id HAVING bool_or(ended_at IS NULL) ORDER BY 2, 1
"""
# Person by person: no table is sorted or taken whole. Only what came late or never is looked at report by report.
_CHECK_INS = """
WITH who AS (
    SELECT id, greatest(began, %(far)s::timestamptz) AS since, greatest(began, %(near)s::timestamptz) AS recent
    FROM unnest(%(who)s::bigint[], %(began)s::timestamptz[]) AS w (id, began)
), late AS MATERIALIZED (
    SELECT duty_id FROM adsum_report
    WHERE participant_id = ANY(%(who)s::bigint[]) AND duty_id IS NOT NULL AND concerns @> (ARRAY['late'])::varchar(30)[]
)
SELECT who.id, went.* FROM who CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE counts AND course = 'on-time'), count(*) FILTER (WHERE counts AND course = 'late'),
        count(*) FILTER (WHERE counts AND course = 'missed'), count(*) FILTER (WHERE recent AND course = 'missed')
    FROM (
        SELECT d.due_at >= who.since AS counts, d.due_at >= who.recent AS recent, CASE
            WHEN d.outcome = 'reported' AND d.id NOT IN (SELECT duty_id FROM late) THEN 'on-time' ELSE (
                SELECT CASE WHEN bool_and('late' = ANY(r.concerns)) THEN 'late'
                    WHEN count(*) > 0 OR d.outcome = 'reported' THEN 'on-time'
                    WHEN EXISTS (SELECT 1 FROM adsum_excuserequest q WHERE q.duty_id = d.id AND q.answer = '')
                    THEN 'asked' ELSE 'missed' END
                FROM adsum_report r WHERE r.duty_id = d.id
            ) END AS course
        FROM adsum_plan p JOIN adsum_duty d ON d.plan_id = p.id
        WHERE p.participant_id = who.id AND p.kind = 'check-in' AND d.outcome IN ('reported', 'missed')
            AND d.due_at >= least(who.since, who.recent) OFFSET 0
    ) d
) went
"""
_LOOKED = """
SELECT who.id, extract(epoch FROM last.looked_at)::float8 FROM unnest(%s::bigint[]) AS who (id) CROSS JOIN LATERAL (
    SELECT looked_at FROM adsum_recordcheck
    WHERE participant_id = who.id AND looked_at IS NOT NULL
        AND jsonb_path_exists(answers, '$.*.heard ? (@ == "answered")')
    ORDER BY asked_at DESC LIMIT 1
) last
"""


class _AtLevel(NamedTuple):
    person_id: int
    level: str
    since: datetime


def assemble(
    *,
    participant: Participant,
    seen_by: Actor,
    now: datetime,
    grounds: Sequence[Fact] = (),
) -> CaseFile:
    """The file of one person at this moment, with the criteria of the policy beside the facts.

    `grounds`: what was said of health and care. Somebody who may not see the person gets an empty file.
    """
    if not may_see(participant_id=participant.pk, seen_by=seen_by):
        return CaseFile(participant.pk, "", None, now, in_force(ReviewsPolicy, now=now).version)
    found = _at_level([participant.pk])
    level, since = (found[0].level, found[0].since) if found else ("", None)
    policy = in_force(ReviewsPolicy, now=now, office_id=participant.office_id, level=level)
    criteria = criteria_of(participant=participant, seen_by=seen_by, now=now)
    back_to = months_ago(now, policy.look_back_months)
    told = facts_of(participant=participant, since=since or now, back_to=back_to, now=now, seen_by=seen_by)
    known = [*told, *grounds]
    missing = [one for one in known if isinstance(one, Missing)]
    return CaseFile(
        participant_id=participant.pk,
        level=level,
        since=since,
        assembled_at=now,
        policy=policy.version,
        facts=tuple(one for one in known if isinstance(one, Fact)),
        criteria=criteria,
        missing=(*missing, *missing_in(criteria, participant_id=participant.pk)),
    )


def criteria_of(*, participant: Participant, seen_by: Actor, now: datetime) -> tuple[Criterion, ...]:
    """The policy's criteria for one person now; the participant may ask for their own."""
    if not may_see(participant_id=participant.pk, seen_by=seen_by):
        return ()
    asked = _Asked(participant.office_id, participant.office.zone, now)
    people = _at_level([participant.pk])
    return next((criteria for _, criteria in _judged(people, asked)), ())


def may_step_down(*, office: FieldOffice, seen_by: Actor, now: datetime) -> list[Candidate]:
    """Who of an office could be stepped down though nothing was asked: no criterion speaks against it.

    First those of whom all is known, then by time at the level. Nobody is among them who is recorded as absconded, has
    a review open, was put off, or was kept at the level until a day that is still to come.
    """
    gone = Absconding.objects.filter(participant=OuterRef("pk"), began_at__isnull=False, ended_at__isnull=True)
    here = participants(seen_by=seen_by).filter(office=office, left_at__isnull=True, silent_since__isnull=True)
    ids = set(here.filter(~Exists(gone)).values_list("pk", flat=True))
    ids -= in_hand(on=now.astimezone(office.zone).date(), seen_by=seen_by)
    asked = _Asked(office.pk, office.zone, now)
    judged = _judged(_at_level(ids), asked, but=_too_short)
    return candidates_among((one.person_id, one.level, one.since, found) for one, found in judged)


def _at_level(people: Iterable[int]) -> list[_AtLevel]:
    """Since when without a break each of these people is at the level of the order in force, level by level."""
    return [_AtLevel(who, level, _moment(since)) for who, level, since in _rows(_AT_LEVEL, [numbers(people)])]


class _Asked(NamedTuple):
    office_id: int
    zone: ZoneInfo
    now: datetime


def _too_short(one: _AtLevel, asked: _Asked, policy: ReviewsPolicy) -> bool:
    since, today = (moment.astimezone(asked.zone).date() for moment in (one.since, asked.now))
    return not may_be_long_enough(since, today=today, policy=policy)


def _nobody(one: _AtLevel, asked: _Asked, policy: ReviewsPolicy) -> bool:
    return False


def _judged(
    people: list[_AtLevel], asked: _Asked, *, but: Callable[[_AtLevel, _Asked, ReviewsPolicy], bool] = _nobody
) -> Iterator[tuple[_AtLevel, tuple[Criterion, ...]]]:
    """Each person with the criteria of their level; a few questions a level, however many people there are."""
    today = asked.now.astimezone(asked.zone).date()
    for level, some in groupby(people, key=lambda one: one.level):
        policy = in_force(ReviewsPolicy, now=asked.now, office_id=asked.office_id, level=level)
        here = [one for one in some if not but(one, asked, policy)]
        counts = _counted(here, policy, asked) if here else {}
        judged = {had: criteria_for(had, today=today, policy=policy) for had in set(counts.values())}
        yield from ((one, judged[counts[one.person_id]]) for one in here)


def _counted(people: list[_AtLevel], policy: ReviewsPolicy, asked: _Asked) -> dict[int, Counts]:
    """What is counted of these people, who are all at one level, since they are: no further back than the policy."""
    ids, begins = [one.person_id for one in people], months_ago(asked.now, policy.look_back_months)
    since = {one.person_id: max(one.since, begins) for one in people}
    check_ins = _check_ins(people, policy, asked.now)
    attended, absentia = _attended(ids, begins, since, asked.now), _in_absentia(ids)
    records, looked = _open_records(ids, policy, since), _looked(people)
    alerts = true_alerts_of(since=since, seen_by=RULES) if people[0].level in WITH_A_MONITOR else {}
    found = {}
    for one in people:
        who = one.person_id
        on_time, late, missed, recent = check_ins.get(who, (0, 0, 0, 0))
        looked_at = looked.get(who)
        found[who] = Counts(
            level=one.level,
            since=one.since.astimezone(asked.zone).date(),
            on_time=on_time,
            late=late,
            missed=missed,
            recent_misses=recent,
            came=attended.get((who, Attendance.CAME), 0),
            absent=attended.get((who, Attendance.ABSENT), 0),
            not_noted=attended.get((who, Attendance.UNKNOWN), 0),
            in_absentia=who in absentia,
            open_records=records.get(who, 0),
            checked_on=looked_at.astimezone(asked.zone).date() if looked_at else None,
            true_alerts=alerts.get(who),
        )
    return found


def _check_ins(people: list[_AtLevel], policy: ReviewsPolicy, now: datetime) -> dict[int, tuple[int, int, int, int]]:
    """By person: check-ins on time, late, never come; and never come of late."""
    began = ",".join(one.since.isoformat() for one in people)  # ten thousand moments in a list take a third of a second
    asked = {
        "who": numbers(one.person_id for one in people),
        "began": f"{{{began}}}",
        "far": months_ago(now, policy.look_back_months),
        "near": months_ago(now, policy.misses_months),
    }
    rows = _rows(_CHECK_INS, asked)
    return {who: (on_time, late, missed, recent) for who, on_time, late, missed, recent in rows}


def _attended(
    ids: list[int], begins: datetime, since: Mapping[int, datetime], now: datetime
) -> dict[tuple[int, str], int]:
    held = Appointment.objects.filter(any_of("participant_id", ids), ended_at__isnull=True)
    counts: dict[tuple[int, str], int] = {}
    for who, attendance, at in held.filter(starts_at__range=(begins, now)).values_list(
        "participant_id", "attendance", "starts_at"
    ):
        counts[who, attendance] = counts.get((who, attendance), 0) + (at >= since[who])
    return counts


def _in_absentia(ids: list[int]) -> set[int]:
    """Whose case the court has decided in absentia, where that order has not been taken back."""
    stand = CourtStanding.objects.filter(any_of("participant_id", ids), state=CaseState.IN_ABSENTIA)
    return set(stand.filter(ended_at__isnull=True).values_list("participant_id", flat=True))


def _open_records(ids: list[int], policy: ReviewsPolicy, since: Mapping[int, datetime]) -> dict[int, int]:
    """How many records that an agency has confirmed speak against each of them."""
    leads = Lead.objects.filter(
        any_of("participant_id", ids), stage=Stage.SAME, confirmations__answer=Answer.CONFIRMED
    ).distinct()
    counts: dict[int, int] = {}
    for who, _, kind, on, found_at in leads.values_list(
        "participant_id", "pk", "record__kind", "record__event_on", "found_at"
    ):
        speaks = kind in policy.record_kinds and speaks_now(
            kind, on=on, found_on=found_at.date(), since=since[who].date()
        )
        counts[who] = counts.get(who, 0) + speaks
    return counts


def _looked(people: list[_AtLevel]) -> dict[int, datetime]:
    """When a source last answered about each of them: about them alone, or in a night's run over everybody."""
    rows = _rows(_LOOKED, [numbers(one.person_id for one in people)])
    looked = {who: _moment(seconds) for who, seconds in rows}
    night = last_screening(seen_by=RULES)
    if night is None or all(said["heard"] != Heard.ANSWERED for said in night.sources.values()):
        return looked
    here = (one.person_id for one in people if one.since <= night.started_at)
    return looked | {who: max(night.started_at, looked.get(who, night.started_at)) for who in here}


def _moment(seconds: float) -> datetime:
    """From the database as seconds: ten thousand moments that it spells out take longer to read than to count."""
    return datetime.fromtimestamp(seconds, UTC)


def _rows(statement: str, values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
