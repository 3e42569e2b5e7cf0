"""Two groups beside each other: counts, rates with intervals, and what makes them hard to compare. Pure."""

from dataclasses import dataclass
from math import sqrt

from adsum.checkins.rules.courses import Interval, wilson
from adsum.trials.policy import TrialsPolicy


@dataclass
class Group:
    """What was counted of the people of one group. `before_*`: in as many days before, when nothing was compared."""

    people: int = 0
    due: int = 0
    done: int = 0
    missed: int = 0
    contacts: int = 0
    visits: int = 0
    before_due: int = 0
    before_done: int = 0

    def for_each_hundred(self, count: int) -> float:
        """So many for a hundred people."""
        return 100 * count / self.people if self.people else 0.0


@dataclass(frozen=True)
class Measure:
    """One line of a comparison: counts, shares of the check-ins due with intervals, and how far they lie apart."""

    name: str
    pilot: int
    not_yet: int
    pilot_share: Interval
    not_yet_share: Interval
    apart: Interval

    @property
    def is_clear(self) -> bool:
        """True where the interval of the difference leaves out zero: chance alone would hardly do it."""
        return self.apart.low > 0 or self.apart.high < 0


@dataclass(frozen=True)
class Comparison:
    """A pilot beside not-yet. `visits_saved`: fewer by the pilot's people than at the rate of the others."""

    pilot: Group
    not_yet: Group
    measures: tuple[Measure, ...]
    warnings: tuple[str, ...]

    @property
    def visits_saved(self) -> float:
        if not self.not_yet.people:
            return 0.0
        return self.not_yet.visits / self.not_yet.people * self.pilot.people - self.pilot.visits


def between(one: Interval, other: Interval) -> Interval:
    """The difference of two shares with its interval, after Newcombe (1998), from those of Wilson."""
    apart = one.share - other.share
    low = apart - sqrt((one.share - one.low) ** 2 + (other.high - other.share) ** 2)
    high = apart + sqrt((one.high - one.share) ** 2 + (other.share - other.low) ** 2)
    return Interval(apart, low, high)


def compare(pilot: Group, not_yet: Group, *, policy: TrialsPolicy) -> Comparison:
    """What differs, and why to be careful."""
    measures = (
        _measure("Check-ins done", (pilot.done, pilot.due), (not_yet.done, not_yet.due)),
        _measure("Check-ins missed", (pilot.missed, pilot.due), (not_yet.missed, not_yet.due)),
    )
    return Comparison(pilot, not_yet, measures, tuple(_warnings(pilot, not_yet, policy)))


def _measure(name: str, pilot: tuple[int, int], not_yet: tuple[int, int]) -> Measure:
    one, other = wilson(*pilot), wilson(*not_yet)
    return Measure(name, pilot[0], not_yet[0], one, other, between(one, other))


def _warnings(pilot: Group, not_yet: Group, policy: TrialsPolicy) -> list[str]:
    found = []
    for name, group in (("The pilot", pilot), ("Not-yet", not_yet)):
        if not group.people:
            found.append(f"{name} has nobody: there is nothing to compare.")
        elif group.due < policy.least_check_ins:
            found.append(
                f"{name} is too small: {group.due} check-ins were due, {policy.least_check_ins} are needed at least."
            )
    if pilot.before_due and not_yet.before_due:
        before = between(wilson(pilot.before_done, pilot.before_due), wilson(not_yet.before_done, not_yet.before_due))
        if before.low > 0 or before.high < 0:
            found.append(
                f"The groups differed at the start: the pilot did {100 * before.share:+.1f} points in the days before."
            )
    return found
