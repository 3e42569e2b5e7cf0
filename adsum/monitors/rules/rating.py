"""How soon somebody should look at an alert, and why. Pure; a lawyer can read it.

Each kind starts somewhere; every reason to doubt it takes it one step down, every grave one takes it one step up.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from adsum.monitors.policy import MonitorsPolicy
from adsum.monitors.rules.kinds import AlertKind, Rating

STARTS = {
    AlertKind.BATTERY: Rating.NEEDS_LOOK,
    AlertKind.SIGNAL: Rating.NEEDS_LOOK,
    AlertKind.STRAP: Rating.URGENT,
    AlertKind.ZONE: Rating.NEEDS_LOOK,
}


class Why(StrEnum):
    """Why an alert is rated as it is."""

    CHARGING = "charging"
    ENOUGH_LEFT = "enough-left"
    DEAD_SPOT = "dead-spot"
    SHORT = "short"
    ROUGH = "rough"
    OFTEN_FALSE = "often-false"
    LONG = "long"
    OFTEN_TOLD = "often-told"


WHYS = {
    Why.CHARGING: "it is being charged",
    Why.ENOUGH_LEFT: "there is enough left in the battery",
    Why.DEAD_SPOT: "it was near a known dead spot",
    Why.SHORT: "the signal was away for a short time",
    Why.ROUGH: "the place is too vague to say so",
    Why.OFTEN_FALSE: "most judged alerts of this device were false",
    Why.LONG: "it has been silent for a long time",
    Why.OFTEN_TOLD: "the device has told it many times",
}


@dataclass(frozen=True)
class DeviceRecord:
    """What became of a device's alerts in the days that the policy looks back on."""

    alerts: int = 0
    judged: int = 0
    false: int = 0
    faults: int = 0

    def is_often_false(self, policy: MonitorsPolicy) -> bool:
        """True where enough were judged, and most of them were not true."""
        untrue = self.false + self.faults
        return self.judged >= policy.least_judged and untrue * 100 >= policy.often_false_percent * self.judged


@dataclass(frozen=True)
class Facts:
    """What is known when an alert is rated; None is not known."""

    is_charging: bool = False
    battery_percent: int | None = None
    in_dead_spot: bool = False
    lasted_minutes: float = 0
    times: int = 1
    accuracy_m: float | None = None
    record: DeviceRecord = DeviceRecord()


@dataclass(frozen=True)
class Rated:
    """A rating with its reasons."""

    rating: Rating
    doubts: tuple[Why, ...] = ()
    graves: tuple[Why, ...] = ()


def rate(kind: AlertKind, facts: Facts, *, policy: MonitorsPolicy) -> Rated:
    """How soon somebody should look at this alert, and why."""
    doubts, graves = tuple(_doubts(kind, facts, policy)), tuple(_graves(kind, facts, policy))
    ratings = list(Rating)
    step = ratings.index(STARTS[kind]) - len(doubts) + len(graves)
    return Rated(ratings[max(0, min(step, len(ratings) - 1))], doubts, graves)


def _doubts(kind: AlertKind, facts: Facts, policy: MonitorsPolicy) -> Iterator[Why]:
    if facts.is_charging:
        yield Why.CHARGING
    if kind == AlertKind.BATTERY and (facts.battery_percent or 0) > policy.low_battery_percent:
        yield Why.ENOUGH_LEFT
    if kind == AlertKind.SIGNAL and facts.in_dead_spot:
        yield Why.DEAD_SPOT
    if kind == AlertKind.SIGNAL and facts.lasted_minutes < policy.short_signal_minutes:
        yield Why.SHORT
    if kind == AlertKind.ZONE and (facts.accuracy_m or 0) > policy.rough_m:
        yield Why.ROUGH
    if facts.record.is_often_false(policy):
        yield Why.OFTEN_FALSE


def _graves(kind: AlertKind, facts: Facts, policy: MonitorsPolicy) -> Iterator[Why]:
    if kind == AlertKind.SIGNAL and facts.lasted_minutes >= policy.long_signal_hours * 60:
        yield Why.LONG
    if kind in (AlertKind.STRAP, AlertKind.ZONE) and facts.times >= policy.often_told:
        yield Why.OFTEN_TOLD
