"""From an officer's choice on the worklist to all that follows from it."""

from datetime import datetime

from django.db import transaction

from adsum.checkins.actions.duties import ExcuseRefused, excuse_duty
from adsum.documents.actions import answer_document
from adsum.flags.actions import DecisionRefused, clear_flag, write_answer
from adsum.flags.models import Flag
from adsum.flags.queries import open_flags_about_duty
from adsum.flags.rules import ANSWERED_IN_WRITING, Decision, Reason
from adsum.notices.actions import queue_notice
from adsum.notices.rules import NoticeKind
from adsum.offices.models import Staff


def decide_flag(*, flag_id: int, officer: Staff, decision: str, reason: str, now: datetime) -> Flag:
    """Clear the flag, excuse the check-in where the decision says so, and clear what else waits about it.

    One decision is enough for one matter: a missed check-in and its late report are two flags. Raises DecisionRefused.
    """
    with transaction.atomic():
        flag = clear_flag(flag_id=flag_id, officer=officer, decision=decision, reason=reason, now=now)
        if flag.reason in ANSWERED_IN_WRITING:
            _answer(flag, officer, now)
        duty_id = flag.about_id("duty") or flag.details.get("duty")
        if decision == Decision.EXCUSED and duty_id:
            try:
                excuse_duty(duty_id=duty_id, officer=officer, words=flag.decision_reason, now=now)
            except ExcuseRefused as refusal:
                raise DecisionRefused(str(refusal)) from refusal
        if duty_id and flag.reason in (Reason.MISSED_CHECK_IN, Reason.LATE_REPORT):
            for other in open_flags_about_duty(duty_id=duty_id, seen_by=officer.as_actor()):
                clear_flag(flag_id=other.pk, officer=officer, decision=decision, reason=reason, now=now)
        answer_document(flag=flag, actor=officer.as_actor(), now=now)
    return flag


def _answer(flag: Flag, officer: Staff, now: datetime) -> None:
    words, person = flag.decision_reason, flag.participant
    write_answer(participant=person, officer=officer, words=words, now=now)
    queue_notice(kind=NoticeKind.OFFICER_ANSWERED, participant=person, now=now, about=flag.about, words=words)
