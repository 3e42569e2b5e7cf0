"""A named officer changes somebody's check-in days, pauses them, or lets them go on; the participant is told."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Max, Min, OuterRef, QuerySet

from adsum.checkins.actions.making import make_ahead
from adsum.checkins.models import Duty, Excuse, ExcuseRequest, Pause, Plan
from adsum.checkins.policy import CheckinPolicy
from adsum.checkins.queries import plans_of
from adsum.checkins.rules import DutyKind, ExcuseReason, Outcome, PauseReason, Rhythm
from adsum.core.text import clean_text
from adsum.ledger.actions import record
from adsum.notices.actions import queue_notice
from adsum.notices.rules import NoticeKind
from adsum.offices.models import Staff
from adsum.people.models import Participant
from adsum.policies.queries import in_force

DATES_TOLD = 3


class ScheduleRefused(Exception):
    """The schedule cannot be changed so; the message says what to do."""


def change_schedule(*, plan_id: int, rhythm: Rhythm, from_on: date, officer: Staff, reason: str, now: datetime) -> Plan:
    """From a day on, other check-in days. Raises ScheduleRefused.

    A duty whose window is open stays as it was announced; the days begin after it. The others are replaced.
    """
    words = _words(reason)
    with transaction.atomic():
        old = _locked_plan(plan_id, officer)
        person = old.participant
        policy = in_force(CheckinPolicy, now=now, office_id=person.office_id, level=old.level)
        today = now.astimezone(person.office.zone).date()
        _check_day(from_on, today, policy)
        _not_begun(old, now).filter(due_on__gte=from_on).delete()
        last = Duty.objects.filter(plan=old).aggregate(day=Max("due_on"))["day"]
        old.ended_at = now
        old.save(update_fields=["ended_at"])
        plan = Plan.objects.create(
            participant=person,
            kind=old.kind,
            level=old.level,
            interval_days=rhythm.interval_days,
            weekdays=rhythm.weekdays,
            month_day=rhythm.month_day,
            last_due_on=last,
            next_due_on=rhythm.first_from(max(from_on, last + timedelta(days=1)) if last else from_on),
            started_at=now,
            set_by=officer,
            reason=words,
        )
        make_ahead(claimed=[(person.office_id, plan.level, [plan.pk])], now=now)
        record(
            verb="schedule.changed",
            actor=officer.as_actor(),
            now=now,
            subject=plan,
            participant_id=person.pk,
            policy=policy.version,
            plan_before=old.pk,
            from_on=from_on.isoformat(),
            interval_days=rhythm.interval_days,
            weekdays=rhythm.weekdays,
            month_day=rhythm.month_day,
        )
        _tell_the_days(person, [plan], words, policy, now)
    return plan


def add_plan(
    *, participant: Participant, kind: DutyKind, rhythm: Rhythm, from_on: date, officer: Staff, reason: str,
    now: datetime,
) -> Plan:  # fmt: skip
    """From a day on, a plan of another kind beside those that hold. Raises ScheduleRefused."""
    words = _words(reason)
    with transaction.atomic():
        held = _locked_plans(participant, officer)
        if any(plan.kind == kind for plan in held):
            raise ScheduleRefused("There is such a plan already: change its days instead.")
        if any(plan.paused_at for plan in held):
            raise ScheduleRefused("The check-ins are paused: resume them first.")
        person, level = held[0].participant, held[0].level
        policy = in_force(CheckinPolicy, now=now, office_id=person.office_id, level=level)
        _check_day(from_on, now.astimezone(person.office.zone).date(), policy)
        plan = Plan.objects.create(
            participant=person,
            kind=kind,
            level=level,
            interval_days=rhythm.interval_days,
            weekdays=rhythm.weekdays,
            month_day=rhythm.month_day,
            next_due_on=rhythm.first_from(from_on),
            started_at=now,
            set_by=officer,
            reason=words,
        )
        make_ahead(claimed=[(person.office_id, level, [plan.pk])], now=now)
        _record_plan("schedule.added", plan, officer, policy, now)
        _tell_the_days(person, [plan], words, policy, now)
    return plan


def end_plan(*, plan_id: int, officer: Staff, reason: str, now: datetime) -> None:
    """Nothing is asked for by this plan any more; what is open of it is excused. Raises ScheduleRefused.

    A plan of check-ins is paused instead, or ends with the case.
    """
    words = _words(reason)
    with transaction.atomic():
        plan = _locked_plan(plan_id, officer)
        if plan.kind == DutyKind.CHECK_IN:
            raise ScheduleRefused("Check-ins are not ended here: pause them, or close the case.")
        person = plan.participant
        policy = in_force(CheckinPolicy, now=now, office_id=person.office_id, level=plan.level)
        _not_begun(plan, now).delete()
        plan.ended_at = now
        plan.save(update_fields=["ended_at"])
        _excuse_open(Duty.objects.filter(plan=plan), officer, words, now)
        _record_plan("schedule.ended", plan, officer, policy, now)
        _tell_the_days(person, [plan], words, policy, now)


def _record_plan(verb: str, plan: Plan, officer: Staff, policy: CheckinPolicy, now: datetime) -> None:
    record(
        verb=verb,
        actor=officer.as_actor(),
        now=now,
        subject=plan,
        participant_id=plan.participant_id,
        policy=policy.version,
        kind=plan.kind,
        interval_days=plan.interval_days,
        weekdays=plan.weekdays,
        month_day=plan.month_day,
    )


def pause_schedule(*, participant: Participant, why: PauseReason, reason: str, officer: Staff, now: datetime) -> Pause:
    """Nobody asks for check-ins until it is resumed; what is open is excused. Raises ScheduleRefused."""
    words = _words(reason)
    with transaction.atomic():
        plans = _locked_plans(participant, officer)
        if any(plan.paused_at for plan in plans):
            raise ScheduleRefused("The check-ins are paused already.")
        pause = Pause.objects.create(participant=participant, why=why, words=words, began_at=now, began_by=officer)
        for plan in plans:
            _stop(plan, now)
        _excuse_open(Duty.objects.filter(participant=participant), officer, words, now)
        policy = in_force(CheckinPolicy, now=now, office_id=participant.office_id)
        record(
            verb="schedule.paused",
            actor=officer.as_actor(),
            now=now,
            subject=pause,
            participant_id=participant.pk,
            policy=policy.version,
            why=why,
        )
        queue_notice(
            kind=NoticeKind.SCHEDULE_PAUSED,
            participant=participant,
            now=now,
            about=f"pause:{pause.pk}",
            policy=policy.version,
            reason=words,
        )
    return pause


def resume_schedule(*, participant: Participant, from_on: date, reason: str, officer: Staff, now: datetime) -> None:
    """The check-ins go on from this day, in the rhythm they had; an interval counts from here where it ran out.

    Raises ScheduleRefused.
    """
    words = _words(reason)
    with transaction.atomic():
        plans = [plan for plan in _locked_plans(participant, officer) if plan.paused_at]
        if not plans:
            raise ScheduleRefused("The check-ins are not paused.")
        policy = in_force(CheckinPolicy, now=now, office_id=participant.office_id, level=plans[0].level)
        _check_day(from_on, now.astimezone(participant.office.zone).date(), policy)
        Pause.objects.filter(participant=participant, ended_at__isnull=True).update(ended_at=now, ended_by=officer)
        for plan in plans:
            plan.paused_at = None
            plan.next_due_on = plan.rhythm.resumed(plan.next_due_on, from_on=from_on)
            plan.save(update_fields=["paused_at", "next_due_on"])
            make_ahead(claimed=[(participant.office_id, plan.level, [plan.pk])], now=now)
        record(
            verb="schedule.resumed",
            actor=officer.as_actor(),
            now=now,
            subject=participant,
            participant_id=participant.pk,
            policy=policy.version,
            from_on=from_on.isoformat(),
        )
        _tell_the_days(participant, plans, words, policy, now)


def _words(reason: str) -> str:
    words = clean_text(reason, longest=1_000)
    if not words:
        raise ScheduleRefused("Please say why: the participant reads it.")
    return words


def _check_day(from_on: date, today: date, policy: CheckinPolicy) -> None:
    soonest = today + timedelta(days=policy.schedule_notice_days)
    latest = today + timedelta(days=policy.made_ahead_days)
    if not soonest <= from_on <= latest:
        raise ScheduleRefused(f"Choose a first day from {soonest:%B %-d, %Y} to {latest:%B %-d, %Y}.")


def _locked_plan(plan_id: int, officer: Staff) -> Plan:
    plan = Plan.objects.filter(pk=plan_id).select_related("participant").first()
    found = plan and next((one for one in _locked_plans(plan.participant, officer) if one.pk == plan_id), None)
    if found is None:
        raise ScheduleRefused("This schedule has ended, or is not one of your office's.")
    if found.paused_at:
        raise ScheduleRefused("The check-ins are paused: resume them first.")
    return found


def _locked_plans(participant: Participant, officer: Staff) -> list[Plan]:
    """The plans that hold, locked after their person: a report or a second officer waits."""
    Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)
    mine = plans_of(participant_id=participant.pk, seen_by=officer.as_actor()).values("pk")
    held = Plan.objects.filter(pk__in=mine, ended_at__isnull=True).select_related("participant__office")
    plans = list(held.select_for_update(of=("self",), no_key=True).order_by("pk"))
    if not plans:
        raise ScheduleRefused("This person has no check-in schedule in your office.")
    return plans


def _not_begun(plan: Plan, now: datetime) -> QuerySet[Duty]:
    """What can be taken back: about what somebody has asked to be excused from, they get an answer."""
    asked = ExcuseRequest.objects.filter(duty=OuterRef("pk"))
    return Duty.objects.filter(~Exists(asked), plan=plan, outcome__isnull=True, opens_at__gt=now)


def _stop(plan: Plan, now: datetime) -> None:
    """What is ahead is taken back, and made again when it goes on."""
    ahead = _not_begun(plan, now)
    plan.next_due_on = ahead.aggregate(day=Min("due_on"))["day"] or plan.next_due_on
    ahead.delete()
    plan.last_due_on = Duty.objects.filter(plan=plan).aggregate(day=Max("due_on"))["day"]
    plan.paused_at = now
    plan.save(update_fields=["next_due_on", "last_due_on", "paused_at"])


def _excuse_open(duties: QuerySet[Duty], officer: Staff, words: str, now: datetime) -> None:
    open_now = list(duties.select_for_update().filter(outcome__isnull=True))
    for duty in open_now:
        duty.outcome, duty.settled_at = Outcome.EXCUSED, now
        duty.save(update_fields=["outcome", "settled_at"])
        Excuse.objects.create(duty=duty, reason=ExcuseReason.OFFICER, excused_by=officer, words=words, at=now)
        record(
            verb="checkin.excused",
            actor=officer.as_actor(),
            now=now,
            subject=duty,
            participant_id=duty.participant_id,
            due_on=duty.due_on.isoformat(),
        )


def _tell_the_days(
    participant: Participant, plans: Sequence[Plan], words: str, policy: CheckinPolicy, now: datetime
) -> None:
    """Check-ins and photos each have their own notice, so that nobody mixes up their days."""
    for kind in DutyKind:
        if mine := [plan for plan in plans if plan.kind == kind]:
            _tell_days_of(kind, participant, mine, words, policy, now)


def _tell_days_of(
    kind: DutyKind, participant: Participant, plans: Sequence[Plan], words: str, policy: CheckinPolicy, now: datetime
) -> None:
    ahead = Duty.objects.filter(participant=participant, plan__kind=kind, outcome__isnull=True).order_by("due_on")
    running = [plan.next_due_on for plan in plans if plan.ended_at is None]
    days = list(ahead.values_list("due_on", flat=True)[:DATES_TOLD]) or running
    queue_notice(
        kind=NoticeKind.SCHEDULE_CHANGED,
        participant=participant,
        now=now,
        about=f"plan:{plans[0].pk}",
        policy=policy.version,
        days=days,
        photo=kind == DutyKind.PHOTO,
        reason=words,
    )
