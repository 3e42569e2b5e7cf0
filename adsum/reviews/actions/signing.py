"""The second signature under a step up, or its refusal."""

from datetime import datetime

from django.db import transaction

from adsum.core.text import clean_text
from adsum.ledger.rules import RULES
from adsum.offices.models import Staff
from adsum.offices.rules import Role
from adsum.orders.queries import order_in_force
from adsum.people.queries import participants
from adsum.reviews.actions.asking import LONGEST_WORDS
from adsum.reviews.actions.deciding import ReviewRefused, let_hold, record_decision
from adsum.reviews.models import ReviewDecision


def sign_decision(*, decision_id: int, supervisor: Staff, agrees: bool, reason: str, now: datetime) -> ReviewDecision:
    """A step up holds from now on; or it does not, and the review is before an officer again. Raises ReviewRefused."""
    words, me = clean_text(reason, longest=LONGEST_WORDS), supervisor.as_actor()
    with transaction.atomic():
        mine = ReviewDecision.objects.select_for_update(of=("self",)).select_related("review", "participant__office")
        decision = mine.filter(pk=decision_id, participant__in=participants(seen_by=me)).first()
        if decision is None or supervisor.role != Role.SUPERVISOR or not decision.waits_for_second:
            raise ReviewRefused("This does not wait for your signature.")
        if supervisor.pk in (decision.decided_by_id, decision.made_by_id):
            raise ReviewRefused("Another person signs: you have had a part in it.")
        if not words:
            raise ReviewRefused("Write a reason: the participant and their lawyer can ask for it.")
        if agrees and (fault := _outdated(decision)):
            raise ReviewRefused(fault)
        decision.second_by, decision.second_at, decision.second_agrees = supervisor, now, agrees
        decision.second_reason = words
        decision.save(update_fields=["second_by", "second_at", "second_agrees", "second_reason"])
        verb = "level.signed" if agrees else "level.not-signed"
        record_decision(verb=verb, decision=decision, actor=me, now=now)
        if agrees:
            let_hold(decision=decision, actor=me, now=now)
    return decision


def _outdated(decision: ReviewDecision) -> str:
    """Why this decision cannot hold any more; who signs can still say no to it."""
    if decision.participant.left_at is not None:
        return "This person has left: no order begins for them. You can say no, or wait until they are back."
    order = order_in_force(participant_id=decision.participant_id, seen_by=RULES)
    if order is None or order.level != decision.level_before:
        return "Their level is another one by now. Say no: an officer decides anew."
    return ""
