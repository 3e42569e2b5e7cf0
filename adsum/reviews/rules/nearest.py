"""Like cases: how near two files are by which criteria are met, and how often like cases went each way. Pure.

Only criteria are compared: never language, origin, office or officer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from adsum.checkins.rules.courses import Interval, wilson
from adsum.reviews.rules.criteria import CriterionKey, Met

Profile = Mapping[CriterionKey, Met]
FURTHEST = 2  # one criterion met here and not there, or two of which one side has no data


@dataclass(frozen=True)
class Decided:
    """A case that was decided: at which level, how its criteria stood then, and what a person decided."""

    case_id: int
    level: str
    profile: Profile
    decision: str
    on: date


@dataclass(frozen=True)
class Like:
    """A like case, and in which criteria it differs."""

    case: Decided
    distance: int
    differs_in: tuple[CriterionKey, ...]


def distance_between(one: Profile, other: Profile) -> int:
    """2 for each criterion that is met in one and not in the other, 1 where only one of them has data."""
    return sum(_step(one.get(key, Met.NO_DATA), other.get(key, Met.NO_DATA)) for key in {*one, *other})


def _step(one: Met, other: Met) -> int:
    if one is other:
        return 0
    return 1 if Met.NO_DATA in (one, other) else 2


def nearest(mine: Profile, among: Iterable[Decided], *, level: str, most: int) -> list[Like]:
    """The decided cases at this level that are most like this one: nearest first, then the newest."""
    like = [
        Like(one, distance_between(mine, one.profile), _differing(mine, one)) for one in among if one.level == level
    ]
    near = [one for one in like if one.distance <= FURTHEST]
    return sorted(near, key=lambda one: (one.distance, -one.case.on.toordinal(), -one.case.case_id))[:most]


def _differing(mine: Profile, other: Decided) -> tuple[CriterionKey, ...]:
    differ = (key for key in CriterionKey if mine.get(key, Met.NO_DATA) is not other.profile.get(key, Met.NO_DATA))
    return tuple(differ)


def decided_differently(like: Iterable[Like], *, decision: str) -> list[Like]:
    """The like cases in which somebody decided something else: what a decider reads beforehand."""
    return [one for one in like if one.case.decision != decision]


def how_like_cases_went(like: Iterable[Like]) -> dict[str, Interval]:
    """The share of each decision among like cases, with its interval; the most frequent first."""
    counts = Counter(one.case.decision for one in like)
    return {decision: wilson(count, counts.total()) for decision, count in counts.most_common()}
