"""What is owed: planned."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction

from adsum.checkins.models import Duty, Plan
from adsum.checkins.policy import CheckinPolicy
from adsum.checkins.rules import Term, term_of
from adsum.core.copying import numbers
from adsum.ledger.actions import record
from adsum.ledger.rules import Actor
from adsum.offices.models import FieldOffice
from adsum.people.models import Participant
from adsum.policies.queries import in_force

# Plans with their first duties; those that begin on the same day at the same level have the same term.
_START_LISTED = """
WITH term AS MATERIALIZED (
    SELECT * FROM unnest(%(number)s::int[], %(first)s::date[], %(level)s::text[], %(opens)s::timestamptz[],
        %(due)s::timestamptz[], %(missed)s::timestamptz[]) AS term (number, first_on, level, opens, due, missed)
), plan AS (
    INSERT INTO adsum_plan (participant_id, level, interval_days, weekdays, month_day, next_due_on, last_due_on,
        started_at, reason)
    SELECT who, level, days, 0, 0, first_on + days, first_on, %(now)s, ''
    FROM unnest(%(who)s::bigint[], %(days)s::int[], %(numbers)s::int[]) AS one (who, days, number)
    JOIN term USING (number)
    RETURNING id, participant_id, level, last_due_on
)
INSERT INTO adsum_duty (plan_id, participant_id, due_on, made_at, opens_at, due_at, missed_after, set_aside)
SELECT plan.id, participant_id, last_due_on, %(now)s, opens, due, missed, ''
FROM plan JOIN term ON first_on = last_due_on AND term.level = plan.level
"""


class PlanStart(NamedTuple):
    """A plan to begin: whose, every how many days, first due when, at which level of their order."""

    participant: Participant
    interval_days: int
    first_due_on: date
    level: str


def start_plans(*, starts: Sequence[PlanStart], actor: Actor, now: datetime) -> None:
    """Begin plans. The first duty of each counts at once."""
    with transaction.atomic():
        plans = Plan.objects.bulk_create(
            (
                Plan(
                    participant=start.participant,
                    level=start.level,
                    interval_days=start.interval_days,
                    last_due_on=start.first_due_on,
                    next_due_on=start.first_due_on + timedelta(days=start.interval_days),
                    started_at=now,
                )
                for start in starts
            ),
            batch_size=2_000,
        )
        duties = (_duty_on(plan, start.first_due_on, None, now) for plan, start in zip(plans, starts, strict=True))
        Duty.objects.bulk_create(duties, batch_size=2_000)
        record(
            verb="plans.started",
            actor=actor,
            now=now,
            policy=in_force(CheckinPolicy, now=now).version,
            count=len(plans),
        )


class ListedPlan(NamedTuple):
    """The same for a participant of a list, who is given by their id."""

    participant_id: int
    interval_days: int
    first_due_on: date
    level: str


def start_listed_plans(*, plans: Sequence[ListedPlan], office: FieldOffice, actor: Actor, now: datetime) -> None:
    """Begin the plans of very many people of one office. The first duty of each counts at once."""
    with transaction.atomic():
        known = list({(plan.first_due_on, plan.level): 0 for plan in plans})
        place = {first: number for number, first in enumerate(known)}
        terms = [_first_term(day, level, office, now) for day, level in known]
        values: dict[str, Any] = {
            "who": numbers(plan.participant_id for plan in plans),
            "days": numbers(plan.interval_days for plan in plans),
            "numbers": numbers(place[plan.first_due_on, plan.level] for plan in plans),
            "number": numbers(range(len(known))),
            "first": [day for day, _ in known],
            "level": [level for _, level in known],
            "opens": [term.opens_at for term in terms],
            "due": [term.due_at for term in terms],
            "missed": [term.missed_after for term in terms],
            "now": now,
        }
        with connection.cursor() as cursor:
            cursor.execute(_START_LISTED, values)
        policy = in_force(CheckinPolicy, now=now).version
        record(verb="plans.started", actor=actor, now=now, policy=policy, count=len(plans))


def _first_term(day: date, level: str, office: FieldOffice, now: datetime) -> Term:
    policy = in_force(CheckinPolicy, now=now, office_id=office.pk, level=level)
    return term_of(day, previous_due_on=None, since=now, zone=office.zone, policy=policy)


def _duty_on(plan: Plan, day: date, previous: date | None, now: datetime) -> Duty:
    policy = in_force(CheckinPolicy, now=now, office_id=plan.participant.office_id, level=plan.level)
    zone = plan.participant.office.zone
    term = term_of(day, previous_due_on=previous, since=plan.started_at, zone=zone, policy=policy)
    return Duty(
        plan=plan,
        participant=plan.participant,
        due_on=day,
        made_at=now,
        opens_at=term.opens_at,
        due_at=term.due_at,
        missed_after=term.missed_after,
    )
