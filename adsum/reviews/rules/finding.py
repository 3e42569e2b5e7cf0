"""Who could be stepped down, and what is missing before anybody can know. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import NamedTuple

from adsum.orders.rules import Level
from adsum.records.rules import Kind
from adsum.reviews.policy import ReviewsPolicy
from adsum.reviews.rules.criteria import Criterion, CriterionKey, Met
from adsum.reviews.rules.file import Link, Missing, Whose
from adsum.reviews.rules.months import months_between

OPEN_ENDED = frozenset({Kind.WARRANT, Kind.PROTECTION_ORDER})


class Candidate(NamedTuple):
    """Somebody of whom no criterion speaks against a lower level. It is a proposal: a person decides."""

    participant_id: int
    level: str
    since: datetime
    criteria: tuple[Criterion, ...]

    @property
    def lower(self) -> str:
        return lower_level(self.level)

    @property
    def is_known(self) -> bool:
        return all(one.met is Met.MET for one in self.criteria)


def lower_level(level: str) -> str:
    """The next level down; none below none."""
    levels = list(Level)
    return levels[max(0, levels.index(Level(level)) - 1)]


def candidates_among(people: Iterable[tuple[int, str, datetime, tuple[Criterion, ...]]]) -> list[Candidate]:
    """Those with no criterion that is not met: first those of whom all is known, then who is longest at the level.

    Somebody without any criterion is none: there is nothing to lower, or nothing to say why.
    """
    found = [Candidate(*one) for one in people if one[3] and all(had.met is not Met.NOT_MET for had in one[3])]
    return sorted(found, key=lambda one: (not one.is_known, one.since, one.participant_id))


def may_be_long_enough(since: date, *, today: date, policy: ReviewsPolicy) -> bool:
    """False where the time at the level alone already speaks against it, so that nothing else need be counted."""
    asks = CriterionKey.TIME in policy.criteria
    return not asks or months_between(since, today) >= policy.least_level_months


def speaks_now(kind: str, *, on: str, found_on: date, since: date) -> bool:
    """Whether a confirmed record counts: a warrant while it is open, anything else from this level's time on.

    `on` is the day that the record names, as the agency wrote it; without one it is the day on which we found it.
    """
    return kind in OPEN_ENDED or (on or found_on.isoformat()) >= since.isoformat()[: len(on) or 10]


def missing_in(criteria: Iterable[Criterion], *, participant_id: int) -> Iterator[Missing]:
    """What the office must bring so that a criterion without data has some."""
    for one in criteria:
        if one.met is Met.NO_DATA and one.key in _MISSING:
            what, anchor = _MISSING[one.key]
            yield Missing(what, Whose.OFFICE, Link("person", (participant_id,), anchor))


_MISSING = {
    CriterionKey.ON_TIME: ("Too few check-ins were owed to say how they come", "check-ins"),
    CriterionKey.RECORDS: ("A recent look at outside records", "records"),
    CriterionKey.ALERTS: ("What the monitor has reported, and how officers judged it", ""),
}
