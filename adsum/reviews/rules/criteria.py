"""The criteria of the policy beside the facts: met, not met, no data. No score, no sum. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from adsum.orders.rules import Level
from adsum.reviews.policy import ReviewsPolicy
from adsum.reviews.rules.months import months_between
from adsum.reviews.rules.words import Figures, figures_of, wanted_by

WITH_A_MONITOR = frozenset({Level.GPS_WRIST, Level.GPS_ANKLE})


class CriterionKey(StrEnum):
    """What the policy looks at. Letters give a reason by this key; it never changes."""

    TIME = "time-at-level"
    ON_TIME = "on-time"
    MISSES = "misses"
    HEARINGS = "hearings"
    RECORDS = "records"
    ALERTS = "alerts"


class Met(StrEnum):
    """How a criterion stands. NO_DATA is no fault of the participant."""

    MET = "met"
    NOT_MET = "not-met"
    NO_DATA = "no-data"


MET_WORDS = {Met.MET: "Met", Met.NOT_MET: "Not met", Met.NO_DATA: "No data"}
CRITERIA = {
    CriterionKey.TIME: "Time at this level",
    CriterionKey.ON_TIME: "Check-ins on time",
    CriterionKey.MISSES: "Missed check-ins",
    CriterionKey.HEARINGS: "Hearings and appointments",
    CriterionKey.RECORDS: "Outside records",
    CriterionKey.ALERTS: "Alerts of the monitor",
}


class Counts(NamedTuple):
    """What is counted of one person at this level. Nothing of an outage, an excuse or a request is in it.

    `missed` as long back as the share of check-ins on time looks, `recent_misses` in the months of their own.
    `true_alerts` is None where nothing is known of a monitor; `checked_on`: last look at outside records.
    """

    level: str
    since: date
    on_time: int = 0
    late: int = 0
    missed: int = 0
    recent_misses: int = 0
    came: int = 0
    absent: int = 0
    not_noted: int = 0
    in_absentia: bool = False
    open_records: int = 0
    checked_on: date | None = None
    true_alerts: int | None = None

    @property
    def owed(self) -> int:
        """The check-ins that were owed and neither excused nor lost by us."""
        return self.on_time + self.late + self.missed


class Criterion(NamedTuple):
    """One criterion with its figures: the file shows `has` (of `of`), the policy asks for `wants` within `months`."""

    key: CriterionKey
    met: Met
    has: int = 0
    of: int = 0
    wants: int = 0
    months: int = 0

    @property
    def title(self) -> str:
        return CRITERIA[self.key]

    @property
    def met_words(self) -> str:
        return MET_WORDS[self.met]

    @property
    def figures(self) -> str:
        known = self.met is not Met.NO_DATA
        return figures_of(self.key, Figures(self.has, self.of, self.months), known=known)

    @property
    def asked(self) -> str:
        return wanted_by(self.key, wants=self.wants, months=self.months)

    def as_stored(self) -> dict[str, str | int]:
        """What a decision keeps of it, as JSON: `Criterion(**it)` with key and met read back."""
        numbers = {"has": self.has, "of": self.of, "wants": self.wants, "months": self.months}
        return {"key": self.key.value, "met": self.met.value, **numbers}


def read_criterion(stored: dict[str, str | int]) -> Criterion:
    """A criterion as a decision has kept it."""
    key, met = CriterionKey(str(stored["key"])), Met(str(stored["met"]))
    return Criterion(key, met, *(int(stored[name]) for name in ("has", "of", "wants", "months")))


def criteria_for(counts: Counts, *, today: date, policy: ReviewsPolicy) -> tuple[Criterion, ...]:
    """The policy's criteria for somebody at a level, in the policy's order; none where there is nothing to lower."""
    if counts.level == Level.NONE:
        return ()
    keys = [CriterionKey(key) for key in policy.criteria]
    shown = [key for key in keys if key is not CriterionKey.ALERTS or counts.level in WITH_A_MONITOR]
    return tuple(_RULES[key](counts, today, policy) for key in shown)


def _time(counts: Counts, today: date, policy: ReviewsPolicy) -> Criterion:
    months = months_between(counts.since, today)
    long_enough = _met(months >= policy.least_level_months)
    return Criterion(CriterionKey.TIME, long_enough, months, wants=policy.least_level_months)


def _on_time(counts: Counts, today: date, policy: ReviewsPolicy) -> Criterion:
    enough = counts.on_time * 100 >= policy.on_time_percent * counts.owed
    met = _met(enough) if counts.owed >= policy.least_check_ins else Met.NO_DATA
    asked = {"wants": policy.on_time_percent, "months": policy.look_back_months}
    return Criterion(CriterionKey.ON_TIME, met, counts.on_time, counts.owed, **asked)


def _misses(counts: Counts, today: date, policy: ReviewsPolicy) -> Criterion:
    few = _met(counts.recent_misses <= policy.most_misses)
    met = few if counts.owed else Met.NO_DATA
    asked = {"wants": policy.most_misses, "months": policy.misses_months}
    return Criterion(CriterionKey.MISSES, met, counts.recent_misses, **asked)


def _hearings(counts: Counts, today: date, policy: ReviewsPolicy) -> Criterion:
    absent = max(counts.absent, int(counts.in_absentia))
    met = Met.NO_DATA if counts.not_noted else Met.MET
    met = Met.NOT_MET if absent > policy.most_absences else met
    held = counts.came + absent + counts.not_noted
    asked = {"wants": policy.most_absences, "months": policy.look_back_months}
    return Criterion(CriterionKey.HEARINGS, met, counts.came, held, **asked)


def _records(counts: Counts, today: date, policy: ReviewsPolicy) -> Criterion:
    if counts.open_records:
        return Criterion(CriterionKey.RECORDS, Met.NOT_MET, counts.open_records)
    stale = counts.checked_on is None or today - counts.checked_on > timedelta(days=policy.check_fresh_days)
    return Criterion(CriterionKey.RECORDS, Met.NO_DATA if stale else Met.MET)


def _alerts(counts: Counts, today: date, policy: ReviewsPolicy) -> Criterion:
    asked = {"wants": policy.most_true_alerts, "months": policy.look_back_months}
    if counts.true_alerts is None:
        return Criterion(CriterionKey.ALERTS, Met.NO_DATA, **asked)
    return Criterion(
        CriterionKey.ALERTS, _met(counts.true_alerts <= policy.most_true_alerts), counts.true_alerts, **asked
    )


def _met(yes: bool) -> Met:
    return Met.MET if yes else Met.NOT_MET


_RULES: dict[CriterionKey, Callable[[Counts, date, ReviewsPolicy], Criterion]] = {
    CriterionKey.TIME: _time,
    CriterionKey.ON_TIME: _on_time,
    CriterionKey.MISSES: _misses,
    CriterionKey.HEARINGS: _hearings,
    CriterionKey.RECORDS: _records,
    CriterionKey.ALERTS: _alerts,
}
