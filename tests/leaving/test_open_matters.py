"""What somebody has asked, or is owed an answer to, neither lapses in custody nor is erased under them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client

from adsum.checkins.actions import ask_excuse, decide_flag, submit_report, sweep_overdue
from adsum.checkins.models import ExcuseRequest
from adsum.checkins.rules import AskedReason, ReportContent, Through
from adsum.flags.actions import raise_flag, write_message
from adsum.flags.models import Flag
from adsum.flags.rules import Decision, NewFlag, Reason
from adsum.leaving.actions import erase_files, flag_unexpected, note_departure
from adsum.leaving.models import Departure
from adsum.leaving.queries import what_would_end
from adsum.leaving.rules import Ends, Left, LeftBecause
from adsum.ledger.rules import RULES
from adsum.misses.actions import answer_contest, decide_miss
from adsum.misses.models import MissStep
from adsum.misses.rules import StepAsked
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role
from adsum.people.models import Participant
from adsum.reviews.actions import appeal_decision, ask_for_review, cast_vote, decide_review
from adsum.reviews.rules import Answer, Way, Wish
from tests.factories import NOW, make_duty, make_participant, make_staff
from tests.reviews.conftest import LETTER, TIME, make_ordered, wants

pytestmark = pytest.mark.django_db
END = NOW + timedelta(days=1900)
SignIn = Callable[[Participant | Staff], Client]


def leave(person: Participant, officer: Staff, why: LeftBecause = LeftBecause.CLOSED) -> Departure:
    return note_departure(participant_id=person.pk, left=Left(why, "Order of Judge Ortiz"), officer=officer, now=NOW)


def decide(flag: Flag, officer: Staff, decision: Decision, now: datetime) -> Flag:
    return decide_flag(flag_id=flag.pk, officer=officer, decision=decision, reason="I looked", now=now)


def shown(sign_in: SignIn, officer: Staff, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr("adsum.console.leaving.timezone.now", lambda: END)
    return sign_in(officer).get("/console/left/").content.decode()


def test_erasing_waits_until_a_message_is_answered_and_a_page_says_so(
    person: Participant, officer: Staff, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_message(participant=person, words="Is my file right?", asks_correction=True, now=NOW)
    leave(person, officer)
    leave(make_participant(person.office, surnames="Zubizarreta"), officer)
    assert erase_files(now=END) == 1, "one that waits holds up nobody else"
    page = shown(sign_in, officer, monkeypatch)
    assert page.count("Asks for a correction") == 1 and "not erased yet" in page
    decide(Flag.objects.get(reason=Reason.CORRECTION_ASKED), officer, Decision.ANSWERED, END)
    assert erase_files(now=END + timedelta(days=1)) == 1
    assert "not erased yet" not in shown(sign_in, officer, monkeypatch)


def test_what_waits_is_of_ones_own_office(
    person: Participant, officer: Staff, other_office: FieldOffice, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_message(participant=person, words="Is my file right?", asks_correction=True, now=NOW)
    leave(person, officer)
    assert "not erased yet" not in shown(sign_in, make_staff(other_office), monkeypatch)


def test_erasing_waits_for_a_check_in_that_came_since(person: Participant, officer: Staff) -> None:
    leave(person, officer)
    for day in (1, 5):
        came = NOW + timedelta(days=day)
        submit_report(participant=person, key=uuid4(), content=ReportContent(lives_there=True), now=came)
        assert erase_files(now=END) == 0, "nobody has seen it"
        assert flag_unexpected(now=came + timedelta(hours=1)) == 1
        assert erase_files(now=END) == 0, "nobody has decided"
        flag = Flag.objects.get(reason=Reason.LEFT_BUT_CAME, cleared_at=None)
        decide(flag, officer, Decision.SEEN, came + timedelta(hours=2))
    assert flag_unexpected(now=END) == 0
    assert erase_files(now=END) == 1


def test_erasing_waits_for_the_answer_to_an_appeal(
    office: FieldOffice, officer: Staff, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    wearer, supervisor = make_ordered(office), make_staff(office, Role.SUPERVISOR)
    review = ask_for_review(participant=wearer, wish=Wish.LOWER, way=Way.PAGE, now=NOW)
    decision = decide_review(
        review_id=review.pk, officer=officer, asked=wants(), criteria=[TIME], facts=[], letter=LETTER, now=NOW
    )
    appeal = appeal_decision(participant=wearer, decision_id=decision.pk, way=Way.PAGE, now=NOW)
    leave(wearer, officer)
    assert erase_files(now=END) == 0
    assert "Appeal to answer" in shown(sign_in, officer, monkeypatch)
    cast_vote(appeal_id=appeal.pk, staff=supervisor, answer=Answer.STANDS, reason="I read all of it.", now=END)
    assert erase_files(now=END) == 1


@pytest.mark.parametrize("reason", [Reason.CONTESTED, Reason.MESSAGE_WAITS, Reason.LEFT_BUT_CAME])
def test_each_open_matter_holds_it(person: Participant, officer: Staff, reason: Reason) -> None:
    leave(person, officer)
    raise_flag(flag=NewFlag(person.pk, reason, "step:0"), actor=RULES, now=NOW)
    assert erase_files(now=END) == 0
    Flag.objects.update(cleared_at=NOW, cleared_by=officer, decision="stands", decision_reason="x")
    assert erase_files(now=END) == 1


KEPT = [
    (Reason.RECORD_DISPUTED, Decision.ANSWERED),
    (Reason.RECORD_GONE, Decision.SEEN),
    (Reason.WROTE_BACK, Decision.SEEN),
    (Reason.COURT_REVERSED, Decision.SEEN),
]


@pytest.mark.parametrize(("reason", "decision"), KEPT)
def test_in_custody_what_goes_on_is_still_decided(
    person: Participant, officer: Staff, reason: Reason, decision: Decision
) -> None:
    raise_flag(flag=NewFlag(person.pk, reason, "thing:1"), actor=RULES, now=NOW)
    raise_flag(flag=NewFlag(person.pk, Reason.PHOTO, "thing:1"), actor=RULES, now=NOW)
    would = what_would_end(participant=person, reason=LeftBecause.DETAINED, now=NOW, seen_by=RULES)
    assert leave(person, officer, LeftBecause.DETAINED).ended["flags"] == would[Ends.FLAGS] == 1
    (flag,) = Flag.objects.filter(cleared_at=None)
    assert (flag.reason, decide(flag, officer, decision, NOW).cleared_by) == (reason, officer)


def test_it_ends_with_the_case_all_the_same(person: Participant, officer: Staff) -> None:
    for reason, _ in KEPT:
        raise_flag(flag=NewFlag(person.pk, reason, "thing:1"), actor=RULES, now=NOW)
    leave(person, officer)
    assert not Flag.objects.filter(cleared_at=None).exists()


def test_in_custody_a_request_about_what_was_missed_is_answered_and_one_about_what_is_open_needs_none(
    person: Participant, officer: Staff
) -> None:
    missed = make_duty(person, due_on=NOW.date() - timedelta(days=10))
    sweep_overdue(now=NOW)
    due = make_duty(person, due_on=NOW.date() + timedelta(days=1))
    for duty in (missed, due):
        ask_excuse(
            participant=person, duty_id=duty.pk, reason=AskedReason.HOSPITAL, words="", through=Through.WEB, now=NOW
        )
    leave(person, officer, LeftBecause.DETAINED)
    flag = Flag.objects.get(cleared_at=None)
    assert (flag.reason, flag.about) == (Reason.EXCUSE_ASKED, f"duty:{missed.pk}")
    decide(flag, officer, Decision.EXCUSED, NOW)
    missed.refresh_from_db()
    assert missed.outcome == "excused"
    assert set(ExcuseRequest.objects.values_list("duty", "answer")) == {(missed.pk, "granted"), (due.pk, "needless")}


def test_in_custody_a_step_whose_ground_is_gone_is_still_undone(person: Participant, officer: Staff) -> None:
    make_duty(person, due_on=NOW.date() - timedelta(days=10))
    sweep_overdue(now=NOW)
    asked = StepAsked(step="warning", reason="Not reached")
    decide_miss(flag_id=Flag.objects.get().pk, officer=officer, asked=asked, now=NOW)
    step = MissStep.objects.get()
    raise_flag(flag=NewFlag(person.pk, Reason.GROUND_GONE, f"step:{step.pk}"), actor=RULES, now=NOW)
    leave(person, officer, LeftBecause.DETAINED)
    flag = Flag.objects.get(cleared_at=None)
    answer_contest(flag_id=flag.pk, officer=officer, decision=Decision.UNDONE, reason="It is gone", now=NOW)
    step.refresh_from_db()
    assert step.undone_at == NOW
