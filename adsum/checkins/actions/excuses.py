"""Asking to be excused, and what an officer answers. Asking gives time, and counts against nobody."""

from datetime import date, datetime, timedelta

from django.db import transaction

from adsum.checkins.actions.ladder import end_rungs
from adsum.checkins.models import Duty, Excuse, ExcuseRequest
from adsum.checkins.policy import CheckinPolicy
from adsum.checkins.queries import askable_duties, find_duty
from adsum.checkins.rules import (
    NEXT_OUTCOMES,
    AskedReason,
    ExcuseAnswer,
    ExcuseReason,
    Outcome,
    RungState,
    Through,
    end_of_day,
    held_until,
)
from adsum.core.text import clean_text
from adsum.documents.models import Document
from adsum.flags.actions import DecisionRefused, raise_flag
from adsum.flags.models import Flag
from adsum.flags.rules import Decision, NewFlag, Reason
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES
from adsum.notices.actions import queue_notice, retire_reminders
from adsum.notices.rules import NoticeKind
from adsum.offices.models import Staff
from adsum.people.models import Participant
from adsum.policies.queries import in_force

MOST_WORDS = 4_000


class ExcuseRefused(Exception):
    """This duty cannot be excused; the message says why."""


class AskRefused(Exception):
    """This request is not kept: its only argument says whether there is no such duty, or there were too many."""


def ask_excuse(
    *,
    participant: Participant,
    duty_id: int,
    reason: AskedReason,
    words: str,
    through: Through,
    now: datetime,
    noted_by: Staff | None = None,
    document: Document | None = None,
) -> ExcuseRequest:
    """Somebody could not, or cannot, check in: an officer is asked, and the duty is not marked as missed meanwhile.

    The same again while it waits is the same request; more words or another paper join it. Raises AskRefused.
    """
    said = clean_text(words, longest=MOST_WORDS)
    policy = in_force(CheckinPolicy, now=now, office_id=participant.office_id)
    with transaction.atomic():
        Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)
        duty = _claim(participant, duty_id, now)
        waiting = ExcuseRequest.objects.filter(duty=duty, answer="")
        same = waiting.filter(reason=reason, words=said, document=document).first()
        if same is not None:
            return same
        _refuse_too_many(participant, now, policy)
        is_first = not waiting.exists()
        request = ExcuseRequest.objects.create(
            participant=participant,
            duty=duty,
            asked_at=now,
            through=through,
            noted_by=noted_by,
            reason=reason,
            words=said,
            document=document,
            policy=policy.version,
        )
        actor = noted_by.as_actor() if noted_by else participant.as_actor()
        facts = {**_due(duty), "excuse": str(reason)}
        record(
            verb="excuse.asked",
            actor=actor,
            now=now,
            subject=request,
            participant_id=participant.pk,
            policy=policy.version,
            through=through,
            **facts,
        )
        _give_time(duty, held_until(duty.moved_from or duty.missed_after, policy=policy))
        flag = NewFlag(participant.pk, Reason.EXCUSE_ASKED, f"duty:{duty.pk}", {**facts, "words": said})
        raise_flag(flag=flag, actor=actor, now=now, policy=policy.version)
        if is_first:
            _tell(duty, participant, NoticeKind.EXCUSE_ASKED, now, policy)
    return request


def _claim(participant: Participant, duty_id: int, now: datetime) -> Duty:
    """The duty, locked; it must be one that this person can still ask about."""
    askable = {duty.pk for duty in askable_duties(participant=participant, now=now, seen_by=RULES)}
    duty = Duty.objects.select_for_update().filter(pk=duty_id).first() if duty_id in askable else None
    if duty is None or Outcome.EXCUSED not in NEXT_OUTCOMES[Outcome(duty.outcome) if duty.outcome else None]:
        raise AskRefused("no-duty")
    return duty


def _refuse_too_many(participant: Participant, now: datetime, policy: CheckinPolicy) -> None:
    of_a_day = ExcuseRequest.objects.filter(participant=participant, asked_at__gt=now - timedelta(days=1))
    if of_a_day.count() >= policy.excuse_asks_per_day:
        raise AskRefused("too-many")


def _give_time(duty: Duty, until: datetime) -> None:
    """An open duty is not marked as missed before then."""
    if duty.outcome is None and until > duty.missed_after:
        _set_deadline(duty, until)


def _set_deadline(duty: Duty, until: datetime) -> None:
    duty.moved_from, duty.missed_after = duty.moved_from or duty.missed_after, until
    duty.save(update_fields=["moved_from", "missed_after"])


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
        policy = in_force(CheckinPolicy, now=now, office_id=found.participant.office_id)
        duty.outcome, duty.settled_at = Outcome.EXCUSED, now
        duty.save(update_fields=["outcome", "settled_at"])
        Excuse.objects.create(
            duty=duty,
            reason=ExcuseReason.OFFICER,
            excused_by=officer,
            words=words,
            at=now,
        )
        end_rungs(duty_ids=[duty.pk], why=RungState.EXCUSED, now=now)
        _answer_all(duty, ExcuseAnswer.GRANTED, officer, words, now)
        record(
            verb="checkin.excused",
            actor=officer.as_actor(),
            now=now,
            subject=duty,
            participant_id=duty.participant_id,
            policy=policy.version,
            **_due(duty),
        )
        _tell(duty, found.participant, NoticeKind.CHECKIN_EXCUSED, now, policy)
    return duty


