"""Grading rows of an agency's export: one change a row."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adsum.enrolment.rules import FAULT_WORDS, REJECTING, Census, Fault, Grader, Repeats, Row
from adsum.people.policy import PeoplePolicy
from adsum.places.policy import PlacesPolicy
from adsum.places.rules import AddressFault
from tests.factories import make_row

TODAY = date(2026, 11, 21)
CASE_NUMBERS = ("A123456789", "a123-456-789", "A000000007", "7", "A00000000", "", "0000007")


def make_grader() -> Grader:
    return Grader(TODAY, Counter(), PeoplePolicy(), PlacesPolicy())


def take_census(rows: Iterable[Row]) -> Census:
    census = Census("NYC")
    for row in rows:
        census.note(row)
    return census


def grader_after(rows: Iterable[Row]) -> Grader:
    census = take_census(rows)
    return Grader(TODAY, census.doors(PlacesPolicy()), PeoplePolicy(), PlacesPolicy(), Repeats(census.repeated()))


@pytest.mark.parametrize(
    ("values", "faults", "rejection"),
    [
        ({}, [], None),
        ({"unit": ""}, ["unit-missing"], None),
        ({"address": "", "unit": ""}, ["address-blank"], None),
        ({"address": "HOMELESS", "unit": ""}, ["address-not-residential"], None),
        ({"address": "100 Shelter Plz", "unit": ""}, ["address-overused"], None),
        ({"postal_code": "ABCDE"}, ["postal-code-invalid"], None),
        ({"phone": ""}, ["phone-missing"], None),
        ({"phone": "999-999-9999"}, ["phone-invalid"], None),
        ({"email": ""}, [], None),
        ({"email": "not an address"}, ["email-invalid"], None),
        ({"language": "xx"}, ["language-unknown"], None),
        ({"level": "ankle"}, ["level-unknown"], None),
        ({"interval_days": "0"}, ["interval-invalid"], None),
        ({"interval_days": "9" * 400}, ["interval-invalid"], None),
        ({"interval_days": "00002800"}, ["interval-invalid"], None),
        ({"interval_days": "000001" + "0" * 5000}, ["interval-invalid"], None),
        ({"first_due_on": "9999-12-31"}, ["first-due-invalid"], None),
        ({"first_due_on": "2999-06-01"}, ["first-due-invalid"], None),
        ({"email": "a" * 250 + "@example.org"}, ["email-invalid"], None),
        ({"sex": "ß"}, [], None),
        ({"first_due_on": "soon"}, ["first-due-invalid"], None),
        ({"given_names": "", "surnames": " "}, ["name-missing"], None),
        ({"given_names": ""}, [], None),
        ({"unit": "", "phone": "123", "language": ""}, ["unit-missing", "phone-invalid", "language-unknown"], None),
        ({"case_number": "A00000000"}, ["case-number-invalid"], Fault.CASE_NUMBER),
        ({"date_of_birth": "31/02/1990"}, ["date-of-birth-invalid"], Fault.BIRTHDAY),
        (
            {"case_number": "", "date_of_birth": "", "unit": ""},
            ["case-number-invalid", "date-of-birth-invalid", "unit-missing"],
            Fault.CASE_NUMBER,
        ),
    ],
)
def test_a_row(values: dict[str, str], faults: list[str], rejection: Fault | None) -> None:
    graded = make_grader().grade(make_row(2, **values))
    assert (graded.faults, graded.rejection) == (faults, rejection)


def test_the_second_row_of_a_case_number_is_rejected_and_not_graded_further() -> None:
    grader = make_grader()
    grader.grade(make_row(case_number="A123456789"))
    second = grader.grade(make_row(case_number="A 123-456-789", unit="", phone=""))
    assert (second.faults, second.rejection) == ([Fault.DUPLICATE], Fault.DUPLICATE)


def test_a_good_second_row_is_the_persons_when_the_first_was_rejected() -> None:
    grader = make_grader()
    first = grader.grade(make_row(case_number="A123456789", date_of_birth="0000-00-00"))
    still_bad = grader.grade(make_row(case_number="A123456789", date_of_birth=""))
    good = grader.grade(make_row(case_number="A123456789"))
    third = grader.grade(make_row(case_number="A123456789"))
    assert [row.rejection for row in (first, still_bad, good, third)] == [
        Fault.BIRTHDAY,
        Fault.DUPLICATE,
        None,
        Fault.DUPLICATE,
    ]


def test_a_door_shared_by_many_is_overused_but_a_building_is_not() -> None:
    shelter = [make_row(address="455 Jefferson St", unit="", postal_code=f"1122{n}") for n in range(5)]
    building = [make_row(address="9 Ocean Pkwy", unit=f"Apt {n}") for n in range(60)]
    grader = grader_after([*shelter, *building])
    assert [grader.grade(row).faults for row in shelter] == [["address-overused"]] * 5
    assert [grader.grade(row).faults for row in building] == [[]] * 60


def test_a_case_number_that_stands_twice_lives_at_its_door_once() -> None:
    again = [make_row(case_number=number, unit="") for number in ("A123456789", " A123456789", "A123456789")]
    others = [make_row(unit="") for _ in range(3)]
    grader = grader_after([*again, *others])
    assert grader.living[again[0].given_address.household] == 1  # four: too few to be counted
    assert grader_after([*again, *others, make_row(unit="")]).living[again[0].given_address.household] == 5


def test_nameless_rows_each_count_at_their_door() -> None:
    rows = [make_row(number, case_number="", unit="") for number in range(2, 7)]
    assert grader_after(rows).living[rows[0].given_address.household] == 5


def test_whoever_lived_at_the_door_before_counts_once() -> None:
    row, census = make_row(unit=""), take_census([make_row(unit="")])
    for person in (1, 2, 3, 4, 5, 5, 4):
        census.note_at_home(person, row.given_address.household)
    assert census.doors(PlacesPolicy())[row.given_address.household] == 5


def test_a_census_counts_rows_of_other_offices_and_remembers_repeated_case_numbers_only() -> None:
    rows = [make_row(case_number=n) for n in ("A123456789", "a 123-456-789", "A123456780", "", "")]
    census = take_census([*rows, make_row(field_office="BOS")])
    assert (census.rows, census.elsewhere, census.repeated()) == (6, 1, frozenset({"A123456789"}))


@given(st.lists(st.sampled_from(["1 Elm St", "2 Elm St", "3 Elm St"]), max_size=40), st.integers(1, 9))
def test_parts_of_a_list_say_together_what_the_whole_list_says(streets: list[str], size: int) -> None:
    numbers = ["A123456789", "A123456780", "", "7", *(f"A{n:09d}" for n in range(1, 30))]
    rows = [
        make_row(number, case_number=numbers[number % len(numbers)], address=street, unit="", field_office=street[0])
        for number, street in enumerate(streets, 2)
    ]
    whole, parts = take_census(rows), Census("NYC")
    for start in range(0, len(rows), size):
        parts.add(take_census(rows[start : start + size]))
    assert (parts.rows, parts.elsewhere, parts.repeated()) == (whole.rows, whole.elsewhere, whole.repeated())
    assert parts.doors(PlacesPolicy()) == whole.doors(PlacesPolicy())


@given(st.lists(st.tuples(st.sampled_from(CASE_NUMBERS), st.sampled_from(["1990-02-03", "", "x"]))))
def test_remembering_repeated_case_numbers_only_grades_alike(pairs: list[tuple[str, str]]) -> None:
    rows = [make_row(case_number=number, date_of_birth=born) for number, born in pairs]
    all_remembered = [graded.faults for graded in map(make_grader().grade, rows)]
    grader = grader_after(rows)
    grader.living = Counter()
    assert [graded.faults for graded in map(grader.grade, rows)] == all_remembered


def test_every_fault_has_words_for_officers() -> None:
    grades = {str(fault) for fault in Fault} - {str(fault) for fault in REJECTING} | set(map(str, AddressFault))
    assert grades == set(FAULT_WORDS)


@pytest.mark.parametrize(
    ("latitude", "longitude", "found"),
    [
        ("40.65", "-73.95", (40.65, -73.95)),
        (" -90 ", "180", (-90, 180)),
        ("", "", (None, None)),
        ("40.65", "", (None, None)),
        ("90.1", "0", (None, None)),
        ("nan", "1", (None, None)),
        ("inf", "1", (None, None)),
        ("0", "0", (None, None)),
        ("N40", "W73", (None, None)),
    ],
)
def test_coordinates(latitude: str, longitude: str, found: tuple[float | None, float | None]) -> None:
    row = make_row()
    assert row.coordinates == (None, None)
    assert Row(2, {**row.values, "latitude": latitude, "longitude": longitude}).coordinates == found
