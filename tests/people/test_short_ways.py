"""The short ways of reading usual values answer what the long ways answer."""

from datetime import date
from random import Random

import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adsum.core.text import clean_line, clean_text
from adsum.people.rules import read_case_number, read_date, read_phone
from adsum.places.policy import PlacesPolicy
from adsum.places.rules import _NOT_RESIDENTIAL, AddressFault, GivenAddress, grade_address

FORMS = (
    "+1{}{}{}", "({}) {}-{}", "({}){}-{}", "{}-{}-{}", "{}{}{}", "{}.{}.{}", "{} {} {}", "1{}{}{}", "+1 {} {} {}",
    "+1-{}-{}-{}", "({} {}-{}", "{}-{} {}", "+{}{}{}", "{}{}{}5", " ({}) {}-{}",
)  # fmt: skip


def by_library(raw: str) -> str | None:
    try:
        number = phonenumbers.parse(raw, "US")
    except phonenumbers.NumberParseException:
        return None
    valid = phonenumbers.is_valid_number(number)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if valid else None


def test_phone_numbers_are_those_of_the_library() -> None:
    random, found = Random(1), set()
    for area in range(100, 1000):
        exchange, line = random.choice((555, random.randrange(1000))), random.randrange(10_000)
        raw = random.choice(FORMS).format(area, f"{exchange:03d}", f"{line:04d}")
        assert read_phone(raw) == by_library(raw), raw
        found.add(read_phone(raw) is None)
    assert found == {True, False}


@pytest.mark.parametrize(
    "raw",
    ["８１２５５５０１２３", "212555012３", "(212) 555-0123\n", "(212) 555-0123 x5", "2125550123A", "++12125550123"],
)
def test_odd_phone_numbers_are_those_of_the_library(raw: str) -> None:
    assert read_phone(raw) == by_library(raw)


@given(st.text(max_size=30) | st.text(alphabet=" \t-A0123456789٣\xa0", max_size=30))
@example("a  b")
@example("\x1f x")
def test_a_clean_line_is_cleaned_the_long_way(raw: str) -> None:
    assert clean_line(raw) == " ".join(clean_text(raw).split())[:200].strip()


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("A123456789", "A123456789"),
        ("A000000000", None),
        ("A000000001", "A000000001"),
        ("A12345678", "A012345678"),
        ("A٣٢٣٤٥٦٧٨٩", "A323456789"),
        ("A123456789\n", "A123456789"),
        ("a123456789", "A123456789"),
    ],
)
def test_case_numbers(raw: str, read: str | None) -> None:
    assert read_case_number(raw) == read


@pytest.mark.parametrize(
    ("raw", "day"),
    [
        ("2000-02-29", date(2000, 2, 29)),
        ("1900-02-29", None),
        ("0000-01-01", None),
        ("2000-2-9", date(2000, 2, 9)),
        ("2000-W01-1", None),
        ("20000101", None),
        ("٢٠٠٠-01-01", date(2000, 1, 1)),
    ],
)
def test_days(raw: str, day: date | None) -> None:
    assert read_date(raw) == day


@given(st.text(alphabet="0123 abcoxpmbBOXPMB./", min_size=1, max_size=20))
@example("12 PO BOX 4")
@example("1 p.o.box 4")
@example("7 PMB 12")
@example("77 boxwood ln")
def test_no_box_is_taken_for_a_house(street: str) -> None:
    given_address = GivenAddress(street, "Apt 1", "Brooklyn", "NY", "11226")
    found = grade_address(given_address, living_there=1, policy=PlacesPolicy())
    is_one = bool(street.strip()) and _NOT_RESIDENTIAL.search(street.strip()) is not None
    assert (found == [AddressFault.NOT_RESIDENTIAL]) == is_one