def answer_excuse(*, flag: Flag, officer: Staff, new_date: date | None, now: datetime) -> None:
    """What an officer answers to a request, but for granting it (`excuse_duty`). Raises DecisionRefused.

    An officer refuses once; who asks again, because they do not agree, is refused by nobody but another person.
    """
    with transaction.atomic():
        duty = Duty.objects.select_for_update().get(pk=flag.about_id("duty") or 0, participant=flag.participant)
        policy = in_force(CheckinPolicy, now=now, office_id=flag.participant.office_id)
        decision, words = Decision(flag.decision), flag.decision_reason
        if decision == Decision.NEEDLESS:
            answer = _needless(duty)
        elif decision == Decision.NEW_DATE:
            answer = _move(duty, flag.participant, new_date, now, policy)
        elif decision == Decision.MORE_ASKED:
            answer = _ask_more(duty, flag.participant, words, now, policy)
        else:
            answer = _refuse(duty, flag.participant, officer, words, now, policy)
        _answer_all(duty, answer, officer, words, now)
        record(
            verb="excuse.answered",
            actor=officer.as_actor(),
            now=now,
            subject=duty,
            participant_id=duty.participant_id,
            policy=policy.version,
            decision=decision,
            **_due(duty),
        )


def _needless(duty: Duty) -> ExcuseAnswer:
    """Only where nobody waits for an answer: the check-in came, or a text message was no request."""
    asked = ExcuseRequest.objects.filter(duty=duty, answer="")
    is_done = duty.outcome in (Outcome.REPORTED, Outcome.EXCUSED) or duty.reports.exists()
    if not is_done and asked.exclude(through=Through.REPLY).exists():
        raise DecisionRefused("This person waits for an answer: excuse it or not, or ask for more.")
    return ExcuseAnswer.NEEDLESS


def _move(
    duty: Duty, participant: Participant, new_date: date | None, now: datetime, policy: CheckinPolicy
) -> ExcuseAnswer:
    """Another due day, with the same grace, before the next check-in of the plan."""
    if duty.outcome is not None:
        raise DecisionRefused("This check-in is not open any more: it cannot get a new date, but it can be excused.")
    zone = participant.office.zone
    if new_date is None or new_date <= max(duty.due_on, now.astimezone(zone).date()):
        raise DecisionRefused("Choose a new date: after today, and after the day on which it is due now.")
    following = Duty.objects.filter(plan=duty.plan_id, due_on__gt=duty.due_on).order_by("due_on").first()
    last = following.due_on if following else duty.plan.next_due_on
    if new_date >= last:
        raise DecisionRefused(f"Choose a date before the next check-in of {last:%B %-d, %Y}; or excuse this one.")
    grace = (duty.moved_from or duty.missed_after) - duty.due_at
    retire_reminders(about=f"duty:{duty.pk}", was=f"duty-before:{duty.pk}:{duty.due_on}", now=now)
    duty.due_on, duty.due_at, duty.moved_from = new_date, end_of_day(new_date, zone), None
    duty.missed_after = duty.due_at + grace
    duty.save(update_fields=["due_on", "due_at", "missed_after", "moved_from"])
    _tell(duty, participant, NoticeKind.CHECKIN_NEW_DATE, now, policy)
    return ExcuseAnswer.NEW_DATE


def _ask_more(duty: Duty, participant: Participant, words: str, now: datetime, policy: CheckinPolicy) -> ExcuseAnswer:
    _give_time(duty, now + timedelta(hours=policy.excuse_more_hours))
    _tell(duty, participant, NoticeKind.EXCUSE_MORE, now, policy, words)
    return ExcuseAnswer.MORE_ASKED


def _refuse(
    duty: Duty, participant: Participant, officer: Staff, words: str, now: datetime, policy: CheckinPolicy
) -> ExcuseAnswer:
    """Not excused: an open duty stands as planned, with time left to do it."""
    before = ExcuseRequest.objects.filter(duty=duty, answer=ExcuseAnswer.REFUSED, answered_by=officer)
    if before.exists():
        raise DecisionRefused(
            "You have refused this once. Now somebody else has to look at it; you can still excuse it."
        )
    if duty.outcome is None:
        planned = duty.moved_from or duty.missed_after
        _set_deadline(duty, max(planned, now + timedelta(hours=policy.excuse_refused_hours)))
    _tell(duty, participant, NoticeKind.EXCUSE_REFUSED, now, policy, words)
    return ExcuseAnswer.REFUSED


def _answer_all(duty: Duty, answer: ExcuseAnswer, officer: Staff, words: str, now: datetime) -> None:
    ExcuseRequest.objects.filter(duty=duty, answer="").update(
        answer=answer, answered_by=officer, answered_at=now, answer_words=words
    )


def _tell(
    duty: Duty, participant: Participant, kind: NoticeKind, now: datetime, policy: CheckinPolicy, words: str = ""
) -> None:
    queue_notice(
        kind=kind,
        participant=participant,
        now=now,
        about=f"duty:{duty.pk}",
        policy=policy.version,
        due_on=duty.due_on,
        photo=duty.is_photo,
        is_open=duty.outcome is None,
        words=words,
    )


def _due(duty: Duty) -> dict[str, str]:
    return {"due_on": duty.due_on.isoformat()}
