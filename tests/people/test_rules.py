"""What identifies a person, and what reaches them."""

from datetime import date

import pytest

from adsum.people.policy import PeoplePolicy
from adsum.people.rules import read_birthday, read_case_number, read_email, read_language, read_phone

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("A335362208", "A335362208"),
        (" a335 362 208 ", "A335362208"),
        ("A335-362-208", "A335362208"),
        ("335362208", "A335362208"),
        ("A35362208", "A035362208"),
        ("A00000000", None),
        ("A000000000", None),
        ("24087", None),
        ("A6464305189", None),
        ("", None),
        ("A33536220B", None),
        ("A٣٣٥٣٦٢٢٠٨", "A335362208"),
    ],
)
def test_case_numbers(raw: str, number: str | None) -> None:
    assert read_case_number(raw) == number


@pytest.mark.parametrize(
    ("raw", "born"),
    [
        ("1962-08-11", date(1962, 8, 11)),
        ("04/11/1998", date(1998, 4, 11)),
        ("31/01/1990", date(1990, 1, 31)),
        ("2028-02-29", None),
        ("2024-02-29", date(2024, 2, 29)),
        ("2026-11-21", TODAY),
        ("2026-11-22", None),
        ("31/02/1990", None),
        ("0000-00-00", None),
        ("1900-01-01", None),
        ("2925-04-01", None),
        ("", None),
        ("yesterday", None),
    ],
)
def test_birthdays(raw: str, born: date | None) -> None:
    assert read_birthday(raw, today=TODAY, policy=PeoplePolicy()) == born


@pytest.mark.parametrize(
    ("raw", "language"),
    [
        ("es", ("es", True)),
        ("zh-Hans", ("zh-Hans", True)),
        ("ES", ("es", True)),
        ("es-MX", ("es", True)),
        ("quc", ("quc", True)),
        ("Spanish", ("es", False)),
        ("SP", ("es", False)),
        ("xx", ("en", False)),
        ("", ("en", False)),
    ],
)
def test_languages(raw: str, language: tuple[str, bool]) -> None:
    assert read_language(raw) == language


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("(856) 555-0135", "+18565550135"),
        ("+17745550128", "+17745550128"),
        ("+52 55 1234 5678", "+525512345678"),
        ("0000000000", None),
        ("+52 1", None),
        ("999-999-9999", None),
        ("123", None),
        ("no phone", None),
        ("", None),
    ],
)
def test_phones(raw: str, number: str | None) -> None:
    assert read_phone(raw) == number


@pytest.mark.parametrize(
    ("raw", "address"),
    [
        (" Jose.1@Example.org", "jose.1@example.org"),
        ("jose@example", None),
        ("jose@@example.org", None),
        ("a b@example.org", None),
        ("", None),
    ],
)
def test_emails(raw: str, address: str | None) -> None:
    assert read_email(raw) == address
