"""Like cases are like in their criteria, and in nothing else."""

from dataclasses import fields
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adsum.reviews.rules import (
    CriterionKey,
    Decided,
    Met,
    Profile,
    decided_differently,
    distance_between,
    how_like_cases_went,
    nearest,
)

DAY = date(2026, 11, 1)
MINE = {CriterionKey.TIME: Met.MET, CriterionKey.ON_TIME: Met.MET, CriterionKey.MISSES: Met.NOT_MET}
PROFILES = st.dictionaries(st.sampled_from(CriterionKey), st.sampled_from(Met))


def case(number: int, decision: str = "keep", level: str = "gps-ankle", days: int = 0, **change: Met) -> Decided:
    profile = {**MINE, **{CriterionKey[key]: met for key, met in change.items()}}
    return Decided(number, level, profile, decision, DAY - timedelta(days=days))


@pytest.mark.parametrize(
    ("change", "distance"),
    [
        ({}, 0),
        ({CriterionKey.TIME: Met.NOT_MET}, 2),
        ({CriterionKey.TIME: Met.NO_DATA}, 1),
        ({CriterionKey.RECORDS: Met.MET}, 1),
        ({CriterionKey.TIME: Met.NOT_MET, CriterionKey.MISSES: Met.MET}, 4),
    ],
)
def test_how_far_two_files_are_apart(change: Profile, distance: int) -> None:
    assert distance_between(MINE, {**MINE, **change}) == distance


@given(PROFILES, PROFILES, PROFILES)
def test_it_is_a_distance(one: Profile, two: Profile, three: Profile) -> None:
    assert distance_between(one, one) == 0
    assert distance_between(one, two) == distance_between(two, one)
    assert distance_between(one, three) <= distance_between(one, two) + distance_between(two, three)


def test_the_nearest_come_first_then_the_newest_and_no_other_level() -> None:
    among = [
        case(1, days=9),
        case(2, days=3),
        case(3, TIME=Met.NO_DATA),
        case(4, TIME=Met.NOT_MET),
        case(5, TIME=Met.NOT_MET, MISSES=Met.MET),
        case(6, level="check-in"),
    ]
    found = nearest(MINE, among, level="gps-ankle", most=5)
    assert [(one.case.case_id, one.differs_in) for one in found] == [
        (2, ()),
        (1, ()),
        (3, (CriterionKey.TIME,)),
        (4, (CriterionKey.TIME,)),
    ]
    assert len(nearest(MINE, among, level="gps-ankle", most=2)) == 2


def test_what_was_decided_differently_is_shown_with_how_often() -> None:
    like = nearest(MINE, [case(1), case(2, "step-down"), case(3, "step-down")], level="gps-ankle", most=5)
    assert [one.case.case_id for one in decided_differently(like, decision="keep")] == [3, 2]
    shares = how_like_cases_went(like)
    assert list(shares) == ["step-down", "keep"]
    assert shares["step-down"].low < 2 / 3 < shares["step-down"].high
    assert how_like_cases_went([]) == {}


def test_nothing_of_who_somebody_is_can_be_compared() -> None:
    assert [one.name for one in fields(Decided)] == ["case_id", "level", "profile", "decision", "on"]
