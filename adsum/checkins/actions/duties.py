"""What is owed: planned, made ahead, swept when overdue, excused."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

import structlog
from django.db import DatabaseError, transaction

from adsum.checkins.actions.credit import give_credit
from adsum.checkins.actions.ladder import begin_ladders
from adsum.checkins.models import Duty, Excuse, Plan
from adsum.checkins.policy import POLICY
from adsum.checkins.queries import find_duty
from adsum.checkins.rules import NEXT_OUTCOMES, ExcuseReason, Outcome, catch_up, term_of
from adsum.flags.actions import raise_flags
from adsum.flags.rules import NewFlag, Reason
from adsum.ledger.actions import record, record_lines
from adsum.ledger.rules import RULES, Actor, Line
from adsum.notices.actions import queue_notice, queue_notices
from adsum.notices.rules import Draft, NoticeKind
from adsum.offices.models import Staff
from adsum.outbox.actions import emit_events
from adsum.outbox.rules import Event
from adsum.people.models import Participant

log = structlog.get_logger(__name__)


class ExcuseRefused(Exception):
    """This duty cannot be excused; the message says why."""


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
        duties = (_duty_on(plan, start.first_due_on, None) for plan, start in zip(plans, starts, strict=True))
        Duty.objects.bulk_create(duties, batch_size=2_000)
        record(
            verb="plans.started",
            actor=actor,
            now=now,
            policy=POLICY.version,
            count=len(plans),
        )


def make_duties(*, now: datetime, batch: int = 1_000) -> int:
    """Make the duties that come next, batch by batch; a run that was missed is caught up, none is doubled."""
    made = 0
    while True:
        with transaction.atomic():
            horizon = now.date() + timedelta(days=POLICY.made_ahead_days - 1)
            plans = list(
                Plan.objects.filter(ended_at__isnull=True, next_due_on__lte=horizon)
                .select_related("participant__office")
                .select_for_update(of=("self",), skip_locked=True)
                .order_by("next_due_on", "pk")[:batch]
            )
            if not plans:
                return made
            duties = [duty for plan in plans for duty in _next_duties(plan, now)]
            Duty.objects.bulk_create(duties, ignore_conflicts=True, batch_size=2_000)
            Plan.objects.bulk_update(plans, ["last_due_on", "next_due_on"], batch_size=1_000)
            record(
                verb="duties.made",
                actor=RULES,
                now=now,
                policy=POLICY.version,
                count=len(duties),
            )
            made += len(duties)


def _next_duties(plan: Plan, now: datetime) -> list[Duty]:
    zone = plan.participant.office.zone
    today = now.astimezone(zone).date()
    made: list[Duty] = []
    day = catch_up(plan.next_due_on, interval_days=plan.interval_days, today=today)
    while day <= today + timedelta(days=POLICY.made_ahead_days):
        made.append(_duty_on(plan, day, plan.last_due_on))
        plan.last_due_on = day
        day += timedelta(days=plan.interval_days)
    plan.next_due_on = day
    return made


def _duty_on(plan: Plan, day: date, previous: date | None) -> Duty:
    zone = plan.participant.office.zone
    term = term_of(day, previous_due_on=previous, since=plan.started_at, zone=zone, policy=POLICY)
    return Duty(
        plan=plan,
        participant=plan.participant,
        due_on=day,
        opens_at=term.opens_at,
        due_at=term.due_at,
        missed_after=term.missed_after,
    )


def sweep_overdue(*, now: datetime, batch: int = 500) -> int:
    """Mark what is overdue, batch by batch; returns how many. A duty that cannot be marked is set aside, named."""
    done = 0
    while claimed := _sweep_batch(now, batch):
        done += claimed
    return done


def _sweep_batch(now: datetime, batch: int) -> int:
    with transaction.atomic():
        duties = list(
            Duty.objects.filter(outcome__isnull=True, set_aside="", missed_after__lte=now)
            .select_related("participant__office", "plan")
            .select_for_update(of=("self",), skip_locked=True)
            .order_by("missed_after")[:batch]
        )
        if not duties:
            return 0
        try:
            with transaction.atomic():
                _credit_or_miss(duties, now)
        except Exception:
            for duty in duties:
                _mark_or_set_aside(duty, now)
    return len(duties)


def _credit_or_miss(duties: Sequence[Duty], now: datetime) -> None:
    """First what was not their fault moves their deadlines; what is overdue all the same is marked."""
    overdue = give_credit(duties=duties, now=now)
    if overdue:
        mark_missed(duties=overdue, now=now)


def _mark_or_set_aside(duty: Duty, now: datetime) -> None:
    try:
        with transaction.atomic():
            _credit_or_miss([duty], now)
    except Exception as error:
        if isinstance(error, DatabaseError) and "connection" in str(error):
            raise
        log.error("duty.set-aside", duty=duty.pk, error=type(error).__name__)
        Duty.objects.filter(pk=duty.pk).update(set_aside=f"{type(error).__name__}: {error}"[:1000])
        record(
            verb="duty.set-aside",
            actor=RULES,
            now=now,
            subject=duty,
            participant_id=duty.participant_id,
        )


def mark_missed(*, duties: Sequence[Duty], now: datetime) -> None:
    """The grace period is over: tell the participants and put them on the worklist.

    Who has never signed in could not check in: their duty is excused, and an officer is asked to help them in.
    """
    missed = [duty for duty in duties if duty.participant.activated_at is not None]
    never_in = [duty for duty in duties if duty.participant.activated_at is None]
    with transaction.atomic():
        _settle(missed, Outcome.MISSED, now)
        _settle(never_in, Outcome.EXCUSED, now)
        Excuse.objects.bulk_create(Excuse(duty=duty, reason=ExcuseReason.NEVER_SIGNED_IN, at=now) for duty in never_in)
        lines = [_line("checkin.missed", duty) for duty in missed] + [_line("checkin.excused", d) for d in never_in]
        record_lines(lines=lines, now=now)
        queue_notices(
            drafts=[
                Draft(
                    duty.participant,
                    NoticeKind.CHECKIN_MISSED,
                    f"duty:{duty.pk}",
                    {"due_on": duty.due_on},
                )
                for duty in missed
            ],
            now=now,
            policy=POLICY.version,
        )
        clocks = begin_ladders(duties=missed, now=now)
        flags = [
            NewFlag(d.participant_id, Reason.MISSED_CHECK_IN, f"duty:{d.pk}", _due(d) | clocks[d.pk]) for d in missed
        ]
        flags += [NewFlag(person, Reason.NEVER_SIGNED_IN) for person in {d.participant_id for d in never_in}]
        raise_flags(flags=flags, actor=RULES, now=now, policy=POLICY.version)
        emit_events(
            events=[Event("checkin.missed", d.participant_id, {"duty": d.pk, **_due(d)}) for d in missed],
            now=now,
        )


def _settle(duties: Sequence[Duty], outcome: Outcome, now: datetime) -> None:
    ids = [duty.pk for duty in duties]
    Duty.objects.filter(pk__in=ids, outcome__isnull=True).update(outcome=outcome, settled_at=now)


def _line(verb: str, duty: Duty) -> Line:
    return Line(verb, RULES, "duty", duty.pk, duty.participant_id, POLICY.version, _due(duty))


def _due(duty: Duty) -> dict[str, str]:
    return {"due_on": duty.due_on.isoformat()}


def excuse_duty(*, duty_id: int, officer: Staff, words: str, now: datetime) -> Duty:
    """An officer lets a missed or open duty count as done, and the participant is told. Raises ExcuseRefused."""
    with transaction.atomic():
        found = find_duty(duty_id=duty_id, seen_by=officer.as_actor())
        if found is None:
            raise ExcuseRefused("This check-in is not one of your office's.")
        duty = Duty.objects.select_for_update().get(pk=found.pk)
        before = Outcome(duty.outcome) if duty.outcome else None
        if Outcome.EXCUSED not in NEXT_OUTCOMES[before]:
            raise ExcuseRefused("This check-in counts as done already.")
        duty.outcome, duty.settled_at = Outcome.EXCUSED, now
        duty.save(update_fields=["outcome", "settled_at"])
        Excuse.objects.create(
            duty=duty,
            reason=ExcuseReason.OFFICER,
            excused_by=officer,
            words=words,
            at=now,
        )
        record(
            verb="checkin.excused",
            actor=officer.as_actor(),
            now=now,
            subject=duty,
            participant_id=duty.participant_id,
            policy=POLICY.version,
            **_due(duty),
        )
        queue_notice(
            kind=NoticeKind.CHECKIN_EXCUSED,
            participant=found.participant,
            now=now,
            about=f"duty:{duty.pk}",
            policy=POLICY.version,
            due_on=duty.due_on,
        )
    return duty
