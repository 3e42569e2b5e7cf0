"""From a day to a last day. Pure: a lawyer can read it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from adsum.checkins.rules import Span, merge_spans
from adsum.law.rules.kinds import CountsFrom, Rule, Unit
from adsum.offices.rules import federal_holidays

_DAY = timedelta(days=1)
_SATURDAY = 5


def last_day(
    counted_from: date,
    rule: Rule,
    *,
    closed: Collection[date],
    tolled: Collection[date] = (),
    posted: bool = False,
) -> date:
    """The last day of a clock. The day it is counted from is not counted; `tolled` days are not; the last day is.

    `closed`: days on which the office is closed; federal holidays are known. Never sooner than the rule's days.
    """
    mailed = rule.mail_days if posted and rule.counts_from is CountsFrom.RECEIPT else 0
    day, left = counted_from + mailed * _DAY, rule.days
    while left:
        day += _DAY
        left -= day not in tolled and (rule.unit is Unit.CALENDAR or is_working(day, closed=closed))
    while rule.rolls and (day in tolled or not is_working(day, closed=closed)):
        day += _DAY
    return day


def is_working(day: date, *, closed: Collection[date]) -> bool:
    """True on a day that is neither Saturday nor Sunday nor a federal holiday nor a closed day of the office."""
    return day.weekday() < _SATURDAY and day not in closed and day not in _holidays(day.year)


@lru_cache(maxsize=64)
def _holidays(year: int) -> frozenset[date]:
    return frozenset(federal_holidays(year))


def days_down(outages: Iterable[Span], *, zone: ZoneInfo, least: timedelta) -> frozenset[date]:
    """The days of this zone on which the service was down for at least so long in all; in real hours, also at DST."""
    down: dict[date, timedelta] = {}
    for outage in merge_spans(outages):
        for day in _days_of(outage, zone):
            whole = Span(datetime.combine(day, time(), zone), datetime.combine(day + _DAY, time(), zone))
            down[day] = down.get(day, timedelta()) + _real_overlap(outage, whole)
    return frozenset(day for day, lasted in down.items() if lasted >= least)


def _days_of(span: Span, zone: ZoneInfo) -> Iterator[date]:
    day, last = span.began_at.astimezone(zone).date(), span.ended_at.astimezone(zone).date()
    while day <= last:
        yield day
        day += _DAY


def _real_overlap(outage: Span, day: Span) -> timedelta:
    begins, ends = max(outage.began_at, day.began_at), min(outage.ended_at, day.ended_at)
    return timedelta(seconds=max(0.0, ends.timestamp() - begins.timestamp()))


def days_paused(pauses: Iterable[Span], *, zone: ZoneInfo) -> frozenset[date]:
    """The days of this zone on which a clock stood: from the day it was paused to the one before it went on."""
    days: set[date] = set()
    for pause in pauses:
        days.update(_days_of(pause, zone))
        days.discard(pause.ended_at.astimezone(zone).date())
    return frozenset(days)
