"""Until when a file is kept, and what becomes of a deadline at another office."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from adsum.checkins.rules import end_of_day
from adsum.leaving.policy import LeavingPolicy
from adsum.leaving.rules import ENDS, Deadlines, Ends, LeftBecause, carried_over, erase_on, read_reason

POLICY = LeavingPolicy()
DAY = date(2026, 11, 25)
NEW_YORK, LOS_ANGELES = ZoneInfo("America/New_York"), ZoneInfo("America/Los_Angeles")
OPENS = datetime(2026, 11, 1, tzinfo=UTC)
EAST, WEST = end_of_day(DAY, NEW_YORK), end_of_day(DAY, LOS_ANGELES)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("reason", "day"),
    [
        (LeftBecause.CLOSED, date(2031, 11, 24)),
        (LeftBecause.ERROR, date(2026, 12, 25)),
        (LeftBecause.DIED, date(2027, 11, 25)),
        (LeftBecause.MOVED, None),
        (LeftBecause.DETAINED, None),
    ],
)
def test_each_reason_starts_its_clock(reason: LeftBecause, day: date | None) -> None:
    assert erase_on(reason, left_on=DAY, policy=POLICY) == day


@pytest.mark.parametrize(
    ("there", "grace_hours", "missed_after", "moved_from", "ends", "until", "planned"),
    [
        # to the west, the day ends three hours later
        (WEST, 24, EAST + 24 * HOUR, None, WEST, WEST + 24 * HOUR, None),
        # to the east, nothing is shortened
        (EAST, 24, WEST + 24 * HOUR, None, WEST, WEST + 24 * HOUR, None),
        # less grace there counts for later check-ins only; more counts at once
        (EAST, 0, EAST + 24 * HOUR, None, EAST, EAST + 24 * HOUR, None),
        (EAST, 72, EAST + 24 * HOUR, None, EAST, EAST + 72 * HOUR, None),
        # credit that was given stays; what was planned before it moves
        (WEST, 24, EAST + 90 * HOUR, EAST + 24 * HOUR, WEST, EAST + 90 * HOUR, WEST + 24 * HOUR),
    ],
)
def test_no_deadline_is_shortened_by_a_move(
    there: datetime,
    grace_hours: int,
    missed_after: datetime,
    moved_from: datetime | None,
    ends: datetime,
    until: datetime,
    planned: datetime | None,
) -> None:
    before = Deadlines(
        OPENS, EAST if there == WEST or missed_after < WEST + 24 * HOUR else WEST, missed_after, moved_from
    )
    after = carried_over(before, due_at=there, grace_hours=grace_hours)
    assert after == Deadlines(OPENS, ends, until, planned)
    assert after.missed_after >= before.missed_after


def test_whoever_leaves_owes_nothing_and_hears_nothing() -> None:
    gone = set(LeftBecause) - {LeftBecause.MOVED}
    for what in (Ends.CHECKINS, Ends.MESSAGES, Ends.SHARING, Ends.PUSHES, Ends.CALENDAR, Ends.CODES, Ends.STEPS):
        assert all(what in ENDS[reason] for reason in gone), what


@pytest.mark.parametrize(("raw", "read"), [("died", LeftBecause.DIED), ("", None), ("deported", None), ("DIED", None)])
def test_only_known_reasons_are_read(raw: str, read: LeftBecause | None) -> None:
    assert read_reason(raw) == read
