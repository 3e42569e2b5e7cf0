"""How alike decisions are: rates and times by office, officer, level, language and origin, with intervals. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median, quantiles
from typing import NamedTuple

from adsum.checkins.rules.courses import Interval, wilson
from adsum.reviews.rules.deciding import Outcome

COMPARED = ("office", "officer", "level", "language", "region", "country")
LOWERED = frozenset({Outcome.STEP_DOWN, Outcome.END})


class Weighing(NamedTuple):
    """One decision that has held, and what became of it. `answered`: an appeal against it has an answer."""

    office: str
    officer: str
    level: str
    language: str
    country: str
    region: str
    outcome: str
    days: float
    appealed: bool
    answered: bool
    reversed: bool


@dataclass(frozen=True)
class Consistency:
    """Decisions with something in common. The shares are of them, and of the appeals that were answered.

    `differs`: the share of lowered levels of all lies outside this group's interval. It is a question, not a fault.
    """

    name: str
    decided: int
    lowered: int
    ended: int
    kept: int
    raised: int
    lowered_share: Interval
    half_within_days: float
    most_within_days: float
    appealed: int
    answered: int
    reversed: int
    reversed_share: Interval
    differs: bool = False


def compare(found: Iterable[Weighing], *, by: str) -> tuple[Consistency, list[Consistency]]:
    """All decisions together, then each group, the largest first. Raises AttributeError for what is not compared."""
    every, groups = list(found), defaultdict(list)
    for one in every:
        groups[str(getattr(one, by))].append(one)
    usual = _counted("", every, None)
    told = [_counted(name, some, usual.lowered_share.share) for name, some in groups.items()]
    return usual, sorted(told, key=lambda one: (-one.decided, one.name))


def _counted(name: str, some: list[Weighing], usual: float | None) -> Consistency:
    outcomes = [one.outcome for one in some]
    lowered, answered = sum(one in LOWERED for one in outcomes), sum(one.answered for one in some)
    undone, days, share = sum(one.reversed for one in some), [one.days for one in some], wilson(lowered, len(some))
    return Consistency(
        name,
        decided=len(some),
        lowered=lowered,
        ended=outcomes.count(Outcome.END),
        kept=outcomes.count(Outcome.KEEP),
        raised=outcomes.count(Outcome.STEP_UP),
        lowered_share=share,
        half_within_days=round(median(days or [0]), 1),
        most_within_days=round(quantiles(days, n=10)[-1] if len(days) > 1 else max(days, default=0), 1),
        appealed=sum(one.appealed for one in some),
        answered=answered,
        reversed=undone,
        reversed_share=wilson(undone, answered),
        differs=usual is not None and not share.low <= usual <= share.high,
    )
