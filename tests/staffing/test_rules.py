"""Which officer gets a person, and the rows of lists."""

import pytest

from adsum.offices.rules import Role
from adsum.staffing.policy import StaffingPolicy
from adsum.staffing.rules import (
    Carried,
    Caseloads,
    Handing,
    Load,
    RowFault,
    StaffRow,
    Why,
    faults_of_repeats,
    hand_out,
    read_office_row,
    read_staff_row,
)

ANA, BEN, CHEN = Load(1, frozenset({"es"})), Load(2), Load(3, frozenset({"zh-Hans"}))
POLICY = StaffingPolicy()


def chosen(languages: str, *loads: Load, policy: StaffingPolicy = POLICY) -> list[int | None]:
    caseloads = Caseloads(loads, policy)
    return [caseloads.choose(language) for language in languages.split()]


@pytest.mark.parametrize(
    ("languages", "officers"),
    [
        ("en en en en en en", [1, 2, 3, 1, 2, 3]),
        ("es", [1]),
        ("zh-Hans en zh-Hant", [3, 1, 3]),
        ("mam mam mam", [1, 2, 3]),
        # who speaks it has a quarter more than the average at most; then others help
        ("es es es es", [1, 2, 1, 3]),
    ],
)
def test_the_language_first_then_the_fewest(languages: str, officers: list[int]) -> None:
    assert chosen(languages, ANA, BEN, CHEN) == officers


def test_an_office_without_officers_gives_nobody() -> None:
    assert chosen("es en") == [None, None]


def test_the_language_counts_only_where_policy_says_so() -> None:
    assert chosen("zh", ANA, BEN, CHEN, policy=StaffingPolicy(by_language=False)) == [1]


def test_caseloads_stay_within_the_ceiling_however_many_speak_one_language() -> None:
    caseloads = Caseloads([ANA, BEN, CHEN], POLICY)
    for _ in range(3_000):
        caseloads.choose("es")
    assert caseloads.people == {1: 1250, 2: 875, 3: 875}


def test_a_family_has_one_officer_even_who_has_more() -> None:
    caseloads = Caseloads([ANA, BEN, CHEN], POLICY)
    first = caseloads.decide("en", "home")
    assert first is not None
    others = [caseloads.decide("zh", "home") for _ in range(4)]
    assert {(one.officer_id, one.why) for one in others if one} == {(first.officer_id, Why.FAMILY)}
    apart = Caseloads([ANA, BEN, CHEN], StaffingPolicy(families_together=False))
    assert len({apart.choose("en", "home") for _ in range(3)}) == 3


def test_handing_out_touches_only_who_needs_it() -> None:
    people = [Carried(10, "es", None, 1), Carried(11, "en", None, None), Carried(12, "en", None, 99)]
    handed = list(hand_out(people, Caseloads([Load(1, people=1), BEN], POLICY), level=False))
    assert handed == [Handing(11, None, 2, Why.FEWEST), Handing(12, 99, 1, Why.FEWEST)]
    settled = [Carried(one.person_id, "en", None, one.officer_id) for one in handed]
    assert list(hand_out(settled, Caseloads([Load(1, people=2), Load(2, people=1)], POLICY), level=False)) == []


def test_levelling_takes_from_who_has_too_many_those_who_are_not_understood_first() -> None:
    people = [Carried(n, "zh" if n in (3, 4) else "en", None, 1) for n in range(1, 7)]
    loads = [Load(1, people=6), BEN, Load(3, frozenset({"zh"}))]
    handed = list(hand_out(people, Caseloads(loads, POLICY), level=True))
    assert {one.person_id: (one.officer_id, one.why) for one in handed if one.person_id in (3, 4)} == {
        4: (3, Why.LANGUAGE),
        3: (3, Why.LANGUAGE),
    }
    assert len(handed) == 3


ROW = {"email": "Ana@Agency.example", "name": "Ana Rivera", "role": "officer", "office": "NYC", "languages": "es, ht"}


def test_a_row_of_staff() -> None:
    read = StaffRow(2, "ana@agency.example", "Ana Rivera", Role.OFFICER, "NYC", ("es", "ht"))
    assert read_staff_row(2, ROW) == read
    assert read_staff_row(3, {**ROW, "role": "auditor", "office": "", "languages": ""}) == StaffRow(
        3, "ana@agency.example", "Ana Rivera", Role.AUDITOR, "", ()
    )


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"email": "ana"}, ["email"]),
        ({"email": None}, ["email"]),
        ({"name": " "}, ["name"]),
        ({"role": "boss"}, ["role"]),
        ({"office": ""}, ["office"]),
        ({"role": "programme"}, ["office"]),
        ({"languages": "es klingon"}, ["languages"]),
        ({"email": "", "name": "", "role": "", "languages": "x"}, ["email", "name", "role", "languages"]),
    ],
)
def test_each_fault_of_a_row_is_named(change: dict[str, str | None], fields: list[str]) -> None:
    found = read_staff_row(7, {**ROW, **change})
    assert isinstance(found, list)
    assert [(fault.row, fault.field) for fault in found] == [(7, field) for field in fields]


@pytest.mark.parametrize(
    ("change", "fields"),
    [({}, []), ({"code": "new york"}, ["code"]), ({"name": ""}, ["name"]), ({"time_zone": "EST5"}, ["time_zone"])],
)
def test_offices(change: dict[str, str], fields: list[str]) -> None:
    row = {"code": "NYC", "name": "New York", "time_zone": "America/New_York", "phone": ""}
    found = read_office_row(2, {**row, **change})
    assert ([fault.field for fault in found] if isinstance(found, list) else []) == fields


def test_rows_that_stand_twice() -> None:
    rows = [(2, "a"), (3, "b"), (4, "a")]
    assert faults_of_repeats(rows, "email") == [RowFault(4, "email", "“a” stands in row 2 already")]
