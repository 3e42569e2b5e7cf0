"""A supervisor signs what an officer has proposed, or refuses."""

from datetime import datetime

from django.db import transaction

from adsum.checkins.queries import reports_of
from adsum.checkins.rules import Outcome
from adsum.core.text import clean_text
from adsum.flags.actions import DecisionRefused, raise_flag
from adsum.flags.rules import Decision, NewFlag, Reason
from adsum.ledger.rules import Actor
from adsum.misses.actions.deciding import record_step, take_effect
from adsum.misses.models import MissStep
from adsum.misses.queries import absconding_of, find_step, grounds_gone
from adsum.offices.models import Staff
from adsum.offices.rules import Role


def sign_step(*, step_id: int, supervisor: Staff, agrees: bool, reason: str, now: datetime) -> MissStep:
    """The second signature, or its refusal: then the missed check-in is before an officer again.

    Raises DecisionRefused.
    """
    words, me = clean_text(reason, longest=4_000), supervisor.as_actor()
    with transaction.atomic():
        found = find_step(step_id=step_id, seen_by=me)
        if found is None or supervisor.role != Role.SUPERVISOR:
            raise DecisionRefused("This does not wait for your signature.")
        step = MissStep.objects.select_for_update(of=("self",)).get(pk=found.pk)
        if not step.waits:
            raise DecisionRefused("Somebody has signed or refused this already.")
        if step.decided_by_id == supervisor.pk:
            raise DecisionRefused("Another person signs: you have proposed it yourself.")
        if not words:
            raise DecisionRefused("Write a reason: the participant and their lawyer can ask for it.")
        if agrees and (fault := _outdated(step, me)):
            raise DecisionRefused(fault)
        step.signed_by, step.signed_at, step.signature_agrees, step.signature_reason = supervisor, now, agrees, words
        step.save(update_fields=["signed_by", "signed_at", "signature_agrees", "signature_reason"])
        record_step(verb="step.signed" if agrees else "step.refused", step=step, actor=me, now=now)
        if agrees:
            take_effect(step=step, actor=me, now=now)
        else:
            details = {"due_on": step.duty.due_on.isoformat(), "refused": words}
            flag = NewFlag(step.participant_id, Reason.MISSED_CHECK_IN, f"duty:{step.duty_id}", details)
            raise_flag(flag=flag, actor=me, now=now, policy=step.policy)
    return step


def _outdated(step: MissStep, seen_by: Actor) -> str:
    """Why this cannot be signed any more: what it was proposed for has changed since."""
    if step.duty.outcome != Outcome.MISSED:
        return "This check-in counts as done meanwhile: refuse this one."
    if grounds_gone(seen_by=seen_by).filter(step=step).exists():
        return "What stood against the person when this was proposed was taken back: refuse this one."
    if step.step != Decision.ABSCONDED:
        return ""
    if absconding_of(participant_id=step.participant_id, seen_by=seen_by):
        return "This person is recorded as absconded already: refuse this one."
    reports = reports_of(participant_id=step.participant_id, seen_by=seen_by)
    has_come = reports.filter(received_at__gt=step.decided_at).exists()
    return "The person has checked in since this was proposed: refuse this one." if has_come else ""
