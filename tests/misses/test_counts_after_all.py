"""A step was decided about a missed check-in, and then the check-in counts: an officer is asked, nothing is undone."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from adsum.checkins.actions import (
    excuse_duty,
    note_attempt,
    note_closed_days,
    submit_report,
    sweep_overdue,
)
from adsum.checkins.actions.credit import mend_missed
from adsum.checkins.message_queries import missed_due
from adsum.checkins.models import Duty, Outage, Rung
from adsum.checkins.rules import FailedTry, Failure, NotedBy, ReportContent, RungState, Sending, Source, Span, Step
from adsum.flags.models import Flag
from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import OPERATOR, RULES
from adsum.management.housekeeping import see_returns
from adsum.misses.actions import answer_contest, decide_miss, flag_groundless, flag_returns, sign_step
from adsum.misses.models import Absconding, MissStep
from adsum.misses.queries import steps_to_sign
from adsum.misses.rules import CHECKS, StepAsked
from adsum.notices.models import Notice
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role
from adsum.people.models import Participant
from tests.factories import make_duty, make_staff
from tests.ladder import DUE_ON, MISSED, miss, with_contacts

pytestmark = pytest.mark.django_db
SignIn = Callable[[Participant | Staff], Client]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATE = MISSED + 9 * DAY
CONTENT = ReportContent(lives_there=True)


@pytest.fixture
def duty(person: Participant) -> Duty:
    with_contacts(person)
    return miss(person)


@pytest.fixture
def supervisor(office: FieldOffice) -> Staff:
    return make_staff(office, Role.SUPERVISOR, name="Grace Okafor")


def decide(officer: Staff, step: str = "warning") -> MissStep:
    flag = Flag.objects.get(reason="missed-check-in", cleared_at=None)
    asked = StepAsked(step=step, reason="No reason given", checks=dict.fromkeys(CHECKS, "yes"), level="phone-call")
    decide_miss(flag_id=flag.pk, officer=officer, asked=asked, now=MISSED + HOUR)
    return MissStep.objects.latest("pk")


def abscond(officer: Staff, supervisor: Staff) -> MissStep:
    step = decide(officer, "absconded")
    return sign_step(step_id=step.pk, supervisor=supervisor, agrees=True, reason="I have read it", now=MISSED + HOUR)


def made_offline(duty: Duty) -> None:
    """A check-in that was made in time and comes two days after its deadline."""
    made = duty.missed_after - 2 * HOUR
    sending = Sending(sent_at=made, form_given_at=made - HOUR, clock_skew=timedelta())
    submit_report(participant=duty.participant, key=uuid4(), content=CONTENT, sending=sending, now=MISSED + 2 * DAY)


def had_tried(duty: Duty) -> None:
    tried = duty.missed_after - HOUR
    failed = FailedTry(Step.SEND, Failure.NETWORK)
    note_attempt(
        participant=duty.participant, key=uuid4(), failed=failed, noted_by=NotedBy.DEVICE, now=MISSED + 2 * HOUR,
        said_at=tried,
    )  # fmt: skip
    submit_report(participant=duty.participant, key=uuid4(), content=CONTENT, now=MISSED + 3 * HOUR)


def was_down(duty: Duty) -> None:
    outage = Span(duty.missed_after - HOUR, duty.missed_after + HOUR)
    Outage.objects.create(source=Source.WORKER, began_at=outage.began_at, ended_at=outage.ended_at)
    mend_missed(outage=outage, now=MISSED + 2 * HOUR)


def was_closed(duty: Duty) -> None:
    days, office = [DUE_ON, DUE_ON + DAY], duty.participant.office
    note_closed_days(office=office, days=days, why="Snow", actor=OPERATOR, now=MISSED + 2 * HOUR)


def asked() -> list[str]:
    [flag] = Flag.objects.filter(reason="ground-gone", cleared_at=None)
    return list(flag.details["ground"])


@pytest.mark.parametrize(
    ("credit", "why"),
    [
        (made_offline, "November 27, 2026: it was made in time, without internet"),
        (had_tried, "November 25, 2026: the person had tried, and could not send it"),
        (was_down, "November 25, 2026: Adsum was down"),
        (was_closed, "November 25, 2026: the office was closed"),
    ],
)
def test_whoever_decided_is_asked_once_when_the_check_in_counts_after_all(
    duty: Duty, officer: Staff, sign_in: SignIn, credit: Callable[[Duty], None], why: str
) -> None:
    step = decide(officer)
    assert see_returns(LATE) == 0
    credit(duty)
    duty.refresh_from_db()
    assert duty.outcome == "excused"
    assert (see_returns(LATE), see_returns(LATE)) == (1, 0)
    assert asked() == [
        f"The check-in it rests on counts as done since {why}",
        "Ana Rivera on November 25, 2026: Written warning; the participant is told. Reason: “No reason given”",
    ]
    step.refresh_from_db()
    assert (step.undone_at, step.lapsed_at) == (None, None)  # a person undoes it
    assert LedgerLine.objects.filter(verb="step.ground-gone", subject_id=step.pk).count() == 1
    desk, flag = sign_in(officer), Flag.objects.get(reason="ground-gone")
    desk.post(f"/console/flags/{flag.pk}/decision/", {"decision": "undone", "reason": "It was in time"})
    step.refresh_from_db()
    assert step.undone_at is not None and "It was in time" in Notice.objects.get(kind="step-answered").body
    assert see_returns(LATE) == 0


def test_who_lets_it_stand_is_not_asked_again_about_the_same(duty: Duty, officer: Staff) -> None:
    decide(officer)
    was_down(duty)
    assert flag_groundless(now=LATE) == 1
    flag = Flag.objects.get(reason="ground-gone")
    answer_contest(flag_id=flag.pk, officer=officer, decision="stands", reason="Another one too", now=LATE)
    assert flag_groundless(now=LATE) == 0


def test_what_was_asked_before_about_something_else_does_not_stand_for_it(duty: Duty, officer: Staff) -> None:
    step = decide(officer)
    about = {"participant": step.participant, "reason": "ground-gone", "about": f"step:{step.pk}", "urgency": 8}
    flag = Flag.objects.create(**about, raised_at=MISSED + HOUR)
    was_down(duty)
    assert flag_groundless(now=LATE) == 0  # it is before an officer: one flag for a step at a time
    answer_contest(flag_id=flag.pk, officer=officer, decision="stands", reason="Other grounds", now=LATE)
    assert flag_groundless(now=LATE) == 1


@pytest.mark.parametrize("step", ["reached", "stays-missed"])
def test_what_harms_nobody_asks_nobody(duty: Duty, officer: Staff, step: str) -> None:
    decide(officer, step)
    was_down(duty)
    assert flag_groundless(now=LATE) == 0


def test_an_officer_who_excuses_is_not_asked_about_what_they_know(duty: Duty, officer: Staff) -> None:
    decide(officer)
    excuse_duty(duty_id=duty.pk, officer=officer, words="She was ill", now=MISSED + 2 * HOUR)
    assert flag_groundless(now=LATE) == 0


@pytest.mark.parametrize("by_officer", [True, False])
def test_a_proposal_about_what_counts_lapses(duty: Duty, officer: Staff, supervisor: Staff, by_officer: bool) -> None:
    step = decide(officer, "level-change")
    if by_officer:
        excuse_duty(duty_id=duty.pk, officer=officer, words="She was ill", now=MISSED + 2 * HOUR)
    else:
        made_offline(duty)
    assert (flag_groundless(now=LATE), flag_groundless(now=LATE)) == (1, 0)
    step.refresh_from_db()
    assert step.lapsed_at is not None and not steps_to_sign(seen_by=supervisor.as_actor()).exists()
    assert not Flag.objects.filter(reason__in=["missed-check-in", "ground-gone"], cleared_at=None).exists()


def test_each_check_in_after_a_record_that_stands_reaches_an_officer(
    duty: Duty, officer: Staff, supervisor: Staff
) -> None:
    abscond(officer, supervisor)
    for day in (2, 5):
        back = MISSED + day * DAY
        submit_report(participant=duty.participant, key=uuid4(), content=CONTENT, now=back)
        assert (flag_returns(now=back), flag_returns(now=back)) == (1, 0)
        submit_report(participant=duty.participant, key=uuid4(), content=CONTENT, now=back + HOUR)
        assert flag_returns(now=back + HOUR) == 0  # it is before an officer already
        flag = Flag.objects.get(reason="back-again", cleared_at=None)
        seen = back + 2 * HOUR
        answer_contest(flag_id=flag.pk, officer=officer, decision="stands", reason="Sent by a cousin", now=seen)
        assert flag_returns(now=seen + HOUR) == 0
    assert Absconding.objects.get().is_in_force
    assert LedgerLine.objects.filter(verb="step.stands", actor_id=officer.pk).count() == 2


def test_home_does_not_say_that_nothing_is_decided_where_a_step_holds(
    person: Participant, officer: Staff, supervisor: Staff, sign_in: SignIn
) -> None:
    now, nothing = timezone.now(), "Nothing is decided."
    make_duty(person, due_on=(now - 4 * DAY).date(), now=now - 10 * DAY)
    sweep_overdue(now=now)
    browser = sign_in(person)

    def home() -> str:
        return browser.get("/home/", HTTP_ACCEPT_LANGUAGE="en").content.decode()

    assert nothing in home()
    flag, checks = Flag.objects.get(), dict.fromkeys(CHECKS, "yes")
    absconded = StepAsked(step="absconded", reason="Nobody knows", checks=checks)
    decide_miss(flag_id=flag.pk, officer=officer, asked=absconded, now=now)
    step = MissStep.objects.get()
    assert nothing in home()  # a proposal is no decision
    sign_step(step_id=step.pk, supervisor=supervisor, agrees=True, reason="Yes", now=now)
    page = home()
    assert nothing not in page and "You can still send it now." in page
    assert f"/my-file/decisions/{step.pk}/" in page and "You can say so until" in page
    MissStep.objects.update(undone_at=now)
    assert nothing in home()


def test_no_message_that_waits_says_that_nothing_is_decided_once_it_is(duty: Duty, officer: Staff) -> None:
    assert missed_due(duty_ids=[duty.pk], seen_by=RULES)
    decide(officer, "warning")
    assert Rung.objects.filter(duty=duty, state=RungState.DECIDED).exists()
    assert missed_due(duty_ids=[duty.pk], seen_by=RULES) == {}
