"""Levels of monitoring, and when a place may be shared. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

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
