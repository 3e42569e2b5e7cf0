"""Asking to be excused: it gives time, counts against nobody, and a named officer answers each request."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from adsum.checkins.actions import answer_reply, ask_excuse, decide_flag, submit_report, sweep_overdue
from adsum.checkins.actions.excuses import AskRefused
from adsum.checkins.models import Duty, ExcuseRequest
from adsum.checkins.policy import CheckinPolicy
from adsum.checkins.queries import askable_duties, everything_about
from adsum.checkins.rules import AskedReason, ExcuseAnswer, Outcome, ReportContent, Through, read_excuse
from adsum.flags.actions import DecisionRefused
from adsum.flags.models import Flag
from adsum.flags.queries import worklist
from adsum.flags.rules import Decision, Reason, without_twins
from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import RULES
from adsum.notices.models import Notice
from adsum.offices.models import FieldOffice, Staff
from adsum.people.models import Contact, Participant
from adsum.people.rules import ContactKind
from tests.factories import NOW, make_duty, make_participant, make_staff

POLICY = CheckinPolicy()

DUE_ON = date(2026, 11, 25)
WHY = "My daughter was born"
HOLD = timedelta(days=POLICY.excuse_hold_days)


@pytest.fixture
def duty(person: Participant) -> Duty:
    return make_duty(person, due_on=DUE_ON)


def ask(duty: Duty, *, now: datetime = NOW, words: str = WHY, reason: AskedReason = AskedReason.BIRTH) -> ExcuseRequest:
    return ask_excuse(
        participant=duty.participant, duty_id=duty.pk, reason=reason, words=words, through=Through.WEB, now=now
    )


def decide(
    officer: Staff, decision: str, *, reason: Reason = Reason.EXCUSE_ASKED, now: datetime = NOW, **more: date
) -> None:
    flag = Flag.objects.get(reason=reason, cleared_at__isnull=True)
    decide_flag(flag_id=flag.pk, officer=officer, decision=decision, reason="I read the letter", now=now, **more)


def told() -> list[str]:
    return list(Notice.objects.order_by("pk").values_list("kind", flat=True))


def test_who_asks_before_the_deadline_is_not_marked_while_nobody_has_answered(duty: Duty) -> None:
    ask(duty)
    assert sweep_overdue(now=duty.missed_after + HOLD - timedelta(seconds=1)) == 0
    flag = Flag.objects.get()
    assert (flag.reason, flag.about) == (Reason.EXCUSE_ASKED, f"duty:{duty.pk}")
    assert told() == ["excuse-asked"]
    assert sweep_overdue(now=duty.missed_after + HOLD) == 1


def test_asking_often_gives_no_more_time_than_asking_once(duty: Duty) -> None:
    for day in range(5):
        ask(duty, now=NOW + timedelta(days=day), words=f"Still in hospital, day {day}")
    held = Duty.objects.get(pk=duty.pk)
    assert (held.missed_after, held.moved_from) == (duty.missed_after + HOLD, duty.missed_after)


def test_the_same_request_again_is_one_and_more_words_join_it(duty: Duty) -> None:
    first = ask(duty)
    assert ask(duty) == first
    assert ask(duty, words="Here is the letter") != first
    assert (Flag.objects.count(), told()) == (1, ["excuse-asked"])


def test_an_excuse_ahead_settles_the_duty_and_answers_every_request(duty: Duty, officer: Staff) -> None:
    ask(duty)
    ask(duty, words="And here is more")
    decide(officer, Decision.EXCUSED)
    answers = set(ExcuseRequest.objects.values_list("answer", "answered_by", "answer_words"))
    assert answers == {(ExcuseAnswer.GRANTED, officer.pk, "I read the letter")}
    assert Duty.objects.get(pk=duty.pk).outcome == Outcome.EXCUSED
    assert told() == ["excuse-asked", "checkin-excused"]
    assert LedgerLine.objects.filter(verb__in=["excuse.asked", "checkin.excused"]).count() == 3


def test_a_miss_waits_behind_the_request_and_is_not_decided_before_it(duty: Duty, officer: Staff) -> None:
    late = duty.missed_after + timedelta(hours=1)
    sweep_overdue(now=late)
    ask(duty, now=late)
    me = officer.as_actor()
    assert [flag.reason for flag in worklist(seen_by=me)] == [Reason.EXCUSE_ASKED]
    assert [flag.reason for flag in without_twins(list(Flag.objects.all()))] == [Reason.EXCUSE_ASKED]
    for decision in (Decision.STAYS_MISSED, Decision.NOT_REACHED):
        with pytest.raises(DecisionRefused, match="Answer that first"):
            decide(officer, decision, reason=Reason.MISSED_CHECK_IN, now=late)
    decide(officer, Decision.NOT_EXCUSED, now=late)
    assert [flag.reason for flag in worklist(seen_by=me)] == [Reason.MISSED_CHECK_IN]
    decide(officer, Decision.STAYS_MISSED, reason=Reason.MISSED_CHECK_IN, now=late)


def test_an_excuse_of_the_miss_answers_the_request_too(duty: Duty, officer: Staff) -> None:
    late = duty.missed_after + timedelta(hours=1)
    sweep_overdue(now=late)
    ask(duty, now=late)
    decide(officer, Decision.EXCUSED, reason=Reason.MISSED_CHECK_IN, now=late)
    assert not Flag.objects.filter(cleared_at__isnull=True).exists()
    assert ExcuseRequest.objects.get().answer == ExcuseAnswer.GRANTED


def test_a_refusal_leaves_time_to_check_in(duty: Duty, officer: Staff) -> None:
    ask(duty)
    answered = duty.missed_after + timedelta(days=2)
    decide(officer, Decision.NOT_EXCUSED, now=answered)
    assert sweep_overdue(now=answered + timedelta(hours=POLICY.excuse_refused_hours - 1)) == 0
    assert sweep_overdue(now=answered + timedelta(hours=POLICY.excuse_refused_hours)) == 1
    notice = Notice.objects.get(kind="excuse-refused")
    assert "I read the letter" in notice.body


def test_a_refusal_before_the_due_day_takes_no_day_away(duty: Duty, officer: Staff) -> None:
    ask(duty)
    decide(officer, Decision.NOT_EXCUSED)
    assert Duty.objects.get(pk=duty.pk).missed_after == duty.missed_after


def test_nobody_refuses_twice_the_same_person_but_somebody_else_may(
    duty: Duty, officer: Staff, office: FieldOffice
) -> None:
    ask(duty)
    decide(officer, Decision.NOT_EXCUSED)
    ask(duty, words="I do not agree")
    with pytest.raises(DecisionRefused, match="somebody else"):
        decide(officer, Decision.NOT_EXCUSED)
    decide(make_staff(office), Decision.NOT_EXCUSED)


def test_who_is_asked_for_more_has_time_and_then_the_miss_can_be_decided(duty: Duty, officer: Staff) -> None:
    late = duty.missed_after + timedelta(hours=1)
    sweep_overdue(now=late)
    ask(duty, now=late)
    decide(officer, Decision.MORE_ASKED, now=late)
    with pytest.raises(DecisionRefused, match="still has time"):
        decide(officer, Decision.STAYS_MISSED, reason=Reason.MISSED_CHECK_IN, now=late + timedelta(hours=1))
    after = late + timedelta(hours=POLICY.excuse_more_hours)
    decide(officer, Decision.STAYS_MISSED, reason=Reason.MISSED_CHECK_IN, now=after)
    assert told()[-1] == "excuse-more"


def test_a_new_date_moves_the_deadline_with_its_grace(duty: Duty, officer: Staff) -> None:
    ask(duty)
    decide(officer, Decision.NEW_DATE, new_date=date(2026, 12, 2))
    moved = Duty.objects.get(pk=duty.pk)
    week = timedelta(days=7)
    assert (moved.due_on, moved.due_at, moved.missed_after, moved.moved_from) == (
        date(2026, 12, 2),
        duty.due_at + week,
        duty.missed_after + week,
        None,
    )
    assert "2 de diciembre de 2026" in Notice.objects.get(kind="checkin-new-date").title


@pytest.mark.parametrize("new_date", [None, DUE_ON, date(2026, 11, 20), date(2026, 12, 23), date(2027, 6, 1)])
def test_a_new_date_is_later_and_before_the_next_one(duty: Duty, officer: Staff, new_date: date | None) -> None:
    ask(duty)
    with pytest.raises(DecisionRefused, match="date"):
        decide_flag(
            flag_id=Flag.objects.get().pk,
            officer=officer,
            decision=Decision.NEW_DATE,
            reason="ok",
            new_date=new_date,
            now=NOW,
        )
    assert Duty.objects.get(pk=duty.pk).due_on == DUE_ON


def test_a_request_is_not_put_away_unread_unless_the_check_in_came(duty: Duty, officer: Staff) -> None:
    ask(duty)
    with pytest.raises(DecisionRefused, match="waits for an answer"):
        decide(officer, Decision.NEEDLESS)
    submit_report(participant=duty.participant, key=uuid4(), content=ReportContent(lives_there=True), now=NOW)
    decide(officer, Decision.NEEDLESS)
    assert ExcuseRequest.objects.get().answer == ExcuseAnswer.NEEDLESS
    assert told() == ["excuse-asked"]


def test_nobody_asks_about_what_is_not_theirs_or_is_done(duty: Duty, office: FieldOffice, officer: Staff) -> None:
    stranger = make_participant(office)
    given = {"reason": AskedReason.WORK, "words": "", "through": Through.WEB, "now": NOW}
    for duty_id in (duty.pk, 0, 10**30):
        with pytest.raises(AskRefused, match="no-duty"):
            ask_excuse(participant=stranger, duty_id=duty_id, **given)  # type: ignore[arg-type]
    ask(duty)
    decide(officer, Decision.EXCUSED)
    with pytest.raises(AskRefused, match="no-duty"):
        ask(duty)


def test_a_day_has_its_limit(duty: Duty) -> None:
    for number in range(POLICY.excuse_asks_per_day):
        ask(duty, words=str(number))
    with pytest.raises(AskRefused, match="too-many"):
        ask(duty, words="one more")


def test_old_misses_are_not_asked_about_any_more(duty: Duty) -> None:
    sweep_overdue(now=duty.missed_after + timedelta(hours=1))
    for days, found in ((POLICY.excuse_asked_within_days - 1, [duty]), (POLICY.excuse_asked_within_days + 1, [])):
        later = duty.due_at + timedelta(days=days)
        missed = [one for one in askable_duties(participant=duty.participant, now=later, seen_by=RULES) if one.outcome]
        assert missed == found


def test_the_database_keeps_no_answer_without_a_name(duty: Duty) -> None:
    asked = ask(duty)
    with pytest.raises(IntegrityError), transaction.atomic():
        ExcuseRequest.objects.filter(pk=asked.pk).update(answer="refused", answered_at=NOW, answer_words="no")


def test_the_whole_file_holds_the_request(duty: Duty) -> None:
    ask(duty)
    held = everything_about(participant_id=duty.participant_id, seen_by=duty.participant.as_actor())
    assert [(one["reason"], one["words"]) for one in held["excuse_requests"]] == [("birth", WHY)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("hospital", AskedReason.HOSPITAL),
        ("Estoy en el hospital.", AskedReason.HOSPITAL),
        ("ENFERMA", AskedReason.HOSPITAL),
        ("Tengo corte", AskedReason.COURT),
        ("я в больнице", AskedReason.HOSPITAL),
        ("医院", AskedReason.HOSPITAL),
        ("court, then work", AskedReason.OTHER),
        ("When is my court date?", None),
        ("thank you", None),
        ("", None),
        ("I saw a new hospital near my house and wondered about it a lot today", None),
    ],
)
def test_a_short_reply_gives_its_reason(text: str, reason: AskedReason | None) -> None:
    assert read_excuse(text) == reason


def text_in(person: Participant, said: str, number: str = "+12125550123") -> None:
    answer_reply(gateway_id=f"{number}{said}", number=number, text=said, now=timezone.now())


def test_a_reply_asks_for_the_person_and_may_be_put_away(person: Participant, officer: Staff) -> None:
    Contact.objects.create(
        participant=person, kind=ContactKind.PHONE, value="+12125550123", as_given="+12125550123", since=NOW
    )
    due = make_duty(person, due_on=timezone.now().date() + timedelta(days=2))
    text_in(person, "hospital")
    asked = ExcuseRequest.objects.get()
    assert (asked.duty, asked.through, asked.words) == (due, Through.REPLY, "hospital")
    text_in(person, "When do you open")
    assert set(Flag.objects.values_list("reason", flat=True)) == {Reason.EXCUSE_ASKED, Reason.WROTE_BACK}
    decide(officer, Decision.NEEDLESS)
    assert ExcuseRequest.objects.get().answer == ExcuseAnswer.NEEDLESS


def test_whose_phone_two_people_share_is_not_guessed(person: Participant, office: FieldOffice) -> None:
    for one in (person, make_participant(office)):
        Contact.objects.create(
            participant=one, kind=ContactKind.PHONE, value="+12125550123", as_given="+12125550123", since=NOW
        )
        make_duty(one, due_on=timezone.now().date() + timedelta(days=2))
    text_in(person, "hospital")
    assert set(Flag.objects.values_list("reason", flat=True)) == {Reason.WROTE_BACK}
