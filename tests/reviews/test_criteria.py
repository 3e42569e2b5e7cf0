"""Each criterion: met, not met, no data. One clean person, one change a row."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from adsum.reviews.policy import EVERY_CRITERION, ReviewsPolicy
from adsum.reviews.rules import Counts, Criterion, CriterionKey, Met, criteria_for, read_criterion

TODAY = date(2026, 11, 21)
CLEAN = Counts(
    level="gps-ankle",
    since=date(2026, 3, 1),
    on_time=10,
    came=2,
    checked_on=TODAY,
    true_alerts=0,
)
POLICY = ReviewsPolicy()


def one(counts: Counts, key: str, **policy: Any) -> Criterion:
    found = criteria_for(counts, today=TODAY, policy=replace(POLICY, **policy))
    return next(criterion for criterion in found if criterion.key == key)


def test_a_clean_file_meets_every_criterion() -> None:
    found = criteria_for(CLEAN, today=TODAY, policy=POLICY)
    assert [(one.key, one.met) for one in found] == [(key, Met.MET) for key in EVERY_CRITERION]


@pytest.mark.parametrize(
    ("key", "change", "met", "figures"),
    [
        ("time-at-level", {}, Met.MET, "8 whole months at this level"),
        ("time-at-level", {"since": date(2026, 5, 21)}, Met.MET, "6 whole months at this level"),
        ("time-at-level", {"since": date(2026, 5, 22)}, Met.NOT_MET, "5 whole months at this level"),
        ("time-at-level", {"since": TODAY}, Met.NOT_MET, "no whole month at this level"),
        ("on-time", {}, Met.MET, "10 of 10 came on time in 12 months"),
        ("on-time", {"on_time": 9, "late": 1}, Met.MET, "9 of 10 came on time in 12 months"),
        ("on-time", {"on_time": 8, "late": 1}, Met.NOT_MET, "8 of 9 came on time in 12 months"),
        ("on-time", {"on_time": 8, "missed": 1}, Met.NOT_MET, "8 of 9 came on time in 12 months"),
        ("on-time", {"on_time": 2}, Met.NO_DATA, "too few to say: 2 of 2 came on time in 12 months"),
        ("on-time", {"on_time": 0}, Met.NO_DATA, "too few to say: 0 of 0 came on time in 12 months"),
        ("misses", {}, Met.MET, "no miss in 6 months"),
        ("misses", {"missed": 3}, Met.MET, "no miss in 6 months"),
        ("misses", {"missed": 1, "recent_misses": 1}, Met.NOT_MET, "1 miss in 6 months"),
        ("misses", {"on_time": 0}, Met.NO_DATA, "no check-in was owed yet"),
        ("hearings", {}, Met.MET, "came to 2 of 2 in 12 months"),
        ("hearings", {"came": 0}, Met.MET, "none to come to in 12 months"),
        ("hearings", {"absent": 1}, Met.NOT_MET, "came to 2 of 3 in 12 months"),
        ("hearings", {"absent": 1, "not_noted": 1}, Met.NOT_MET, "came to 2 of 4 in 12 months"),
        ("hearings", {"in_absentia": True}, Met.NOT_MET, "came to 2 of 3 in 12 months"),
        ("hearings", {"not_noted": 1}, Met.NO_DATA, "came to 2 of 3 in 12 months; nobody noted the others"),
        ("records", {}, Met.MET, "no record that an agency has confirmed"),
        ("records", {"checked_on": date(2026, 10, 22)}, Met.MET, "no record that an agency has confirmed"),
        ("records", {"checked_on": date(2026, 10, 21)}, Met.NO_DATA, "nobody has looked lately"),
        ("records", {"checked_on": None}, Met.NO_DATA, "nobody has looked lately"),
        ("records", {"checked_on": None, "open_records": 1}, Met.NOT_MET, "1 record that an agency has confirmed"),
        ("alerts", {}, Met.MET, "no alert judged true in 12 months"),
        ("alerts", {"true_alerts": 2}, Met.NOT_MET, "2 alerts judged true in 12 months"),
        ("alerts", {"true_alerts": None}, Met.NO_DATA, "nothing is known of a monitor"),
    ],
)
def test_how_a_criterion_stands(key: str, change: dict[str, Any], met: Met, figures: str) -> None:
    found = one(CLEAN._replace(**change), key)
    assert (found.met, found.figures) == (met, figures)


@pytest.mark.parametrize(
    ("key", "change", "policy"),
    [
        ("time-at-level", {"since": TODAY}, {"least_level_months": 0}),
        ("on-time", {"on_time": 5, "late": 5}, {"on_time_percent": 50}),
        ("on-time", {"on_time": 1}, {"least_check_ins": 1}),
        ("misses", {"missed": 2, "recent_misses": 2}, {"most_misses": 2}),
        ("hearings", {"absent": 1}, {"most_absences": 1}),
        ("records", {"checked_on": date(2026, 1, 1)}, {"check_fresh_days": 365}),
        ("alerts", {"true_alerts": 1}, {"most_true_alerts": 1}),
    ],
)
def test_the_policy_says_how_much_is_enough(key: str, change: dict[str, Any], policy: dict[str, Any]) -> None:
    counts = CLEAN._replace(**change)
    assert one(counts, key).met is not Met.MET
    assert one(counts, key, **policy).met is Met.MET


def test_only_levels_with_a_monitor_have_alerts() -> None:
    found = criteria_for(CLEAN._replace(level="check-in"), today=TODAY, policy=POLICY)
    assert CriterionKey.ALERTS not in [criterion.key for criterion in found]


def test_nothing_lowers_no_monitoring() -> None:
    assert criteria_for(CLEAN._replace(level="none"), today=TODAY, policy=POLICY) == ()


def test_the_policy_chooses_its_criteria() -> None:
    found = criteria_for(CLEAN, today=TODAY, policy=replace(POLICY, criteria=("misses", "time-at-level")))
    assert [criterion.key for criterion in found] == ["misses", "time-at-level"]


def test_what_a_decision_keeps_reads_the_same() -> None:
    for criterion in criteria_for(CLEAN, today=TODAY, policy=POLICY):
        assert read_criterion(criterion.as_stored()) == criterion
