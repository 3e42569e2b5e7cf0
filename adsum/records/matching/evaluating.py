"""How good the answers are, measured on records of which the truth is known (Christen 2012, chapter 7)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

BINS = 10


class Judged(NamedTuple):
    """The probability of a record's best candidate, whether it is the right one, and whether there is a right one."""

    probability: float
    is_right: bool
    has_match: bool


def recall_at(precision: float, judged: Iterable[Judged]) -> float:
    """Of the records that have a match, the share whose right candidate lies above a threshold of this precision."""
    ranked = sorted(judged, key=lambda one: -one.probability)
    matches = sum(one.has_match for one in ranked)
    right, best = 0, 0
    for place, one in enumerate(ranked, 1):
        right += one.is_right
        is_last_of_equals = place == len(ranked) or ranked[place].probability < one.probability
        if is_last_of_equals and right / place >= precision:
            best = right
    return best / matches if matches else 0.0


class Bin(NamedTuple):
    """Records whose best candidate has a probability of this size: what was said on average, and what came true."""

    low: float
    high: float
    records: int
    said: float
    came_true: float


class Wrong(NamedTuple):
    """Of records that are of nobody here, how many were suggested to an officer all the same."""

    of_nobody: int
    suggested: int
    rate: float


def calibration_curve(judged: Iterable[Judged]) -> list[Bin]:
    """Ten bins, those without records left out."""
    bins: dict[int, list[Judged]] = defaultdict(list)
    for one in judged:
        bins[min(BINS - 1, int(one.probability * BINS))].append(one)
    return [
        Bin(
            number / BINS,
            (number + 1) / BINS,
            len(them),
            sum(one.probability for one in them) / len(them),
            sum(one.is_right for one in them) / len(them),
        )
        for number, them in sorted(bins.items())
    ]


def wrongly_suggested(judged: Iterable[tuple[str, Judged]], *, above: float) -> dict[str, Wrong]:
    """For each group: records of nobody here whose best candidate has at least this probability."""
    groups: dict[str, list[bool]] = defaultdict(list)
    for group, one in judged:
        if not one.has_match:
            groups[group].append(one.probability >= above)
    return {group: Wrong(len(them), sum(them), sum(them) / len(them)) for group, them in sorted(groups.items())}


def calibration_error(judged: Sequence[Judged]) -> float:
    """How far probabilities lie from how often they come true: the mean over ten bins, weighted by their records."""
    off = (abs(one.said - one.came_true) * one.records for one in calibration_curve(judged))
    return sum(off) / len(judged) if judged else 0.0
