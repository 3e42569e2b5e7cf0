"""What a device tells, and whether it may be kept. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from adsum.core.earth import Spot
from adsum.monitors.rules.kinds import AlertKind
from adsum.orders.rules import Level, Terms

LONGEST_SERIAL = 40


@dataclass(frozen=True)
class Heard:
    """One thing that a device told: where it is, or that something is wrong with it, or both. None is not said."""

    serial: str
    at: datetime
    spot: Spot | None = None
    alert: AlertKind | None = None
    battery_percent: int | None = None
    is_charging: bool | None = None


class Fate(StrEnum):
    """What became of what a device told. Of what is not KEPT only a number remains."""

    KEPT = "kept"
    UNKNOWN = "unknown-device"
    NOT_WORN = "not-worn"
    NO_ORDER = "no-order"
    BEFORE = "before"
    OUTSIDE = "outside-terms"
    OLD = "too-old"
    AHEAD = "ahead"


# Of these nothing is kept, not even an alert.
REFUSED = frozenset({Fate.UNKNOWN, Fate.NOT_WORN, Fate.NO_ORDER, Fate.BEFORE, Fate.AHEAD})


@dataclass(frozen=True)
class Standing:
    """Who wears a device: since when, at which level they are now, and within which terms."""

    issued_at: datetime
    kind: Level
    level: Level | None
    level_since: datetime | None
    terms: Terms


def fate_of(one: Heard, standing: Standing, *, local: datetime, now: datetime, keep_days: int) -> Fate:
    """Whether a position may be kept: an order of the device's level holds now and held then, and its terms allow it.

    `local` is the moment at which it was taken, in the office's zone.
    """
    if standing.level != standing.kind or standing.level_since is None:
        return Fate.NO_ORDER
    if one.at < max(standing.issued_at, standing.level_since):
        return Fate.BEFORE
    if one.spot is None or not standing.terms.cover(local.time(), one.spot):
        return Fate.OUTSIDE
    return Fate.OLD if one.at + timedelta(days=keep_days) <= now else Fate.KEPT
