"""Levels of monitoring, what an order's terms say, and when a place may be shared. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache

from adsum.core.earth import Spot, metres_between
from adsum.orders.policy import OrdersPolicy


class Level(StrEnum):
    """How a participant is monitored, from least to most intrusive."""

    NONE = "none"
    CHECK_IN = "check-in"
    PHONE_CALL = "phone-call"
    GPS_WRIST = "gps-wrist"
    GPS_ANKLE = "gps-ankle"


class Ground(StrEnum):
    """Why an order was made. Its words for the participant stand in the portal's templates."""

    AGENCY_LIST = "agency-list"
    SIGNED_DECISION = "signed-decision"


GROUNDS = {
    Ground.AGENCY_LIST: "The agency's list",
    Ground.SIGNED_DECISION: "A decision that a supervisor signed or undid",
}


@lru_cache(1_000)
@lru_cache(1_000)
def read_level(raw: str) -> Level | None:
    """The level a file names, or None where it names none that is known."""
    text = raw.strip().lower()
    return Level(text) if text in set(Level) else None


@dataclass(frozen=True)
class SharingWindow:
    """From when until when a participant's place may be taken; outside of it, never."""

    opened_at: datetime
    ends_at: datetime

    def holds(self, moment: datetime) -> bool:
        """True for a moment inside; the end does not belong to it."""
        return self.opened_at <= moment < self.ends_at


def window_of(
    *,
    asked_at: datetime | None,
    reported_at: datetime | None,
    stopped_at: datetime | None,
    at: datetime,
    policy: OrdersPolicy,
) -> SharingWindow | None:
    """The window that is open now.

    It opens with a check-in that was sent after the order asked for it, so that its sender knew; it ends by itself,
    or when they stop it.
    """
    if asked_at is None or reported_at is None or reported_at < asked_at:
        return None
    if stopped_at is not None and stopped_at >= reported_at:
        return None
    window = SharingWindow(reported_at, reported_at + timedelta(days=policy.share_days))
    return window if window.holds(at) else None


def days_left(window: SharingWindow, *, at: datetime) -> int:
    """The days until the window ends, begun ones counted as whole: at least 1 while it is open."""
    return -((at - window.ends_at) // timedelta(days=1))


class PointAnswer(StrEnum):
    """What became of a shared point. What is not KEPT leaves no coordinates anywhere."""

    KEPT = "kept"
    OUTSIDE = "outside"
    TOO_SOON = "too-soon"


def answer_to_point(
    window: SharingWindow | None, *, taken_at: datetime, last_taken_at: datetime | None, policy: OrdersPolicy
) -> PointAnswer:
    """Whether a point may be kept: it was taken inside the window, and not just after the last one."""
    if window is None or not window.holds(taken_at):
        return PointAnswer.OUTSIDE
    too_soon = timedelta(minutes=policy.share_every_minutes)
    if last_taken_at is not None and abs(taken_at - last_taken_at) < too_soon:
        return PointAnswer.TOO_SOON
    return PointAnswer.KEPT


class PointSource(StrEnum):
    """What sent a shared point."""

    PAGE = "page"
    APP = "app"


def asks_for_photo(
    level: Level | None, *, own_days: int | None, answered_at: datetime | None, now: datetime, policy: OrdersPolicy
) -> bool:
    """True when an order asks for a photo now: every so many days (0: never) as it says itself, else as the policy.

    `answered_at`: when the last photo came, or when the person said that they cannot take one.
    """
    days = policy.photo_every_days if own_days is None else own_days
    if not days or level in (None, Level.NONE):
        return False
    return answered_at is None or now - answered_at > timedelta(days=days)


MOST_TERMS, LONGEST_TERM = 20, 300
_HOURS = re.compile(r"hours:\s*(\d\d:\d\d)\s*-\s*(\d\d:\d\d)", re.IGNORECASE)
_ZONE = re.compile(
    r"zone:\s*(-?\d{1,2}(?:\.\d+)?)\s*,\s*(-?\d{1,3}(?:\.\d+)?)\s*,\s*(\d{1,4}(?:\.\d+)?)\s*km", re.IGNORECASE
)


class TermRefused(Exception):
    """A term begins like hours or a zone and cannot be read as one; says how it is written."""


@dataclass(frozen=True)
class Terms:
    """What an order's terms say about when and where a GPS device may be heard; nothing named is no limit.

    `hours`: pairs of times of the office's day, over midnight where the second is the earlier one. `zones`: a middle
    with a radius in metres.
    """

    hours: tuple[tuple[time, time], ...] = ()
    zones: tuple[tuple[Spot, float], ...] = ()

    def cover(self, at: time, spot: Spot) -> bool:
        """True where a position at this time of the day and this place may be kept."""
        in_hours = any(_is_between(at, *pair) for pair in self.hours) or not self.hours
        return in_hours and (any(metres_between(spot, middle) <= m for middle, m in self.zones) or not self.zones)


def _is_between(at: time, first: time, last: time) -> bool:
    return first <= at < last if first <= last else at >= first or at < last


def read_terms(lines: Iterable[str]) -> Terms:
    """The hours and zones that these terms name; other terms are words for people. Raises TermRefused."""
    hours: list[tuple[time, time]] = []
    zones: list[tuple[Spot, float]] = []
    for line in lines:
        kind = line.partition(":")[0].strip().lower()
        try:
            if kind == "hours":
                hours.append(_read_hours(line.strip()))
            elif kind == "zone":
                zones.append(_read_zone(line.strip()))
        except ValueError as error:
            raise TermRefused(f"“{line}”: write “Hours: 20:00-06:00”, or “Zone: 40.71, -74.01, 5 km”.") from error
    return Terms(tuple(hours), tuple(zones))


def _read_hours(line: str) -> tuple[time, time]:
    found = _HOURS.fullmatch(line)
    if found is None:
        raise ValueError(line)
    return time.fromisoformat(found[1]), time.fromisoformat(found[2])


def _read_zone(line: str) -> tuple[Spot, float]:
    found = _ZONE.fullmatch(line)
    if found is None or abs(float(found[1])) > 90 or abs(float(found[2])) > 180 or not float(found[3]):
        raise ValueError(line)
    return Spot(float(found[1]), float(found[2])), float(found[3]) * 1_000


def review_day(level: Level, *, started_on: date, set_to: date | None, policy: OrdersPolicy) -> date | None:
    """The day on which a person looks at this level again: as somebody has set it, else as the policy says.

    None where there is nothing to lower.
    """
    if level == Level.NONE:
        return None
    return set_to or started_on + timedelta(days=policy.review_days)
