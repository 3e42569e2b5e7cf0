"""“Absconded” ends by a person, with a reason; who comes back is shown to an officer."""

from datetime import datetime

from django.db import transaction

from adsum.appointments.actions import cancel_appointment
from adsum.appointments.queries import appointments_of
from adsum.appointments.rules import Kind
from adsum.core.text import clean_text
from adsum.flags.actions import DecisionRefused, raise_flags
from adsum.flags.rules import Decision, NewFlag, Reason
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES
from adsum.misses.models import Absconding, MissStep
from adsum.misses.queries import absconding_of, returned_people
from adsum.notices.actions import queue_notice
from adsum.notices.rules import NoticeKind
from adsum.offices.models import Staff
from adsum.orders.actions import change_level
from adsum.orders.queries import order_in_force
from adsum.orders.rules import Level


def undo(*, step: MissStep, officer: Staff, reason: str, now: datetime) -> None:
    """The step no longer holds: “absconded” ends, a level is as it was before. What was decided stays in the file."""
    with transaction.atomic():
        if step.undone_at is not None:
            return
        step.undone_at = now
        step.save(update_fields=["undone_at"])
        actor, person = officer.as_actor(), step.participant
        if step.step == Decision.LEVEL_CHANGE and step.level_before and _is_at(step.level, person.pk):
            note = f"Decision {step.number} undone"
            level = Level(step.level_before)
            change_level(participant=person, level=level, note=note, actor=actor, decided_by=officer, now=now)
        if step.step == Decision.APPOINTMENT:
            _cancel_appointment(step, officer, reason, now)
        if step.step == Decision.ABSCONDED:
            in_force = Absconding.objects.filter(step=step, began_at__isnull=False, ended_at__isnull=True)
            in_force.update(ended_at=now, ended_by=officer, end_reason=reason)
        record(
            verb="step.undone",
            actor=actor,
            now=now,
            subject=step,
            participant_id=person.pk,
            policy=step.policy,
            decision=step.step,
        )


def _is_at(level: str, participant_id: int) -> bool:
    """False where a later decision has gone further, or no order is in force any more: nothing begins anew."""
    order = order_in_force(participant_id=participant_id, seen_by=RULES)
    return order is not None and order.level == level


def _cancel_appointment(step: MissStep, officer: Staff, reason: str, now: datetime) -> None:
    """The appointment that the step gave, where it has yet to come and was not moved."""
    if step.appointed_at is None or step.appointed_at <= now:
        return
    given = appointments_of(participant_id=step.participant_id, seen_by=officer.as_actor())
    for one in given.filter(kind=Kind.OFFICE_VISIT, starts_at=step.appointed_at, ended_at__isnull=True):
        cancel_appointment(appointment_id=one.pk, reason=reason, by=officer, now=now)


def end_absconding(*, participant_id: int, officer: Staff, reason: str, now: datetime) -> None:
    """This person is found: the record ends, and they are told. Raises DecisionRefused."""
    words = clean_text(reason, longest=4_000)
    with transaction.atomic():
        found = absconding_of(participant_id=participant_id, seen_by=officer.as_actor())
        if found is None:
            raise DecisionRefused("This person is not recorded as absconded.")
        if not words:
            raise DecisionRefused("Write a reason: the participant and their lawyer can ask for it.")
        step = MissStep.objects.select_for_update(of=("self",)).get(pk=found.step_id)
        undo(step=step, officer=officer, reason=words, now=now)
        queue_notice(
            kind=NoticeKind.STEP_ANSWERED,
            participant=step.participant,
            now=now,
            about=f"step:{step.pk}",
            policy=step.policy,
            words=words,
            undone=True,
            day=step.decided_at,
        )


def flag_returns(*, now: datetime) -> int:
    """Who is recorded as absconded and has checked in: propose to an officer to end it. Returns how many."""
    with transaction.atomic():
        back = list(returned_people(seen_by=RULES).select_for_update(of=("self",), skip_locked=True)[:1_000])
        if not back:
            return 0
        Absconding.objects.filter(pk__in=[one.pk for one in back]).update(return_flagged_at=now)
        flags = [NewFlag(one.participant_id, Reason.BACK_AGAIN, f"step:{one.step_id}") for one in back]
        raise_flags(flags=flags, actor=RULES, now=now)
        record(verb="absconded.back", actor=RULES, now=now, count=len(back))
    return len(back)


def ask_at_next_return(*, step: MissStep, officer: Staff, now: datetime) -> None:
    """An officer has looked at who came back, and the record stands: the next check-in asks again."""
    with transaction.atomic():
        Absconding.objects.filter(step=step).update(return_flagged_at=now)
        actor, person = officer.as_actor(), step.participant_id
        record(verb="step.stands", actor=actor, now=now, subject=step, participant_id=person, policy=step.policy)
