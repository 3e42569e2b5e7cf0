"""Types and rules of GPS devices."""

from adsum.monitors.rules.heard import LONGEST_SERIAL, REFUSED, Fate, Heard, Standing, fate_of
from adsum.monitors.rules.kinds import (
    ALERT_KINDS,
    HAPPENED,
    KINDS,
    RATINGS,
    SAID,
    STATES,
    AlertKind,
    Happened,
    Rating,
    Said,
    State,
)
from adsum.monitors.rules.rating import WHYS, DeviceRecord, Facts, Rated, Why, rate

__all__ = [
    "ALERT_KINDS",
    "HAPPENED",
    "KINDS",
    "LONGEST_SERIAL",
    "RATINGS",
    "REFUSED",
    "SAID",
    "STATES",
    "WHYS",
    "AlertKind",
    "DeviceRecord",
    "Facts",
    "Fate",
    "Happened",
    "Heard",
    "Rated",
    "Rating",
    "Said",
    "Standing",
    "State",
    "Why",
    "fate_of",
    "rate",
]
