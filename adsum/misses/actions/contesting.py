"""A participant contests a step; a supervisor who has no part in it answers."""

from datetime import datetime

from django.db import transaction

from adsum.core.text import clean_text
from adsum.documents.models import Document
from adsum.flags.actions import DecisionRefused, clear_flag, raise_flag
from adsum.flags.models import Flag
from adsum.flags.queries import find_flag
from adsum.flags.rules import Decision, NewFlag, Reason
from adsum.misses.actions.absconding import ask_at_next_return, undo
from adsum.misses.actions.deciding import record_step, uphold
from adsum.misses.models import MissStep
from adsum.misses.queries import find_step
from adsum.notices.actions import queue_notice
from adsum.notices.rules import NoticeKind
from adsum.offices.models import Staff
from adsum.offices.rules import Role
from adsum.people.models import Participant


class ContestRefused(Exception):
    """This cannot be contested so; its only argument says why: empty, over, done."""


def contest_step(
    *, participant: Participant, step_id: int, words: str, now: datetime, document: Document | None = None
) -> MissStep:
    """The participant says that a step is wrong: it becomes a flag with words and paper. Raises ContestRefused."""
    text, me = clean_text(words, longest=4_000), participant.as_actor()
    with transaction.atomic():
        found = find_step(step_id=step_id, seen_by=me)
        if found is None:
            raise ContestRefused("absent")
        step = MissStep.objects.select_for_update(of=("self",)).get(pk=found.pk)
        if step.contested_at or step.undone_at or not step.is_adverse:
            raise ContestRefused("done")
        if step.contest_until is None or now >= step.contest_until:
            raise ContestRefused("over")
        if not text:
            raise ContestRefused("empty")
        step.contested_at, step.contest_words = now, text
        step.contest_document = document
        step.save(update_fields=["contested_at", "contest_words", "contest_document"])
        record_step(verb="step.contested", step=step, actor=me, now=now)
        paper = {"document": document.pk} if document else {}
        facts = {"words": text, "contested": step.step, **paper}
        flag = NewFlag(participant.pk, Reason.CONTESTED, f"step:{step.pk}", facts)
        raise_flag(flag=flag, actor=me, now=now, policy=step.policy)
    return step


def answer_contest(*, flag_id: int, officer: Staff, decision: str, reason: str, now: datetime) -> Flag:
    """A contested step stands or is undone, or a record of absconding after a check-in. Raises DecisionRefused."""
    with transaction.atomic():
        seen = find_flag(flag_id=flag_id, seen_by=officer.as_actor())
        step_id = (seen.about_id("step") or 0) if seen else 0
        step = MissStep.objects.select_for_update(of=("self",)).filter(pk=step_id).first()
        if seen is None or step is None:
            raise DecisionRefused("This flag is not on your office's worklist.")
        if seen.reason == Reason.CONTESTED and not _may_answer(step, officer):
            raise DecisionRefused("A supervisor answers this who has neither decided nor signed it.")
        if seen.reason == Reason.GROUND_GONE and decision == Decision.STANDS and not _may_uphold(step, officer):
            raise DecisionRefused("Two people decided this: a supervisor says whether it stands. You can undo it.")
        flag = clear_flag(flag_id=flag_id, officer=officer, decision=decision, reason=reason, now=now)
        if flag.reason == Reason.CONTESTED:
            _keep_answer(step, flag, officer, now)
        if decision == Decision.UNDONE:
            undo(step=step, officer=officer, reason=flag.decision_reason, now=now)
        if decision == Decision.STANDS:
            _let_stand(step, flag, officer, now)
        if decision == Decision.UNDONE or flag.reason in (Reason.CONTESTED, Reason.GROUND_GONE):
            queue_notice(
                kind=NoticeKind.STEP_ANSWERED,
                participant=flag.participant,
                now=now,
                about=f"step:{step.pk}",
                policy=step.policy,
                words=flag.decision_reason,
                undone=decision == Decision.UNDONE,
                day=step.decided_at,
            )
    return flag


def _let_stand(step: MissStep, flag: Flag, officer: Staff, now: datetime) -> None:
    if flag.reason == Reason.BACK_AGAIN:
        ask_at_next_return(step=step, officer=officer, now=now)
    if flag.reason == Reason.GROUND_GONE:
        uphold(step=step, actor=officer.as_actor(), now=now)


def _may_answer(step: MissStep, officer: Staff) -> bool:
    return officer.role == Role.SUPERVISOR and officer.pk not in (step.decided_by_id, step.signed_by_id)


def _may_uphold(step: MissStep, officer: Staff) -> bool:
    """What took two people stands on without its ground by a supervisor's word only."""
    return not step.needs_signature or officer.role == Role.SUPERVISOR


def _keep_answer(step: MissStep, flag: Flag, officer: Staff, now: datetime) -> None:
    step.answered_by, step.answered_at, step.answer = officer, now, flag.decision
    step.answer_reason = flag.decision_reason
    step.save(update_fields=["answered_by", "answered_at", "answer", "answer_reason"])
    record_step(verb="step.answered", step=step, actor=officer.as_actor(), now=now)
