"""Which rows of two files differ: by sums of digests over ranges of case numbers, down to the rows of a few ranges."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from adsum.counterparts.actions import Found
from adsum.counterparts.queries import Sums, files_standing, spread_case_numbers, sums_of, twins_between
from adsum.counterparts.rules import FIELDS, Differs
from adsum.ledger.rules import RULES
from adsum.people.queries import known_case_numbers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from adsum.counterparts.models import Twin
    from adsum.counterparts.rules import Row
    from adsum.exchange.hearing import Hearer

RANGES, MOST_RANGES = 2_048, 4_096
PARTS = 32  # of a range that has too many rows to be read
MOST_ROWS = 800
FIRST, LAST = "A", 10**9


class Comparison:
    """One look at all rows. `found`: those that differ, of people who are with us; `here`, `there`: how many rows."""

    def __init__(self, hearer: Hearer) -> None:
        self._hearer = hearer
        self.found: list[Found] = []
        self.gone_strangers: list[str] = []
        self.here = self.there = self.ranges = self.rows_read = 0

    def run(self) -> None:
        """Compare. Rows about people who are not with us are noted as they stand there. Raises Away or Answered."""
        stand = files_standing(counterpart=self._hearer.counterpart, seen_by=RULES)
        apart = max(1, (stand.people + stand.strangers) // RANGES)
        spread = spread_case_numbers(counterpart=self._hearer.counterpart, apart=apart, seen_by=RULES)
        bounds = [FIRST, *spread[: MOST_RANGES - 1]]
        for start, end, ours, theirs in self._differing(bounds, ""):
            self._look_into(start, end, ours, theirs)
        self.here = stand.people + stand.strangers

    def _differing(self, bounds: Sequence[str], end: str) -> Iterator[tuple[str, str, Sums, Sums]]:
        """The ranges whose sums differ."""
        counterpart = self._hearer.counterpart
        asked = [*bounds, end] if end else list(bounds)
        theirs = self._hearer.line.sums(asked)[: len(bounds)]
        ours = sums_of(counterpart=counterpart, bounds=bounds, end=end, seen_by=RULES)
        self.ranges += len(bounds)
        if not end:
            self.there = sum(one.rows for one in theirs)
        for (start, until), mine, other in zip(pairwise([*bounds, end]), ours, theirs, strict=True):
            if mine != other:
                yield start, until, mine, other

    def _look_into(self, start: str, end: str, ours: Sums, theirs: Sums) -> None:
        if max(ours.rows, theirs.rows) <= MOST_ROWS:
            self._compare_rows(start, end)
            return
        low, high = int(start[1:] or 0), int(end[1:]) if end else LAST
        step = max(1, (high - low) // PARTS)
        bounds = [start, *(f"A{number:09}" for number in range(low + step, high, step))]
        for part in self._differing(bounds, end or f"A{LAST - 1:09}~"):
            self._look_into(*part)

    def _compare_rows(self, start: str, end: str) -> None:
        shown = self._hearer.line.rows_between(start, end)
        rows, odd = {row.case_number: row for row in shown.rows}, {one.case_number for one in shown.odd}
        twins = twins_between(counterpart=self._hearer.counterpart, start=start, end=end, seen_by=RULES)
        self.rows_read += len(rows) + len(shown.odd)
        both = sorted((rows.keys() | twins.keys()) - odd)
        differ = [number for number in both if _differs(rows.get(number), twins.get(number))]
        with_us = known_case_numbers(among=differ, seen_by=RULES)
        strangers = [rows[number] for number in differ if number in rows and number not in with_us]
        self._hearer.hear(strangers, anew=True)
        self.gone_strangers += [number for number in differ if number not in rows and number not in with_us]
        self.found += [Found(one, Differs.UNREADABLE) for one in sorted(known_case_numbers(among=odd, seen_by=RULES))]
        self.found += [
            self._named(number, rows.get(number), twins.get(number)) for number in differ if number in with_us
        ]

    def _named(self, case_number: str, row: Row | None, twin: Twin | None) -> Found:
        if row is None:
            return Found(case_number, Differs.GONE)
        if twin is None or not twin.said:
            return Found(case_number, Differs.UNHEARD)
        read = self._hearer.adapter.read_values
        before, now = read(twin.said), read(row.said)
        return Found(case_number, Differs.NEWS, tuple(name for name in FIELDS if before[name] != now[name]))


def _differs(row: Row | None, twin: Twin | None) -> bool:
    return row is None or twin is None or row.digest != (twin.high, twin.low)
