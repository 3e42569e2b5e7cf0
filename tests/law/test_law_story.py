"""The appeal period is 30 days; a rule makes it 10 from a date; it is vacated the night before, or some days later."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from adsum.law.actions import start_clock, stop_clock, sweep_clocks, vacate_rule
from adsum.law.models import Clock
from adsum.law.past_queries import days_to_come
from adsum.law.rules import ClockKind
from adsum.ledger.rules import RULES
from adsum.notices.models import Notice
from adsum.offices.models import FieldOffice, Staff
from tests.factories import make_participant
from tests.law.conftest import MakeRule

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("America/New_York")
BEGINS = date(2026, 3, 9)
NIGHT_BEFORE = datetime(2026, 3, 8, 22, tzinfo=ZONE)
APPROVED = datetime(2026, 2, 20, 10, tzinfo=ZONE)
# The day on which the decision came, its last day by 30 days, by the rule of 10 days that begins on March 9.
CLOCKS = [
    ("2026-02-02", "2026-03-04", "2026-03-04"),  # over before it begins
    ("2026-02-10", "2026-03-12", "2026-03-12"),  # ends sooner than the notice would
    ("2026-02-25", "2026-03-27", "2026-03-19"),  # ten days from March 9
    ("2026-03-06", "2026-04-06", "2026-03-19"),
]


def noon(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), ZONE) + timedelta(hours=12)


@pytest.fixture
def clocks(office: FieldOffice) -> list[Clock]:
    return [start(office, day) for day, _, _ in CLOCKS]


def start(office: FieldOffice, day: str) -> Clock:
    person, at = make_participant(office), noon(day)
    return start_clock(
        kind=ClockKind.APPEAL, participant_id=person.pk, about=f"review:{person.pk}", counted_from=at, now=at
    )


def last_days() -> list[str]:
    return [day.isoformat() for day in Clock.objects.order_by("pk").values_list("last_day", flat=True)]


def told() -> list[str]:
    return [notice.title for notice in Notice.objects.filter(kind="clock-changed").order_by("pk")]


def sweep(at: datetime) -> None:
    for minutes in (0, 5, 600):
        sweep_clocks(now=at + timedelta(minutes=minutes))


def test_vacated_the_night_before(clocks: list[Clock], make_rule: MakeRule, programme: Staff) -> None:
    by_thirty = [one for _, one, _ in CLOCKS]
    rule = make_rule(10, BEGINS, now=APPROVED)
    assert last_days() == by_thirty
    sweep(NIGHT_BEFORE - timedelta(days=2))
    assert (last_days(), told()) == (by_thirty, [])
    coming = days_to_come(clocks=list(Clock.objects.order_by("pk")[2:]), now=NIGHT_BEFORE, seen_by=RULES)
    assert [day.isoformat() for day in coming.values()] == ["2026-03-19", "2026-03-19"]

    vacate_rule(rule_id=rule.pk, why="Vacated by the court", by=programme, now=NIGHT_BEFORE)
    for day in ("2026-03-09", "2026-03-10", "2026-04-20"):
        sweep(noon(day))
        assert last_days() == by_thirty
    assert told() == ["Su último día sigue igual"] * 2
    assert set(Notice.objects.values_list("participant", flat=True)) == {one.participant_id for one in clocks[2:]}


def test_it_begins_and_is_vacated_later(
    clocks: list[Clock], make_rule: MakeRule, programme: Staff, office: FieldOffice
) -> None:
    rule = make_rule(10, BEGINS, now=APPROVED)
    sweep(noon("2026-03-09"))
    assert last_days() == [one for _, _, one in CLOCKS]
    assert told() == ["Su último día ha cambiado"] * 2
    later = start(office, "2026-03-10")
    assert later.last_day == date(2026, 3, 20)
    sweep(noon("2026-03-25"))
    assert len(told()) == 2

    stop_clock(about=clocks[3].about, kind=ClockKind.APPEAL, why="appealed", now=noon("2026-03-18"))
    vacate_rule(rule_id=rule.pk, why="Vacated by the court", by=programme, now=noon("2026-03-26"))
    sweep(noon("2026-03-27"))
    assert last_days() == ["2026-03-04", "2026-03-12", "2026-03-27", "2026-03-19", "2026-04-09"]
    assert told() == ["Su último día ha cambiado"] * 4


def test_a_worker_that_slept_leaves_everybody_the_whole_notice(clocks: list[Clock], make_rule: MakeRule) -> None:
    make_rule(10, BEGINS, now=APPROVED)
    sweep(noon("2026-03-13"))
    assert last_days() == ["2026-03-04", "2026-03-12", "2026-03-23", "2026-03-23"]


def test_a_rule_entered_late_never_lays_a_last_day_in_the_past(clocks: list[Clock], make_rule: MakeRule) -> None:
    make_rule(10, date(2026, 2, 26), now=noon("2026-03-16"))
    assert last_days() == ["2026-03-04", "2026-03-12", "2026-03-26", "2026-03-26"]
    assert len(told()) == 2


def test_a_day_that_is_over_all_the_same_is_no_news(clocks: list[Clock], make_rule: MakeRule, programme: Staff) -> None:
    rule = make_rule(10, BEGINS, now=APPROVED)
    sweep(noon("2026-03-09"))
    vacate_rule(rule_id=rule.pk, why="Vacated by the court", by=programme, now=noon("2026-04-01"))
    assert last_days() == [one for _, one, _ in CLOCKS]
    assert len(told()) == 3  # two when it began, and one who has time again
