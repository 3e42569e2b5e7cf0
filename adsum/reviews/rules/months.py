"""Months as people count them. Pure."""

from calendar import monthrange
from datetime import date, datetime
from functools import lru_cache


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or before; the last day of the month where that month is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@lru_cache(10_000)
def months_between(first: date, last: date) -> int:
    """How many whole months have passed; never less than none."""
    months = (last.year - first.year) * 12 + last.month - first.month
    return max(0, months if add_months(first, months) <= last else months - 1)


def months_ago(moment: datetime, months: int) -> datetime:
    """The same hour so many months before."""
    return datetime.combine(add_months(moment.date(), -months), moment.timetz())
