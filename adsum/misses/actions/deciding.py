"""An officer decides about a missed check-in; and what follows once the decision holds."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from adsum.appointments.actions import AppointmentRefused, give_appointment
from adsum.appointments.rules import Kind, Wanted
from adsum.checkins.actions import ask_again_later, close_rungs, decide_flag, give_new_date
from adsum.checkins.actions.ladder import DateTaken
from adsum.checkins.models import Duty
from adsum.checkins.policy import LadderPolicy
from adsum.checkins.queries import attempts_of, find_duty
from adsum.checkins.rules import Outcome, RungState, end_of_day
from adsum.core.text import clean_line, clean_text
from adsum.flags.actions import DecisionRefused
from adsum.flags.models import Flag
from adsum.flags.queries import find_flag
from adsum.flags.rules import ADVERSE, Decision
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES, Actor
from adsum.misses.actions.grounds import keep_grounds
from adsum.misses.models import Absconding, MissStep
from adsum.misses.queries import trail_of
from adsum.misses.rules import CHECKS, DONE_AT_NINE, FOLLOWED_UP, StepAsked, fault_in, needs_signature
from adsum.notices.actions import queue_notice
from adsum.notices.rules import NoticeKind
from adsum.offices.models import Staff
from adsum.orders.actions import change_level
from adsum.orders.queries import order_in_force
from adsum.orders.rules import Level
from adsum.policies.queries import in_force

LEVELS = frozenset(Level)
_MOST_EVIDENCE = 40


def decide_miss(*, flag_id: int, officer: Staff, asked: StepAsked, now: datetime) -> Flag:
    """Take a step about a missed check-in: it holds at once, or waits for a supervisor's signature.

    Raises DecisionRefused, or AlreadyDecided where somebody was faster.
    """
    asked = replace(asked, reason=clean_text(asked.reason, longest=4_000), place=clean_line(asked.place, longest=300))
    with transaction.atomic():
        duty = _duty_of(flag_id, officer)
        policy, zone = _ladder_of(duty, now), duty.participant.office.zone
        fault = fault_in(asked, levels=LEVELS, today=now.astimezone(zone).date(), policy=policy)
        if asked.step in ADVERSE and duty.outcome != Outcome.MISSED:
            fault = "This check-in counts as done meanwhile: nothing harms the person for it."
        if fault:
            raise DecisionRefused(fault)
        flag = decide_flag(flag_id=flag_id, officer=officer, decision=asked.step, reason=asked.whole_reason, now=now)
        step = MissStep.objects.create(
            participant=duty.participant,
            duty=duty,
            step=asked.step,
            decided_by=officer,
            decided_at=now,
            reason=asked.whole_reason,
            common=asked.common if asked.common_words else "",
            words=asked.reason,
            evidence=_evidence_of(duty, officer.as_actor()),
            policy=policy.version,
            appointed_at=_moment_of(asked, zone),
            place=asked.place if asked.step == Decision.APPOINTMENT else "",
            level=asked.level if asked.step == Decision.LEVEL_CHANGE else "",
            needs_signature=needs_signature(asked.step, policy=policy),
        )
        if asked.step == Decision.ABSCONDED:
            _keep_checklist(step, asked, officer)
        if step.is_adverse:
            keep_grounds(step=step, seen_by=officer.as_actor(), now=now)
        record_step(verb="miss.decided", step=step, actor=officer.as_actor(), now=now)
        if not step.needs_signature:
            take_effect(step=step, actor=officer.as_actor(), now=now)
    return flag


def _duty_of(flag_id: int, officer: Staff) -> Duty:
    me = officer.as_actor()
    flag = find_flag(flag_id=flag_id, seen_by=me)
    duty_id = (flag.about_id("duty") or flag.details.get("duty") or 0) if flag else 0
    duty = find_duty(duty_id=duty_id, seen_by=me)
    if duty is None:
        raise DecisionRefused("This flag is not on your office's worklist.")
    return duty


def _ladder_of(duty: Duty, now: datetime) -> LadderPolicy:
    return in_force(LadderPolicy, now=now, office_id=duty.participant.office_id, level=duty.plan.level)


def _evidence_of(duty: Duty, seen_by: Actor) -> list[str]:
    """What was on the officer's screen: the attempts to reach the person, and the tries that failed."""
    rungs = [f"rung:{rung.pk}:{rung.state}" for rung in trail_of(duty_ids=[duty.pk], seen_by=seen_by)]
    tries = attempts_of(participant_id=duty.participant_id, seen_by=seen_by).filter(failed_at__gte=duty.opens_at)
    return (rungs + [f"attempt:{one}" for one in tries.values_list("pk", flat=True)])[:_MOST_EVIDENCE]


def _moment_of(asked: StepAsked, zone: ZoneInfo) -> datetime | None:
    if asked.on is None or asked.step not in (Decision.APPOINTMENT, Decision.NEW_DATE):
        return None
    if asked.step == Decision.NEW_DATE:
        return end_of_day(asked.on, zone)
    try:
        at = time.fromisoformat(asked.hour)
    except ValueError:
        at = time(DONE_AT_NINE)
    return datetime.combine(asked.on, at.replace(tzinfo=None), zone)


