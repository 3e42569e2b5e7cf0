"""A supervisor signs what an officer has proposed, or refuses."""

from datetime import datetime

from django.db import transaction

from adsum.core.text import clean_text
from adsum.flags.actions import DecisionRefused, raise_flag
from adsum.flags.rules import NewFlag, Reason
from adsum.misses.actions.deciding import record_step, take_effect
from adsum.misses.models import MissStep
from adsum.misses.queries import absconding_of, find_step
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
        if agrees and step.step == "absconded" and absconding_of(participant_id=step.participant_id, seen_by=me):
            raise DecisionRefused("This person is recorded as absconded already: refuse this one.")
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
