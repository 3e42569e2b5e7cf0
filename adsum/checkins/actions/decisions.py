"""From an officer's choice on the worklist to all that follows from it."""

from datetime import date, datetime

from django.db import transaction

from adsum.checkins.actions.excuses import ExcuseRefused, answer_excuse, excuse_duty
from adsum.checkins.queries import find_request_in_force
from adsum.documents.actions import answer_document
from adsum.flags.actions import DecisionRefused, clear_flag, write_answer
from adsum.flags.models import Flag
from adsum.flags.queries import open_flags_about_duty
from adsum.flags.rules import ANSWERED_IN_WRITING, Decision, Reason
from adsum.notices.actions import queue_notice
from adsum.notices.rules import NoticeKind
from adsum.offices.models import Staff

OF_A_DUTY = (Reason.MISSED_CHECK_IN, Reason.LATE_REPORT)


def decide_flag(
    *, flag_id: int, officer: Staff, decision: str, reason: str, now: datetime, new_date: date | None = None
) -> Flag:
    """Clear the flag, excuse the check-in where the decision says so, and clear what else waits about it.

    One decision is enough for one matter: a missed check-in and its late report are two flags. But while somebody asks
    to be excused, nothing else is decided about that check-in. Raises DecisionRefused.
    """
    with transaction.atomic():
        flag = clear_flag(flag_id=flag_id, officer=officer, decision=decision, reason=reason, now=now)
        if flag.reason in ANSWERED_IN_WRITING:
            _answer(flag, officer, now)
        duty_id = flag.about_id("duty") or flag.details.get("duty")
        if duty_id and decision == Decision.EXCUSED:
            _excuse(duty_id, flag, officer, now)
        elif flag.reason == Reason.EXCUSE_ASKED:
            answer_excuse(flag=flag, officer=officer, new_date=new_date, now=now)
        elif duty_id and flag.reason in OF_A_DUTY:
            _refuse_while_asked(duty_id, officer, now)
        if duty_id and (flag.reason in OF_A_DUTY or decision == Decision.EXCUSED):
            for other in open_flags_about_duty(duty_id=duty_id, seen_by=officer.as_actor()):
                clear_flag(flag_id=other.pk, officer=officer, decision=decision, reason=reason, now=now)
        answer_document(flag=flag, actor=officer.as_actor(), now=now)
    return flag


def _excuse(duty_id: int, flag: Flag, officer: Staff, now: datetime) -> None:
    try:
        excuse_duty(duty_id=duty_id, officer=officer, words=flag.decision_reason, now=now)
    except ExcuseRefused as refusal:
        raise DecisionRefused(str(refusal)) from refusal


def _refuse_while_asked(duty_id: int, officer: Staff, now: datetime) -> None:
    """Nobody decides that a check-in stays missed while its participant waits to be excused."""
    asked = find_request_in_force(duty_id=duty_id, now=now, seen_by=officer.as_actor())
    if asked is not None and asked.waits:
        raise DecisionRefused("This person asks to be excused from this check-in. Answer that first.")
    if asked is not None:
        raise DecisionRefused("This person was asked for more, and still has time to send it. You can excuse it now.")


def _answer(flag: Flag, officer: Staff, now: datetime) -> None:
    words, person = flag.decision_reason, flag.participant
    write_answer(participant=person, officer=officer, words=words, now=now)
    queue_notice(kind=NoticeKind.OFFICER_ANSWERED, participant=person, now=now, about=flag.about, words=words)
