"""Two spellings of one door are one door; another suffix, direction or unit is another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adsum.places.rules import door_of, household_of

HERE = ("123 Main St", "Apt 4", "NY")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("123 Main Street Apt 4", "", "NY"), ("123 MAIN ST #4", "", "NY")),
        (HERE, ("123 main street", "4", "ny")),
        (HERE, ("123 Main St.", "# 4", "New York")),
        (HERE, ("123 Main Str", "Unit 4", "NY")),
        (HERE, ("123 Main St Apartment #4", "", "NY")),
        (HERE, ("123  MAIN  ST,", "apt. 04", "NY")),
        (HERE, ("123 Main St Apt 4", "Apt 4", "NY")),
        (("123 N Main St", "", "NY"), ("123 North Main Street", "", "NY")),
        (("123 Main St NW", "", "DC"), ("123 Main Street N.W.", "", "District of Columbia")),
        (("123 Main St NW", "", "DC"), ("123 Main St North West", "", "DC")),
        (("12 2nd Ave", "4B", "NY"), ("12 Second Avenue", "Apt 4-B", "NY")),
        (("12 St. Mark's Pl", "", "NY"), ("12 Saint Marks Place", "", "NY")),
        (("12 José Martí Blvd", "", "FL"), ("12 Jose Marti Boulevard", "", "FL")),
        (("123 Main St", "Fl 2", "NY"), ("123 Main St 2nd Floor", "", "NY")),
        (("123 Main St", "BSMT", "NY"), ("123 Main Street Basement", "", "NY")),
        (("123 Main St", "Bldg 2 Apt 4", "NY"), ("123 Main St Apt 4 Building 2", "", "NY")),
        (("9 Mount Hope Rd", "", "NY"), ("9 Mt Hope Road", "", "NY")),
        (("100 State Route 9", "", "NY"), ("100 State Rt 9", "", "NY")),
    ],
)
def test_one_door(one: tuple[str, str, str], other: tuple[str, str, str]) -> None:
    assert door_of(*one) == door_of(*other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (HERE, ("123 Main Ave", "Apt 4", "NY")),
        (HERE, ("123 Main St", "Apt 14", "NY")),
        (HERE, ("123 Main St", "Apt 40", "NY")),
        (HERE, ("123 Main St Apt 14", "", "NY")),
        (HERE, ("123 Main St", "", "NY")),
        (HERE, ("123 Main St", "Fl 4", "NY")),
        (HERE, ("123 Main St", "Bldg 4", "NY")),
        (HERE, ("1234 Main St", "", "NY")),
        (HERE, ("124 Main St", "Apt 4", "NY")),
        (HERE, ("123 Main St", "Apt 4", "NJ")),
        (HERE, ("123 Maine St", "Apt 4", "NY")),
        (("123 N Main St", "4", "NY"), ("123 S Main St", "4", "NY")),
        (("123 N Main St", "4", "NY"), ("123 Main St", "4", "NY")),
        (("123 Main St N", "4", "NY"), ("123 N Main St", "4", "NY")),
        (("12 1st Ave", "", "NY"), ("121 1st Ave", "", "NY")),
        (("12 1st Ave", "", "NY"), ("12 11th Ave", "", "NY")),
        (("123 Main St", "Apt 0", "NY"), ("123 Main St", "", "NY")),
        (("123 Main St", "1 23", "NY"), ("123 Main St", "12 3", "NY")),
        (("12 Old Building Rd", "", "NY"), ("12 Old", "Bldg", "NY")),
        (("12 Unit St", "", "NY"), ("12", "St", "NY")),
    ],
)
def test_two_doors(one: tuple[str, str, str], other: tuple[str, str, str]) -> None:
    assert door_of(*one) != door_of(*other)


@given(st.text(max_size=200), st.text(max_size=60), st.text(max_size=20))
def test_whatever_is_written_trips_nothing_and_case_is_nothing(street: str, unit: str, state: str) -> None:
    assert door_of(street, unit, state) == door_of(street.upper().lower(), unit.upper().lower(), state)


def test_grading_counts_by_the_spelling_as_ever() -> None:
    assert household_of("123 Main Street", "4", "NY") != household_of("123 Main St", "4", "NY")
    assert household_of("123 MAIN ST.", " 4", "ny") == household_of("123 Main St", "4 ", "NY")
