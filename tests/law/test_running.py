"""Clocks start, stand, go on and stop; a late answer alarms, once each; what the database refuses."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from adsum.checkins.models import Outage
from adsum.flags.models import Flag
from adsum.law.actions import forget, pause_clock, resume_clock, start_clock, stop_clock, sweep_clocks
from adsum.law.actions.running import ClockRefused
from adsum.law.models import Clock
from adsum.law.queries import clocks_late, clocks_of, everything_about, open_clock
from adsum.law.rules import ClockKind
from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import RULES
from adsum.notices.models import Notice
from adsum.offices.actions import close_days, open_day
from adsum.offices.models import FieldOffice, Staff
from adsum.people.models import Participant
from tests.factories import make_office, make_participant, make_staff

pytestmark = pytest.mark.django_db
BEGAN = datetime(2026, 5, 4, 16, tzinfo=UTC)  # a Monday, noon in New York
LAST = date(2026, 6, 3)


def start(person: Participant, kind: ClockKind = ClockKind.ANSWER, **given: Any) -> Clock:
    about = given.pop("about", "review:7")
    return start_clock(
        kind=kind, participant_id=person.pk, about=about, **{"counted_from": BEGAN, "now": BEGAN, **given}
    )


def told() -> int:
    return Notice.objects.filter(kind="clock-changed").count()


def test_what_is_asked_twice_does_not_start_anew(person: Participant) -> None:
    first = start(person)
    again = start(person, counted_from=BEGAN + timedelta(days=9), now=BEGAN + timedelta(days=9))
    assert (again, again.last_day, Clock.objects.count()) == (first, LAST, 1)
    assert start(person, ClockKind.APPEAL) != first
    assert first.ends_at == datetime(2026, 6, 4, 4, tzinfo=UTC)
    stop_clock(about="review:7", kind=ClockKind.ANSWER, why="answered", now=BEGAN)
    assert stop_clock(about="review:7", kind=ClockKind.ANSWER, why="answered", now=BEGAN) is None
    assert start(person, now=BEGAN + timedelta(days=1)) != first


def test_what_is_posted_counts_as_received_later(person: Participant) -> None:
    assert start(person, ClockKind.APPEAL, posted=True).last_day == date(2026, 6, 8)


def test_the_day_is_the_day_of_the_office(person: Participant) -> None:
    late = datetime(2026, 5, 5, 3, 59, tzinfo=UTC)
    assert start(person, counted_from=late).last_day == LAST
    far = make_participant(make_office("GUM", "Pacific/Guam"))
    assert start(far, about="review:8", counted_from=late).last_day == date(2026, 6, 4)


def test_a_pause_gives_its_days_back_and_tells_once(person: Participant) -> None:
    start(person)
    stood = BEGAN + timedelta(days=10)
    for _ in range(2):
        pause_clock(about="review:7", kind=ClockKind.ANSWER, why="Asked for a doctor's note", now=stood)
    assert sweep_clocks(now=BEGAN + timedelta(days=60)) == 0
    for _ in range(2):
        clock = resume_clock(about="review:7", kind=ClockKind.ANSWER, now=stood + timedelta(days=5))
    assert (clock.last_day, clock.paused_at, told()) == (date(2026, 6, 8), None, 1)
    sweep_clocks(now=stood + timedelta(days=6))
    assert told() == 1


@pytest.mark.parametrize(
    ("kind", "days", "why"),
    [
        (ClockKind.EASING, 1, "A note"),  # a court's days are not ours
        (ClockKind.ANSWER, 40, "A note"),  # too late
        (ClockKind.ANSWER, 1, " "),
        (ClockKind.APPEAL, 1, "None runs"),
    ],
)
def test_pauses_that_are_refused(person: Participant, kind: ClockKind, days: int, why: str) -> None:
    if kind != ClockKind.APPEAL:
        start(person, kind)
    with pytest.raises(ClockRefused):
        pause_clock(about="review:7", kind=kind, why=why, now=BEGAN + timedelta(days=days))
    assert not Clock.objects.filter(paused_at__isnull=False)


def test_a_closed_day_of_ours_moves_no_last_day_of_a_court(person: Participant, officer: Staff) -> None:
    week = [date(2026, 5, day) for day in (8, 11, 12)]  # the last Friday before, the last day, the day after
    told_before = start(person, ClockKind.EASING, about="departure:1").last_day
    close_days(office=person.office, days=week, why="Snow", actor=officer.as_actor(), staff=officer, now=BEGAN)
    told_after = start(person, ClockKind.EASING, about="departure:2").last_day
    sweep_clocks(now=BEGAN + timedelta(days=1))
    swept = open_clock(about="departure:1", kind=ClockKind.EASING, seen_by=person.as_actor())
    assert swept and told_before == told_after == swept.last_day == date(2026, 5, 11)


def test_a_holiday_and_a_weekend_move_the_last_day_of_a_court(person: Participant) -> None:
    for day, last in ((18, date(2026, 5, 26)), (16, date(2026, 5, 26)), (9, date(2026, 5, 18))):
        began = datetime(2026, 5, day, 16, tzinfo=UTC)
        started = start(person, ClockKind.EASING, about=f"departure:{day}", counted_from=began, now=began)
        assert started.last_day == last


def test_a_closed_day_and_an_outage_give_time_and_opening_again_takes_none(person: Participant, officer: Staff) -> None:
    start(person, ClockKind.APPEAL)
    start(person, ClockKind.ANSWER)
    began = BEGAN + timedelta(days=3)
    Outage.objects.create(source="address", began_at=began, ended_at=began + timedelta(hours=3))
    sweep_clocks(now=BEGAN + timedelta(days=5))
    mine = open_clock(about="review:7", kind=ClockKind.APPEAL, seen_by=person.as_actor())
    theirs = open_clock(about="review:7", kind=ClockKind.ANSWER, seen_by=person.as_actor())
    assert mine and theirs and (mine.last_day, mine.outage_days, theirs.last_day) == (date(2026, 6, 4), 1, LAST)
    office, now = person.office, BEGAN + timedelta(days=6)
    close_days(office=office, days=[date(2026, 6, 4)], why="Snow", actor=officer.as_actor(), staff=officer, now=now)
    sweep_clocks(now=BEGAN + timedelta(days=7))
    mine.refresh_from_db()
    assert (mine.last_day, told()) == (date(2026, 6, 5), 2)
    open_day(office=office, day=date(2026, 6, 4), actor=officer.as_actor(), now=now)
    sweep_clocks(now=BEGAN + timedelta(days=8))
    assert told() == 2


def test_a_late_answer_alarms_the_supervisor_then_the_programme_each_once(person: Participant, officer: Staff) -> None:
    clock = start(person)
    start(person, ClockKind.APPEAL)
    over = clock.ends_at
    counts = [sweep_clocks(now=over + timedelta(days=days)) for days in (-0.01, 0, 0.1, 2.9, 3, 4)]
    assert counts == [0, 1, 0, 0, 1, 0]
    flag = Flag.objects.get(reason="clock-late")
    assert (flag.about, flag.cleared_at) == (clock.flag_about, None)
    clock.refresh_from_db()
    assert (clock.stopped_at, clock.escalated_at) == (None, over + timedelta(days=3))
    assert list(clocks_late(seen_by=officer.as_actor())) == [clock]
    stop_clock(about="review:7", kind=ClockKind.ANSWER, why="answered", now=over + timedelta(days=5))
    flag.refresh_from_db()
    assert (flag.decision, list(clocks_late(seen_by=RULES))) == ("lapsed", [])
    verbs = LedgerLine.objects.filter(subject_kind="clock", subject_id=clock.pk).order_by("pk")
    assert [line.verb for line in verbs] == ["clock.started", "clock.late", "clock.escalated", "clock.stopped"]


@pytest.mark.parametrize(
    "change",
    [
        {"last_day": LAST - timedelta(days=1)},
        {"days": 31},
        {"stopped_at": BEGAN},
        {"paused_at": BEGAN},
        {"escalated_at": BEGAN},
        {"ends_at": BEGAN},
    ],
)
def test_what_the_database_refuses(person: Participant, change: dict[str, Any]) -> None:
    start(person)
    with pytest.raises(IntegrityError), transaction.atomic():
        Clock.objects.update(**change)


def test_who_sees_a_clock(person: Participant, officer: Staff, office: FieldOffice) -> None:
    start(person)
    far, other = make_staff(make_office("LAX")), make_participant(office)
    seen = [
        clocks_of(participant_id=person.pk, seen_by=one.as_actor()).count() for one in (person, officer, far, other)
    ]
    assert seen == [1, 1, 0, 0]
    assert open_clock(about="review:7", kind=ClockKind.ANSWER, seen_by=other.as_actor()) is None
    assert everything_about(participant_id=person.pk, seen_by=person.as_actor())["clocks"][0]["about"] == "review:7"


def test_what_has_stopped_is_forgotten_what_runs_is_not(person: Participant) -> None:
    start(person)
    start(person, ClockKind.APPEAL)
    stop_clock(about="review:7", kind=ClockKind.ANSWER, why="answered", now=BEGAN)
    forget(before=BEGAN, now=BEGAN)
    assert Clock.objects.count() == 2
    forget(before=BEGAN + timedelta(days=400), now=BEGAN + timedelta(days=400))
    assert Clock.objects.get().kind == "appeal"


def test_my_file_says_which_time_runs(person: Participant, sign_in: Callable[..., Client]) -> None:
    now = datetime.now(UTC)
    start(person, ClockKind.APPEAL, counted_from=now, now=now)
    start(person, ClockKind.ANSWER, counted_from=now - timedelta(days=90), now=now)
    page = sign_in(person).get("/my-file/").content.decode()
    assert "You can appeal." in page and "Days left: 3" in page
    assert "We are late. That does not mean no." in page
