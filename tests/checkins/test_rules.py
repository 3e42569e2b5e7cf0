"""The rules of check-ins, one change a row."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from adsum.checkins.policy import CheckinPolicy
from adsum.checkins.rules import (
    INNOCENT,
    Concern,
    ReportFacts,
    Rhythm,
    concerns_about,
    end_of_day,
    first_due_on,
    nearest_duty,
    term_of,
)

POLICY = CheckinPolicy()
DUE = datetime(2026, 12, 15, 5, 0, tzinfo=UTC)
CLEAN = ReportFacts(
    counts_from=DUE - timedelta(hours=3),
    missed_after=DUE + timedelta(hours=24),
    lives_there=True,
    new_phone=False,
    wants_contact=False,
    located=True,
    coarse=False,
    stale=False,
)
NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, []),
        ({"counts_from": CLEAN.missed_after}, []),
        ({"counts_from": DUE + timedelta(hours=24, microseconds=1)}, [Concern.LATE]),
        ({"missed_after": None, "counts_from": DUE + timedelta(days=90)}, []),
        ({"lives_there": None}, [Concern.ADDRESS_NOT_ANSWERED]),
        ({"lives_there": False}, [Concern.MOVED]),
        ({"new_phone": True}, [Concern.PHONE_CHANGED]),
        ({"wants_contact": True}, [Concern.WANTS_CONTACT]),
        ({"located": False}, [Concern.UNLOCATED]),
        ({"coarse": True}, [Concern.PLACE_COARSE]),
        ({"stale": True}, [Concern.PLACE_STALE]),
        ({"far": True}, [Concern.PLACE_FAR]),
        ({"too_fast": True}, [Concern.PLACE_TOO_FAST]),
        ({"other_country": True}, [Concern.OTHER_COUNTRY]),
        (
            {"lives_there": False, "wants_contact": True, "located": False},
            [Concern.MOVED, Concern.WANTS_CONTACT, Concern.UNLOCATED],
        ),
    ],
)
def test_concerns(change: dict[str, Any], found: list[Concern]) -> None:
    assert concerns_about(replace(CLEAN, **change), policy=POLICY) == found


def test_a_policy_can_accept_check_ins_without_a_place() -> None:
    names = ("unlocated", "coarse", "stale", "far", "too_fast", "other_country")
    relaxed = CheckinPolicy(**{f"{name}_needs_look": False for name in names})
    bad = replace(CLEAN, located=False, coarse=True, stale=True, far=True, too_fast=True, other_country=True)
    assert concerns_about(bad, policy=relaxed) == []


def test_what_speaks_of_the_place_says_what_else_it_can_be() -> None:
    of_the_place = {concern for concern in Concern if concern.startswith(("place-", "unlocated", "other-"))}
    assert set(INNOCENT) == of_the_place


@pytest.mark.parametrize(
    ("zone", "day", "end"),
    [
        ("America/New_York", date(2026, 12, 14), datetime(2026, 12, 15, 5, tzinfo=UTC)),
        ("America/New_York", date(2026, 3, 8), datetime(2026, 3, 9, 4, tzinfo=UTC)),
        ("America/New_York", date(2026, 11, 1), datetime(2026, 11, 2, 5, tzinfo=UTC)),
        ("America/Phoenix", date(2026, 7, 1), datetime(2026, 7, 2, 7, tzinfo=UTC)),
        ("Pacific/Honolulu", date(2026, 12, 31), datetime(2027, 1, 1, 10, tzinfo=UTC)),
        ("America/Puerto_Rico", date(2028, 2, 29), datetime(2028, 3, 1, 4, tzinfo=UTC)),
    ],
)
def test_a_day_ends_in_the_zone_of_the_office(zone: str, day: date, end: datetime) -> None:
    assert end_of_day(day, ZoneInfo(zone)) == end


def test_terms() -> None:
    since = datetime(2026, 11, 1, 12, tzinfo=UTC)
    first = term_of(date(2026, 12, 14), previous_due_on=None, since=since, zone=NEW_YORK, policy=POLICY)
    weekly = term_of(date(2026, 12, 14), previous_due_on=date(2026, 12, 7), since=since, zone=NEW_YORK, policy=POLICY)
    rare = term_of(date(2026, 12, 14), previous_due_on=date(2026, 10, 19), since=since, zone=NEW_YORK, policy=POLICY)
    assert first.opens_at == since
    assert weekly.opens_at == end_of_day(date(2026, 12, 7), NEW_YORK)
    assert rare.opens_at == end_of_day(date(2026, 11, 16), NEW_YORK)
    assert {term.due_at for term in (first, weekly, rare)} == {DUE}
    assert {term.missed_after for term in (first, weekly, rare)} == {DUE + timedelta(hours=POLICY.grace_hours)}


@pytest.mark.parametrize(
    ("listed", "first"),
    [
        (date(2026, 12, 14), date(2026, 12, 14)),
        (date(2026, 11, 28), date(2026, 11, 28)),
        (date(2026, 11, 27), date(2026, 11, 28)),
        (date(1999, 1, 1), date(2026, 11, 28)),
        (None, date(2026, 11, 28)),
    ],
)
def test_nobody_owes_sooner_than_fair_notice(listed: date | None, first: date) -> None:
    assert first_due_on(listed, enrolled_on=date(2026, 11, 21), policy=POLICY) == first


@pytest.mark.parametrize(
    ("next_due_on", "day"),
    [
        (date(2026, 11, 21), date(2026, 11, 21)),
        (date(2026, 11, 22), date(2026, 11, 22)),
        (date(2026, 11, 20), date(2026, 11, 27)),
        (date(2026, 11, 14), date(2026, 11, 21)),
        (date(2025, 11, 15), date(2026, 11, 21)),
    ],
)
def test_past_days_are_caught_up_without_blame(next_due_on: date, day: date) -> None:
    assert Rhythm(interval_days=7).caught_up(next_due_on, today=date(2026, 11, 21)) == day


def test_a_report_answers_the_duty_nearest_to_it() -> None:
    missed, coming = SimpleNamespace(due_at=DUE - timedelta(days=7)), SimpleNamespace(due_at=DUE)
    assert nearest_duty([missed, coming], at=DUE - timedelta(days=5)) is missed
    assert nearest_duty([missed, coming], at=DUE - timedelta(days=2)) is coming
    assert nearest_duty([], at=DUE) is None
