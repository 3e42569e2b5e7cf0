"""On which days something is due: every so many days, on weekdays, or on a day of the month. Pure."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAY = timedelta(days=1)


class PauseReason(StrEnum):
    """Why nobody asks a participant for check-ins for a while."""

    DETAINED = "detained"
    HOSPITAL = "hospital"
    CLOSED = "closed"
    OTHER = "other"


PAUSES = {
    PauseReason.DETAINED: "In custody",
    PauseReason.HOSPITAL: "In hospital",
    PauseReason.CLOSED: "The case is closed",
    PauseReason.OTHER: "Another reason",
}


@dataclass(frozen=True)
class Rhythm:
    """Exactly one of the three is not 0. `weekdays` has a bit for each, Monday being the lowest.

    A month without its `month_day` has its last day instead.
    """

    interval_days: int = 0
    weekdays: int = 0
    month_day: int = 0

    @classmethod
    def on_weekdays(cls, days: Collection[int]) -> Rhythm:
        """Each week on these days, Monday being 0."""
        return cls(weekdays=sum(1 << day for day in set(days)))

    def holds(self, day: date) -> bool:
        """True where this day may be a due day; with an interval any day may, it counts from the one before."""
        if self.weekdays:
            return bool(self.weekdays >> day.weekday() & 1)
        return not self.month_day or day.day == min(self.month_day, monthrange(day.year, day.month)[1])

    def first_from(self, day: date) -> date:
        """The first due day that is not before this one, where none has been yet."""
        while not self.holds(day):
            day += _DAY
        return day

    def after(self, day: date) -> date:
        """The due day that follows this one."""
        return day + timedelta(days=self.interval_days) if self.interval_days else self.first_from(day + _DAY)

    def caught_up(self, next_due_on: date, *, today: date) -> date:
        """The next due day that is not past already: nobody owes a check-in that no duty announced to them."""
        if next_due_on >= today or not self.interval_days:
            return self.first_from(max(next_due_on, today))
        periods = -(-(today - next_due_on).days // self.interval_days)
        return next_due_on + timedelta(days=self.interval_days * periods)

    def resumed(self, next_due_on: date, *, from_on: date) -> date:
        """The first due day after a pause. An interval that ran out counts anew, in weeks on the weekday it had.

        Otherwise somebody who comes back could wait almost a whole interval more, or be due on a day they never had.
        """
        if next_due_on >= from_on or self.interval_days % 7 or not self.interval_days:
            return self.first_from(max(next_due_on, from_on))
        return from_on + timedelta(days=(next_due_on - from_on).days % 7)

    def __str__(self) -> str:
        if self.weekdays:
            return f"every {' and '.join(name for day, name in enumerate(WEEKDAYS) if self.weekdays >> day & 1)}"
        if self.month_day:
            return f"on day {self.month_day} of each month" if self.month_day < 31 else "on the last day of each month"
        return "every day" if self.interval_days == 1 else f"every {self.interval_days} days"


def read_rhythm(form: str, *, number: str, weekdays: Collection[str]) -> Rhythm | None:
    """What a form says: `days` or `month` with a number, or `week` with weekdays, Monday being 0. None: impossible."""
    count = int(number) if number.isascii() and number.isdecimal() and len(number) < 4 else 0
    if form == "days" and 1 <= count <= 366:
        return Rhythm(interval_days=count)
    if form == "month" and 1 <= count <= 31:
        return Rhythm(month_day=count)
    chosen = [day for day in range(7) if str(day) in weekdays]
    return Rhythm.on_weekdays(chosen) if form == "week" and chosen else None


def days_ahead(rhythm: Rhythm, *, next_due_on: date, today: date, until: date) -> tuple[list[date], date]:
    """The due days to make now, up to `until`, and the one after them."""
    days, day = [], rhythm.caught_up(next_due_on, today=today)
    while day <= until:
        days.append(day)
        day = rhythm.after(day)
    return days, day
