"""Other check-in days, a pause, going on: nothing is doubled, what is announced stands, the participant is told."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from adsum.checkins.actions import (
    PlanStart,
    ScheduleRefused,
    ask_excuse,
    change_schedule,
    decide_flag,
    make_duties,
    pause_schedule,
    resume_schedule,
    start_plans,
    sweep_overdue,
)
from adsum.checkins.models import Duty, Excuse, ExcuseRequest, Pause, Plan
from adsum.checkins.rules import AskedReason, PauseReason, Rhythm, Through, read_rhythm
from adsum.flags.models import Flag
from adsum.flags.rules import Decision
from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import OPERATOR
from adsum.notices.models import Notice
from adsum.offices.models import FieldOffice, Staff
from adsum.people.models import Participant
from tests.factories import NOW, make_participant, make_staff

FIRST = date(2026, 11, 25)  # a Wednesday; NOW is Saturday, 21 November
TUESDAYS = Rhythm.on_weekdays([1])


@pytest.fixture
def plan(person: Participant) -> Plan:
    """Every 7 days from Wednesday, 25 November; the first one counts at once, four more are made ahead."""
    start_plans(starts=[PlanStart(person, 7, FIRST, "check-in")], actor=OPERATOR, now=NOW - timedelta(days=1))
    make_duties(now=NOW)
    return Plan.objects.get()


def open_days(person: Participant) -> list[str]:
    duties = Duty.objects.filter(participant=person, outcome__isnull=True).order_by("due_on")
    return [f"{day:%a %-d %b}" for day in duties.values_list("due_on", flat=True)]


def change(plan: Plan, officer: Staff, rhythm: Rhythm = TUESDAYS, **given: object) -> Plan:
    values = {"from_on": date(2026, 11, 30), "reason": "Works on Wednesdays", "now": NOW, **given}
    return change_schedule(plan_id=plan.pk, rhythm=rhythm, officer=officer, **values)  # type: ignore[arg-type]


def test_other_days_replace_those_that_have_not_begun(person: Participant, plan: Plan, officer: Staff) -> None:
    assert open_days(person) == ["Wed 25 Nov", "Wed 2 Dec", "Wed 9 Dec", "Wed 16 Dec", "Wed 23 Dec"]
    fresh = change(plan, officer)
    assert open_days(person) == ["Wed 25 Nov", "Tue 1 Dec", "Tue 8 Dec", "Tue 15 Dec", "Tue 22 Dec"]
    assert make_duties(now=NOW) == 0
    assert Duty.objects.get(due_on=date(2026, 12, 1)).opens_at == Duty.objects.get(due_on=FIRST).due_at
    notice, line = Notice.objects.get(), LedgerLine.objects.get(verb="schedule.changed")
    assert "25 de noviembre" in notice.body
    assert "1 de diciembre" in notice.body
    assert "Works on Wednesdays" in notice.body
    assert (line.actor_id, line.participant_id, line.subject_id) == (officer.pk, person.pk, fresh.pk)
    assert line.policy.startswith("CheckinPolicy@")
    make_duties(now=NOW + timedelta(days=7))
    assert open_days(person)[-1] == "Tue 29 Dec"


def test_what_has_begun_stays_and_the_new_days_come_after_it(person: Participant, plan: Plan, officer: Staff) -> None:
    later = NOW + timedelta(days=5)  # the next one's window is open: due on 2 December
    change(plan, officer, from_on=date(2026, 12, 1), now=later)
    assert open_days(person)[:3] == ["Wed 25 Nov", "Wed 2 Dec", "Tue 8 Dec"]


@pytest.mark.parametrize("from_on", [date(2026, 11, 23), date(2026, 12, 27), date(1, 1, 1), date(9999, 12, 31)])
def test_a_day_too_soon_or_too_far_is_refused(plan: Plan, officer: Staff, from_on: date) -> None:
    with pytest.raises(ScheduleRefused, match="first day from November 24, 2026 to December 26, 2026"):
        change(plan, officer, from_on=from_on)
    assert not Notice.objects.exists()


def test_no_change_without_a_reason_twice_or_from_another_office(
    person: Participant, plan: Plan, officer: Staff, other_office: FieldOffice
) -> None:
    with pytest.raises(ScheduleRefused, match="say why"):
        change(plan, officer, reason=" \n")
    with pytest.raises(ScheduleRefused, match="your office"):
        change(plan, make_staff(other_office))
    change(plan, officer)
    with pytest.raises(ScheduleRefused, match="ended"):
        change(plan, officer)
    assert len(open_days(person)) == 5


def pause(person: Participant, officer: Staff, now: datetime = NOW) -> Pause:
    words = "A letter of the hospital"
    return pause_schedule(participant=person, why=PauseReason.HOSPITAL, reason=words, officer=officer, now=now)


def test_a_pause_excuses_what_is_open_and_makes_nothing(person: Participant, plan: Plan, officer: Staff) -> None:
    pause(person, officer)
    assert open_days(person) == []
    excuse = Excuse.objects.get()
    assert (excuse.duty.due_on, excuse.excused_by) == (FIRST, officer)
    assert (make_duties(now=NOW + timedelta(days=50)), sweep_overdue(now=NOW + timedelta(days=50))) == (0, 0)
    assert Notice.objects.get().kind == "schedule-paused"
    with pytest.raises(ScheduleRefused, match="already"):
        pause(person, officer)
    with pytest.raises(ScheduleRefused, match="resume"):
        change(plan, officer)


@pytest.mark.parametrize("how", ["pause", "change"])
def test_what_somebody_asked_about_is_not_taken_back_before_they_have_an_answer(
    person: Participant, plan: Plan, officer: Staff, how: str
) -> None:
    later = Duty.objects.filter(plan=plan, opens_at__gt=NOW).order_by("due_on")[0]
    ask_excuse(
        participant=person, duty_id=later.pk, reason=AskedReason.COURT, words="A hearing", through=Through.WEB, now=NOW
    )
    pause(person, officer) if how == "pause" else change(plan, officer)
    later.refresh_from_db()
    assert (later.outcome == "excused") == (how == "pause")
    assert ExcuseRequest.objects.get().words == "A hearing"
    flag = Flag.objects.get(reason="excuse-asked")
    answer = Decision.NEEDLESS if how == "pause" else Decision.EXCUSED
    decide_flag(flag_id=flag.pk, officer=officer, decision=answer, reason="Read it", now=NOW)
    assert Flag.objects.get().cleared_at == NOW


@pytest.mark.parametrize(
    ("days", "first", "count"),
    [(0, "Wed 2 Dec", 4), (1, "Wed 2 Dec", 4), (60, "Wed 27 Jan", 5)],
    ids=["at once", "soon", "long after"],
)
def test_after_a_pause_it_goes_on_and_nothing_is_doubled(
    person: Participant, plan: Plan, officer: Staff, days: int, first: str, count: int
) -> None:
    pause(person, officer)
    now = NOW + timedelta(days=days)
    from_on = now.date() + timedelta(days=3)
    resume_schedule(participant=person, from_on=from_on, reason="At home again", officer=officer, now=now)
    assert open_days(person)[0] == first
    assert make_duties(now=now) == 0
    assert len(set(open_days(person))) == len(open_days(person)) == count
    assert Pause.objects.get().ended_by == officer
    assert Notice.objects.order_by("-pk")[0].kind == "schedule-changed"
    with pytest.raises(ScheduleRefused, match="not paused"):
        resume_schedule(participant=person, from_on=from_on, reason="again", officer=officer, now=now)


@pytest.mark.parametrize(
    ("rhythm", "next_due_on", "from_on", "first"),
    [
        (Rhythm(interval_days=28), date(2026, 12, 2), date(2026, 11, 20), date(2026, 12, 2)),
        (Rhythm(interval_days=28), date(2026, 12, 2), date(2026, 12, 2), date(2026, 12, 2)),
        (Rhythm(interval_days=28), date(2026, 12, 2), date(2026, 12, 3), date(2026, 12, 9)),
        (Rhythm(interval_days=28), date(2026, 12, 2), date(2027, 6, 1), date(2027, 6, 2)),
        (Rhythm(interval_days=30), date(2026, 12, 2), date(2027, 6, 1), date(2027, 6, 1)),
        (Rhythm(interval_days=1), date(2026, 12, 2), date(2027, 6, 1), date(2027, 6, 1)),
        (Rhythm(month_day=31), date(2026, 12, 31), date(2027, 2, 1), date(2027, 2, 28)),
        (Rhythm.on_weekdays([4]), date(2026, 12, 4), date(2027, 6, 1), date(2027, 6, 4)),
    ],
)
def test_after_a_long_pause_an_interval_counts_anew_and_keeps_its_weekday(
    rhythm: Rhythm, next_due_on: date, from_on: date, first: date
) -> None:
    assert rhythm.resumed(next_due_on, from_on=from_on) == first


@pytest.mark.parametrize(
    ("form", "number", "weekdays", "rhythm"),
    [
        ("days", "28", [], Rhythm(interval_days=28)),
        ("days", "28", ["1"], Rhythm(interval_days=28)),
        ("month", "31", [], Rhythm(month_day=31)),
        ("week", "", ["1", "4"], Rhythm(weekdays=0b10010)),
        ("week", "", ["7", "-1", "x"], None),
        ("days", "0", [], None),
        ("days", "367", [], None),
        ("days", "9" * 5_000, [], None),
        ("days", "²", [], None),
        ("month", "32", [], None),
        ("", "28", [], None),
    ],
)
def test_what_a_form_says(form: str, number: str, weekdays: list[str], rhythm: Rhythm | None) -> None:
    assert read_rhythm(form, number=number, weekdays=weekdays) == rhythm


@pytest.mark.parametrize(
    ("rhythm", "words"),
    [
        (Rhythm(interval_days=28), "every 28 days"),
        (Rhythm(interval_days=1), "every day"),
        (TUESDAYS, "every Tuesday"),
        (Rhythm.on_weekdays([4, 1]), "every Tuesday and Friday"),
        (Rhythm(month_day=15), "on day 15 of each month"),
        (Rhythm(month_day=31), "on the last day of each month"),
    ],
)
def test_a_rhythm_in_words(rhythm: Rhythm, words: str) -> None:
    assert str(rhythm) == words


def test_an_officer_changes_pauses_and_resumes_on_the_persons_page(
    office: FieldOffice, officer: Staff, sign_in: Callable[[Participant | Staff], Client]
) -> None:
    person, today = make_participant(office), timezone.localdate()
    starts = [PlanStart(person, 7, today + timedelta(days=2), "check-in")]
    start_plans(starts=starts, actor=OPERATOR, now=timezone.now())
    browser, url = sign_in(officer), f"/console/people/{person.pk}/schedule/"
    in_a_week = (today + timedelta(days=7)).isoformat()
    told = {"plan": Plan.objects.get().pk, "from_on": in_a_week, "reason": "Asked for it"}
    page = browser.post(url, {**told, "do": "change", "form": "month", "number": "15"}, follow=True).content.decode()
    assert "Check-in on day 15 of each month" in page
    page = browser.post(url, {"do": "pause", "why": "hospital", "reason": "Birth"}, follow=True).content.decode()
    assert "In hospital" in page
    page = browser.post(url, {"do": "resume", "from_on": in_a_week, "reason": "Back"}, follow=True).content.decode()
    assert "Pause the check-ins" in page
    for wrong in ({}, {"do": "change", "form": "days", "number": "7", "from_on": "2026-99-99", "plan": "x"}):
        assert browser.post(url, wrong).status_code == 302
    assert Plan.objects.filter(ended_at__isnull=True).count() == 1
