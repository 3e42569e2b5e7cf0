"""Levels of monitoring."""

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


GROUNDS = {Ground.AGENCY_LIST: "The agency's list"}


def read_level(raw: str) -> Level | None:
    """The level a file names, or None where it names none that is known."""
    text = raw.strip().lower()
    return Level(text) if text in set(Level) else None


def asks_for_photo(level: Level | None, *, answered_at: datetime | None, now: datetime, policy: OrdersPolicy) -> bool:
    """True when this level asks for a photo now. `answered_at`: the last photo, or that the person cannot take one."""
    if not policy.photo_every_days or level in (None, Level.NONE):
        return False
    return answered_at is None or now - answered_at > timedelta(days=policy.photo_every_days)
