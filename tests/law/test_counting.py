"""From a day to a last day: a table, and that no clock is ever shorter than its rule."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adsum.checkins.rules import Span
from adsum.law.policy import LawPolicy
from adsum.law.rules import ClockKind, CountsFrom, Rule, Unit, days_down, days_paused, default_rule, last_day

NEW_YORK = ZoneInfo("America/New_York")
MAY = date(2026, 5, 4)  # a Monday


def days(text: str) -> frozenset[date]:
    """Days, as in 2026-05-04 2026-05-05."""
    return frozenset(date.fromisoformat(one) for one in text.split())


@pytest.mark.parametrize(
    ("counted_from", "rule", "more", "expected"),
    [
        (MAY, {"days": 1}, {}, "2026-05-05"),
        (MAY, {"days": 30}, {}, "2026-06-03"),
        (MAY, {"days": 5}, {}, "2026-05-11"),  # a Saturday: Monday
        (MAY, {"days": 5, "rolls": False}, {}, "2026-05-09"),
        (MAY, {"days": 5}, {"closed": days("2026-05-11")}, "2026-05-12"),
        (MAY, {"days": 3}, {"closed": days("2026-05-06")}, "2026-05-07"),  # closed in between: calendar days count
        (MAY, {"days": 5, "unit": Unit.WORKING}, {}, "2026-05-11"),
        (MAY, {"days": 3, "unit": Unit.WORKING}, {"closed": days("2026-05-06")}, "2026-05-08"),
        (date(2026, 5, 22), {"days": 1, "unit": Unit.WORKING}, {}, "2026-05-26"),  # Memorial Day weekend
        (date(2026, 12, 18), {"days": 7}, {}, "2026-12-28"),  # Christmas Day on a Friday
        (date(2026, 12, 31), {"days": 1}, {}, "2027-01-04"),
        (date(2028, 1, 30), {"days": 30}, {}, "2028-02-29"),  # a leap day
        (date(2027, 1, 29), {"days": 31}, {}, "2027-03-01"),
        (date(2026, 3, 6), {"days": 4}, {}, "2026-03-10"),  # the clocks go forward: a day is a day
        (date(2026, 10, 30), {"days": 3}, {}, "2026-11-02"),  # and back
        (MAY, {"days": 10, "mail_days": 5}, {}, "2026-05-14"),
        (MAY, {"days": 10, "mail_days": 5}, {"posted": True}, "2026-05-19"),
        (MAY, {"days": 10, "mail_days": 5, "counts_from": CountsFrom.POSTMARK}, {"posted": True}, "2026-05-14"),
        (MAY, {"days": 10}, {"tolled": days("2026-05-06 2026-05-07")}, "2026-05-18"),  # the 16th is a Saturday
        (MAY, {"days": 1}, {"tolled": days("2026-05-05 2026-05-06")}, "2026-05-07"),
        (MAY, {"days": 2, "unit": Unit.WORKING}, {"tolled": days("2026-05-05")}, "2026-05-07"),
        (MAY, {"days": 10}, {"tolled": days("2026-05-04 2026-06-30")}, "2026-05-14"),  # outside of it
    ],
)
def test_the_last_day(counted_from: date, rule: dict[str, Any], more: dict[str, Any], expected: str) -> None:
    assert last_day(counted_from, Rule(**rule), **{"closed": (), **more}).isoformat() == expected


NEAR = st.dates(date(2024, 1, 1), date(2030, 12, 31))


@given(
    start=NEAR,
    given_days=st.integers(1, 120),
    unit=st.sampled_from(Unit),
    rolls=st.booleans(),
    mail=st.integers(0, 30),
    posted=st.booleans(),
    closed=st.frozensets(NEAR, max_size=20),
    tolled=st.frozensets(NEAR, max_size=20),
)
def test_no_clock_is_shorter_than_its_rule(
    start: date,
    given_days: int,
    unit: Unit,
    rolls: bool,
    mail: int,
    posted: bool,
    closed: frozenset[date],
    tolled: frozenset[date],
) -> None:
    rule = Rule(given_days, unit=unit, rolls=rolls, mail_days=mail)
    found = last_day(start, rule, closed=closed, tolled=tolled, posted=posted)
    assert found >= start + timedelta(days=given_days + (mail if posted else 0))
    counted = [start + timedelta(days=n) for n in range(1, (found - start).days + 1)]
    assert sum(day not in tolled for day in counted) >= given_days
    assert last_day(start, rule, closed=closed | {found}, tolled=tolled, posted=posted) >= found
    assert last_day(start, rule, closed=closed, tolled=tolled | {found}, posted=posted) > found


@pytest.mark.parametrize(
    ("began", "ended", "hours", "expected"),
    [
        ("2026-05-04T14:00", "2026-05-04T16:00", 2, "2026-05-04"),
        ("2026-05-04T14:00", "2026-05-04T15:59", 2, ""),
        ("2026-05-05T02:00", "2026-05-05T06:00", 2, "2026-05-04 2026-05-05"),  # 22:00 to 2:00 in New York
        ("2026-05-05T03:00", "2026-05-07T05:00", 2, "2026-05-05 2026-05-06"),
        ("2026-11-01T04:00", "2026-11-02T05:00", 24, "2026-11-01"),  # a day of 25 hours
        ("2026-03-08T05:00", "2026-03-09T04:00", 24, ""),  # one of 23
    ],
)
def test_days_on_which_the_service_was_down(began: str, ended: str, hours: int, expected: str) -> None:
    outage = Span(datetime.fromisoformat(began).replace(tzinfo=UTC), datetime.fromisoformat(ended).replace(tzinfo=UTC))
    assert days_down([outage, outage], zone=NEW_YORK, least=timedelta(hours=hours)) == days(expected)


def test_a_pause_gives_back_the_days_on_which_the_clock_stood() -> None:
    stood = Span(datetime(2026, 5, 4, 20, tzinfo=UTC), datetime(2026, 5, 6, 13, tzinfo=UTC))
    same_day = Span(datetime(2026, 5, 8, 13, tzinfo=UTC), datetime(2026, 5, 8, 20, tzinfo=UTC))
    assert days_paused([stood, same_day], zone=NEW_YORK) == days("2026-05-04 2026-05-05")


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("answer", 30), ("evidence", 14), ("appeal", 30), ("appeal-answer", 30), ("panel-answer", 45), ("easing", 7)],
)
def test_what_holds_where_no_rule_is_entered(kind: str, expected: int) -> None:
    rule = default_rule(ClockKind(kind), policy=LawPolicy())
    assert (rule.days, rule.number, bool(rule.source)) == (expected, None, True)
    assert rule.tolls_outage == (kind in ("evidence", "appeal"))
