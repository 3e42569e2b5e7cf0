"""Which line of the court's schedule holds, and at which hour."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

_HOUR = re.compile(r"(\d{1,2}):?(\d{2})(?::\d{2})? ?([AP]M)?$")


@dataclass(frozen=True)
class Listed:
    """A line of the court's schedule. `adjourned`: why it does not, or did not, take place then."""

    number: int
    on: date | None
    hour: str = ""
    place: str = ""
    adjourned: str = ""
    updated_on: date | None = None
    rank: int = 0

    @property
    def said(self) -> str:
        """When and where, as the court writes it."""
        return f"{self.on or ''} {self.hour} {self.place}"[:200]

    def starts_at(self, zone: ZoneInfo, *, hour_if_unknown: int) -> datetime | None:
        """When it begins there; None where the court names no day."""
        if self.on is None:
            return None
        return datetime.combine(self.on, hour_of(self.hour) or time(hour_if_unknown), zone)


def hour_of(text: str) -> time | None:
    """An hour as the court writes it: 0900, 9:00, 1:30 PM."""
    match = _HOUR.match(text.strip().upper())
    if match is None:
        return None
    hour, minute, half = int(match[1]), int(match[2]), match[3]
    if half:
        hour = hour % 12 + (12 if half == "PM" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def listed_last(lines: Sequence[Listed], *, held: int | None, listed: str) -> Listed | None:
    """The line that the court wrote last: it has taken the place of those before it.

    `held` is the line that is followed, `listed` what it said. That a line of another date was put off says nothing of
    it: clerks note late why a hearing of some weeks ago did not take place.
    """
    speaking = [line for line in lines if not line.adjourned or line.number == held or line.said == listed]
    return max(speaking, key=lambda line: (line.updated_on or date.min, line.rank, line.number), default=None)
