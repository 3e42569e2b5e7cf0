"""From a possible match to an officer's decision, and back when its ground is gone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError

from adsum.flags.actions import clear_flag
from adsum.flags.models import Flag
from adsum.flags.rules import Decision, Reason
from adsum.ledger.rules import RULES
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role
from adsum.outbox.models import OutboxEvent
from adsum.people.models import Participant
from adsum.records.actions import (
    AlreadyJudged,
    AnswerRefused,
    JudgementRefused,
    ask_again,
    judge_lead,
    note_answer,
    say_not_me,
    sweep_confirmations,
    take_found,
)
from adsum.records.models import Confirmation, Delivery, Judgement, Lead, OutsideRecord
from adsum.records.queries import leads_of, leads_to_judge
from adsum.records.rules import Answer, Stage, Verdict
from tests.factories import NOW, make_office, make_participant, make_staff

Deliver = Callable[..., Delivery]
Find = Callable[..., Lead]
GREY = 0.5
LATER = NOW + timedelta(minutes=3)


@pytest.fixture
def officer(office: FieldOffice) -> Staff:
    return make_staff(office)


@pytest.fixture
def second(office: FieldOffice) -> Staff:
    return make_staff(office, name="Ben Ode")


@pytest.fixture
def supervisor(office: FieldOffice) -> Staff:
    return make_staff(office, Role.SUPERVISOR)


def judge(lead: Lead, staff: Staff, verdict: Verdict = Verdict.SAME) -> Lead:
    return judge_lead(lead_id=lead.pk, staff=staff, verdict=verdict, reason="Name and birthday.", now=LATER)


def confirm(lead: Lead, staff: Staff, answer: Answer = Answer.CONFIRMED) -> None:
    asked = Confirmation.objects.get(lead=lead, answered_at=None, lapsed_at=None)
    note_answer(confirmation_id=asked.pk, answer=answer, answered_by="Sgt. Hall, by phone", staff=staff, now=LATER)


def open_reasons() -> set[str]:
    return set(Flag.objects.filter(cleared_at=None).values_list("reason", flat=True))


def test_judged_the_same_asks_the_agency_and_nothing_else(
    deliver: Deliver, find: Find, maria: Participant, officer: Staff
) -> None:
    deliver()
    lead = judge(find(maria), officer)
    asked = Confirmation.objects.get(lead=lead)
    assert (lead.stage, asked.urgent, asked.answer_by - asked.asked_at) == (Stage.SAME, True, timedelta(minutes=10))
    assert open_reasons() == set()
    assert OutboxEvent.objects.filter(kind="confirmation.asked", participant_id=maria.pk).count() == 1
    confirm(lead, officer)
    assert open_reasons() == {Reason.RECORD_CONFIRMED}


@pytest.mark.parametrize(
    ("verdicts", "stage"),
    [
        ([Verdict.SAME], Stage.SECOND),
        ([Verdict.SAME, Verdict.SAME], Stage.SAME),
        ([Verdict.NOT_SAME, Verdict.NOT_SAME], Stage.NOT_SAME),
        ([Verdict.CANNOT_TELL, Verdict.CANNOT_TELL], Stage.CANNOT_TELL),
        ([Verdict.SAME, Verdict.NOT_SAME], Stage.SUPERVISOR),
        ([Verdict.SAME, Verdict.NOT_SAME, Verdict.NOT_SAME], Stage.NOT_SAME),
        ([Verdict.SAME, Verdict.CANNOT_TELL, Verdict.SAME], Stage.SAME),
    ],
)
def test_in_the_grey_band_two_judge_and_a_supervisor_where_they_differ(
    verdicts: list[Verdict],
    stage: Stage,
    deliver: Deliver,
    find: Find,
    maria: Participant,
    officer: Staff,
    second: Staff,
    supervisor: Staff,
) -> None:
    deliver()
    lead = find(maria, probability=GREY)
    for staff, verdict in zip((officer, second, supervisor), verdicts, strict=False):
        lead = judge(lead, staff, verdict)
    assert lead.stage == stage


def test_who_may_not_judge(deliver: Deliver, find: Find, maria: Participant, officer: Staff, second: Staff) -> None:
    deliver()
    lead = find(maria, probability=GREY)
    stranger = make_staff(make_office("BOS"))
    with pytest.raises(JudgementRefused, match="not one of your office"):
        judge(lead, stranger)
    with pytest.raises(JudgementRefused, match="reason"):
        judge_lead(lead_id=lead.pk, staff=officer, verdict="same", reason=" \n", now=NOW)
    with pytest.raises(JudgementRefused, match="Choose"):
        judge_lead(lead_id=lead.pk, staff=officer, verdict="guilty", reason="x", now=NOW)
    judge(lead, officer)
    with pytest.raises(JudgementRefused, match="You have judged"):
        judge(lead, officer)
    judge(lead, second, Verdict.NOT_SAME)
    with pytest.raises(JudgementRefused, match="supervisor"):
        judge(lead, make_staff(maria.office))


def test_a_judged_lead_is_judged_once(
    deliver: Deliver, find: Find, maria: Participant, officer: Staff, second: Staff
) -> None:
    deliver()
    lead = judge(find(maria), officer)
    with pytest.raises(AlreadyJudged):
        judge(lead, second)


def test_the_database_keeps_a_judgement_as_it_is(
    deliver: Deliver, find: Find, maria: Participant, officer: Staff
) -> None:
    deliver()
    judge(find(maria), officer)
    with pytest.raises(DatabaseError), transaction.atomic():
        Judgement.objects.update(verdict=Verdict.NOT_SAME)
    with pytest.raises(IntegrityError), transaction.atomic():
        Confirmation.objects.update(answer=Answer.CONFIRMED, answered_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Lead.objects.update(stage=Stage.CLOSED)


def test_not_the_same_stays_under_another_spelling_and_number(
    deliver: Deliver, find: Find, maria: Participant, officer: Staff
) -> None:
    deliver(their_person="SID-7")
    judge(find(maria), officer, Verdict.NOT_SAME)
    deliver(version="2", their_person="SID-7", surnames="LOPES")
    assert find(maria).stage == Stage.NOT_SAME
    deliver(record_id="W-9", their_person="SID-7", given_names="M.")
    again = find(maria, record_id="W-9")
    assert (again.stage, again.remembered_id) == (Stage.NOT_SAME, Lead.objects.get(record__record_id="W-1").pk)
    assert not leads_to_judge(seen_by=officer.as_actor()).exists()


def test_another_birthday_is_another_fact(deliver: Deliver, find: Find, maria: Participant, officer: Staff) -> None:
    deliver(date_of_birth="1990-01-01")
    judge(find(maria), officer, Verdict.NOT_SAME)
    deliver(version="2")
    lead = find(maria)
    assert (lead.stage, lead.round, lead.judgements.count()) == (Stage.OPEN, 2, 1)


def test_a_warrant_taken_back_undoes_everything_and_says_so(
    deliver: Deliver, find: Find, maria: Participant, officer: Staff
) -> None:
    deliver()
    lead = judge(find(maria), officer)
    confirm(lead, officer)
    flag = Flag.objects.get(reason=Reason.RECORD_CONFIRMED)
    clear_flag(flag_id=flag.pk, officer=officer, decision=Decision.CALL, reason="I will call.", now=LATER)
    deliver(version="2", withdrawn=True)
    lead.refresh_from_db()
    assert lead.stage == Stage.CLOSED
    gone = Flag.objects.get(reason=Reason.RECORD_GONE)
    assert (gone.cleared_at, gone.details["decision"]) == (None, Decision.CALL)


def test_a_flag_that_nobody_has_decided_lapses_with_its_record(
    deliver: Deliver, find: Find, maria: Participant, officer: Staff
) -> None:
    deliver()
    lead = judge(find(maria), officer)
    confirm(lead, officer)
    deliver(version="2", withdrawn=True)
    flag = Flag.objects.get()
    assert (flag.decision, flag.cleared_by) == (Decision.LAPSED, None)
    assert "took the record back" in flag.decision_reason


def test_a_record_given_again_is_judged_again(deliver: Deliver, find: Find, maria: Participant, officer: Staff) -> None:
    deliver()
    judge(find(maria), officer)
    deliver(version="2", withdrawn=True)
    deliver(version="3")
    lead = find(maria)
    assert (lead.stage, lead.round, lead.closed_at) == (Stage.OPEN, 2, None)
    judge(lead, officer)


def test_who_does_not_fit_after_a_correction_waits_for_nobody(deliver: Deliver, find: Find, maria: Participant) -> None:
    deliver()
    lead = find(maria)
    deliver(version="2", date_of_birth="1951-07-07")
    other = make_participant(maria.office, given_names="Ana")
    find(other)
    lead.refresh_from_db()
    assert (lead.stage, lead.why_closed) == (Stage.CLOSED, "corrected")


def test_a_late_result_for_an_older_text_is_not_kept(deliver: Deliver, maria: Participant, find: Find) -> None:
    deliver()
    before = OutsideRecord.objects.get().identity
    deliver(version="2", surnames="LOPEZ GARCIA")
    outside = OutsideRecord.objects.get()
    take_found(record_id=outside.pk, identity=before, found=[], crowd=0, model="start", now=NOW)
    assert OutsideRecord.objects.get().screened_at is None


def test_no_answer_is_put_before_an_officer_and_asked_again(
    deliver: Deliver, find: Find, maria: Participant, officer: Staff
) -> None:
    deliver()
    lead = judge(find(maria), officer)
    with pytest.raises(AnswerRefused):
        ask_again(lead_id=lead.pk, staff=officer, now=LATER)
    assert sweep_confirmations(now=LATER + timedelta(minutes=9)) == 0
    assert sweep_confirmations(now=LATER + timedelta(minutes=10)) == 1
    assert sweep_confirmations(now=LATER + timedelta(minutes=11)) == 0
    assert open_reasons() == {Reason.RECORD_UNCONFIRMED}
    ask_again(lead_id=lead.pk, staff=officer, now=LATER + timedelta(minutes=12))
    confirm(lead, officer)
    assert open_reasons() == {Reason.RECORD_CONFIRMED}


@pytest.mark.parametrize("answer", [Answer.WITHDRAWN, Answer.NOT_THEIRS])
def test_the_agency_says_no(answer: Answer, deliver: Deliver, find: Find, maria: Participant, officer: Staff) -> None:
    deliver()
    lead = judge(find(maria), officer)
    confirm(lead, officer, answer)
    lead.refresh_from_db()
    assert (lead.stage, open_reasons()) == (Stage.CLOSED, set())
    deliver(version="2", surnames="LOPES")
    assert find(maria).stage == Stage.CLOSED


def test_a_participant_sees_what_is_confirmed_only_and_can_say_it_is_not_them(
    deliver: Deliver, find: Find, maria: Participant, officer: Staff, second: Staff
) -> None:
    deliver()
    lead = judge(find(maria), officer)
    assert not leads_of(participant_id=maria.pk, seen_by=maria.as_actor()).exists()
    with pytest.raises(JudgementRefused):
        say_not_me(lead_id=lead.pk, participant=maria, words="No soy yo", now=LATER)
    confirm(lead, officer)
    assert leads_of(participant_id=maria.pk, seen_by=maria.as_actor()).count() == 1
    other = make_participant(maria.office, given_names="Ana")
    with pytest.raises(JudgementRefused):
        say_not_me(lead_id=lead.pk, participant=other, words="?", now=LATER)
    say_not_me(lead_id=lead.pk, participant=maria, words="No soy yo", now=LATER + timedelta(hours=1))
    assert open_reasons() == {Reason.RECORD_DISPUTED}
    lead.refresh_from_db()
    assert lead.stage == Stage.OPEN
    with pytest.raises(JudgementRefused, match="has not judged"):
        judge(lead, officer)
    judge(lead, second, Verdict.NOT_SAME)
    assert leads_of(participant_id=maria.pk, seen_by=RULES).get().stage == Stage.NOT_SAME
