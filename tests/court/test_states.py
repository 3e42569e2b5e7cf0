"""Where a case stands: a row a case, as a lawyer would say it."""

from datetime import date

import pytest

from adsum.court.rules import CaseState, Ruling, Version, rank_of, ruling_of, state_of_case, state_of_proceeding

OPEN, ABSENT = Version(), Version("X", in_absentia=True, decided_on=date(2026, 11, 13))
REMOVED, RELIEF, OTHER = Version("X", appeal="Y"), Version("R"), Version("T")


@pytest.mark.parametrize(
    ("version", "ruling"),
    [
        (OPEN, Ruling.NONE),
        (Version("", in_absentia=True), Ruling.NONE),
        (ABSENT, Ruling.IN_ABSENTIA),
        (Version("D", in_absentia=True), Ruling.IN_ABSENTIA),
        (REMOVED, Ruling.REMOVAL),
        (Version("E"), Ruling.REMOVAL),
        (RELIEF, Ruling.RELIEF),
        (Version("R", in_absentia=True), Ruling.RELIEF),
        (OTHER, Ruling.OTHER),
    ],
)
def test_what_a_row_says_was_decided(version: Version, ruling: Ruling) -> None:
    assert ruling_of(version) is ruling


@pytest.mark.parametrize(
    ("versions", "state"),
    [
        ([], CaseState.PENDING),
        ([OPEN], CaseState.PENDING),
        ([OPEN, OPEN], CaseState.PENDING),
        ([OPEN, ABSENT], CaseState.IN_ABSENTIA),
        ([OPEN, ABSENT, ABSENT], CaseState.IN_ABSENTIA),
        ([OPEN, ABSENT, OPEN], CaseState.RESCINDED),
        ([ABSENT, OPEN, OPEN], CaseState.RESCINDED),
        ([ABSENT, OPEN, ABSENT], CaseState.IN_ABSENTIA),
        ([ABSENT, OPEN, RELIEF], CaseState.RELIEF_GRANTED),
        ([ABSENT, REMOVED], CaseState.REMOVAL_ORDERED),
        ([ABSENT, REMOVED, OPEN], CaseState.PENDING),
        ([OPEN, REMOVED], CaseState.REMOVAL_ORDERED),
        ([REMOVED, OPEN], CaseState.PENDING),
        ([RELIEF], CaseState.RELIEF_GRANTED),
        ([OPEN, OTHER], CaseState.CLOSED),
    ],
)
def test_where_a_proceeding_stands(versions: list[Version], state: CaseState) -> None:
    assert state_of_proceeding(versions) is state


@pytest.mark.parametrize(
    ("proceedings", "state"),
    [
        ({}, CaseState.PENDING),
        ({1: [OPEN, ABSENT]}, CaseState.IN_ABSENTIA),
        ({2: [OPEN], 1: [OPEN, ABSENT]}, CaseState.RESCINDED),
        ({1: [ABSENT], 2: [OPEN], 3: [OPEN]}, CaseState.RESCINDED),
        ({1: [ABSENT], 2: [OPEN], 3: [RELIEF]}, CaseState.RELIEF_GRANTED),
        ({1: [REMOVED], 2: [OPEN]}, CaseState.PENDING),
        ({1: [RELIEF], 2: [ABSENT]}, CaseState.IN_ABSENTIA),
    ],
)
def test_the_newest_proceeding_says_where_a_case_stands(
    proceedings: dict[int, list[Version]], state: CaseState
) -> None:
    assert state_of_case(proceedings) is state


def test_a_newer_day_ranks_higher_whatever_the_folder_is_called() -> None:
    assert rank_of(date(2026, 11, 12), 9) < rank_of(date(2026, 11, 13), 1) < rank_of(date(2026, 11, 13), 2)