def _keep_checklist(step: MissStep, asked: StepAsked, officer: Staff) -> None:
    notes = {name: clean_line(asked.notes.get(name, ""), longest=500) for name in CHECKS}
    Absconding.objects.create(
        participant=step.participant,
        step=step,
        proposed_by=officer,
        notes={name: words for name, words in notes.items() if words},
        **{name: asked.checks[name] for name in CHECKS},
    )


def take_effect(*, step: MissStep, actor: Actor, now: datetime) -> None:
    """From now on the step holds: what it says is done, and the participant is told how to contest it."""
    with transaction.atomic():
        duty = step.duty
        policy = _ladder_of(duty, now)
        step.effective_at = now
        if step.step == Decision.NEW_DATE:
            _give_date(step, now)
        if step.step == Decision.APPOINTMENT:
            _give_appointment(step, now)
        if step.step == Decision.LEVEL_CHANGE:
            _change_level(step, actor, now)
        if step.step == Decision.ABSCONDED:
            Absconding.objects.filter(step=step).update(began_at=now, signed_by=step.signed_by)
        if step.is_adverse:
            _tell(step, policy, now)
        step.save(update_fields=["effective_at", "told_at", "contest_until", "level_before"])
        if step.step in FOLLOWED_UP and duty.outcome == Outcome.MISSED:
            later = now + timedelta(days=policy.follow_up_days)
            ask_again_later(duty=duty, at=max(later, step.appointed_at or later), actor=actor, now=now)
        if step.step not in FOLLOWED_UP:
            close_rungs(duty_id=duty.pk, why=RungState.DECIDED, actor=actor, now=now)
        record_step(verb="step.holds", step=step, actor=actor, now=now)


def _give_date(step: MissStep, now: datetime) -> None:
    if step.appointed_at is None:
        return
    due_on = (step.appointed_at - timedelta(seconds=1)).astimezone(step.participant.office.zone).date()
    try:
        give_new_date(duty=step.duty, due_on=due_on, officer=step.decided_by, words=step.reason, now=now)
    except DateTaken as taken:
        raise DecisionRefused(str(taken)) from taken


def _give_appointment(step: MissStep, now: datetime) -> None:
    """The step is an appointment like others: with reminders, in the calendar, to be moved, with a note on who came."""
    if step.appointed_at is None:
        return
    place = "" if step.place == step.participant.office.name else step.place
    wanted = Wanted(Kind.OFFICE_VISIT, step.appointed_at, place)
    try:
        give_appointment(participant=step.participant, wanted=wanted, by=step.decided_by, now=now)
    except AppointmentRefused as refused:
        raise DecisionRefused(str(refused)) from refused


def _change_level(step: MissStep, actor: Actor, now: datetime) -> None:
    order = order_in_force(participant_id=step.participant_id, seen_by=RULES)
    step.level_before = order.level if order else Level.NONE
    note = f"Decision {step.number}"
    change_level(
        participant=step.participant,
        level=Level(step.level),
        note=note,
        actor=actor,
        decided_by=step.decided_by,
        now=now,
    )


def _tell(step: MissStep, policy: LadderPolicy, now: datetime) -> None:
    last_day = _last_day(step, policy, now)
    step.told_at, step.contest_until = now, end_of_day(last_day, step.participant.office.zone)
    queue_notice(
        kind=NoticeKind.STEP_TAKEN,
        participant=step.participant,
        now=now,
        about=f"step:{step.pk}",
        policy=policy.version,
        step=step,
        due_on=step.duty.due_on,
        photo=step.duty.is_photo,
        last_day=last_day,
    )


def uphold(*, step: MissStep, actor: Actor, now: datetime) -> None:
    """It stands for another reason than before: the person can contest it anew, if they have not done so yet."""
    with transaction.atomic():
        if step.contested_at is None:
            last_day = _last_day(step, _ladder_of(step.duty, now), now)
            step.contest_until = end_of_day(last_day, step.participant.office.zone)
            step.save(update_fields=["contest_until"])
        record_step(verb="step.upheld", step=step, actor=actor, now=now)


def _last_day(step: MissStep, policy: LadderPolicy, now: datetime) -> date:
    return now.astimezone(step.participant.office.zone).date() + timedelta(days=policy.contest_days)


def record_step(*, verb: str, step: MissStep, actor: Actor, now: datetime) -> None:
    """Write the line of this step."""
    with transaction.atomic():
        record(
            verb=verb,
            actor=actor,
            now=now,
            subject=step,
            participant_id=step.participant_id,
            policy=step.policy,
            decision=step.step,
        )


def forget(*, before: datetime, now: datetime) -> None:
    """Erase steps from before this moment, but for those by which somebody is still recorded as absconded."""
    with transaction.atomic():
        old = MissStep.objects.filter(decided_at__lt=before)
        count, _ = old.exclude(absconding__began_at__isnull=False, absconding__ended_at__isnull=True).delete()
        record(verb="steps.forgotten", actor=RULES, now=now, policy=LadderPolicy().version, count=count)
