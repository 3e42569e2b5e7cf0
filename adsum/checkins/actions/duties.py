"""What is owed: planned."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import transaction

from adsum.checkins.models import Duty, Plan
from adsum.checkins.policy import CheckinPolicy
from adsum.checkins.rules import term_of
from adsum.ledger.actions import record
from adsum.ledger.rules import Actor
from adsum.people.models import Participant
from adsum.policies.queries import in_force


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


def _duty_on(plan: Plan, day: date, previous: date | None, now: datetime) -> Duty:
    policy = in_force(CheckinPolicy, now=now, office_id=plan.participant.office_id, level=plan.level)
    zone = plan.participant.office.zone
    term = term_of(day, previous_due_on=previous, since=plan.started_at, zone=zone, policy=policy)
    return Duty(
        plan=plan,
        participant=plan.participant,
        due_on=day,
        opens_at=term.opens_at,
        due_at=term.due_at,
        missed_after=term.missed_after,
    )
