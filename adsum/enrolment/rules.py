"""Reading one row of an agency's export: who can be identified is enrolled, and what is wrong is a grade. Pure."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property

from adsum.core.text import clean_line
from adsum.orders.rules import Level, read_level
from adsum.people.policy import PeoplePolicy
from adsum.people.rules import (
    read_birthday,
    read_case_number,
    read_date,
    read_email,
    read_language,
    read_phone,
)
from adsum.places.policy import PlacesPolicy
from adsum.places.rules import GivenAddress, grade_address

COLUMNS = (
    "case_number", "given_names", "surnames", "date_of_birth", "sex", "country", "language", "phone", "email",
    "address", "unit", "city", "state", "postal_code", "field_office", "level", "interval_days", "first_due_on",
)  # fmt: skip
OPTIONAL_COLUMNS = ("latitude", "longitude")  # of the address, in degrees; without them nobody is “far” from it

FURTHEST_FIRST_DUE_DAYS = 400


class Fault(StrEnum):
    """What can be wrong with a row, beside the address faults of `places`. The first three reject it."""

    CASE_NUMBER = "case-number-invalid"
    BIRTHDAY = "date-of-birth-invalid"
    DUPLICATE = "duplicate-case-number"
    NAME_MISSING = "name-missing"
    PHONE_MISSING = "phone-missing"
    PHONE_INVALID = "phone-invalid"
    EMAIL_INVALID = "email-invalid"
    LANGUAGE = "language-unknown"
    LEVEL = "level-unknown"
    INTERVAL = "interval-invalid"
    FIRST_DUE = "first-due-invalid"


REJECTING = {
    Fault.CASE_NUMBER: (
        "case_number",
        "not a case number: A and seven to nine digits, not all zeros",
    ),
    Fault.BIRTHDAY: (
        "date_of_birth",
        "not a possible date of birth: YYYY-MM-DD or MM/DD/YYYY, a real day in the past",
    ),
    Fault.DUPLICATE: (
        "case_number",
        "this case number stands in an earlier row of the file; that row was taken",
    ),
}

FAULT_WORDS = {
    "name-missing": "No name in the file",
    "phone-missing": "No phone number",
    "phone-invalid": "The phone number cannot be one",
    "email-invalid": "The e-mail address cannot be one",
    "language-unknown": "The language is not known",
    "level-unknown": "The level is not known; taken as check-in",
    "interval-invalid": "No possible interval; the policy's default holds",
    "first-due-invalid": "No possible first due day; the policy's notice holds",
    "address-blank": "No address",
    "address-not-residential": "The address is not a place to live at",
    "address-overused": "Many people share this address: a shelter or a hotel?",
    "unit-missing": "No apartment or unit in the address",
    "postal-code-invalid": "The postal code does not exist there",
}


@dataclass(frozen=True)
class Row:
    """One row as it was read. `number` is its line in the file, the header being line 1."""

    number: int
    values: dict[str, str]

    @cached_property
    def given_address(self) -> GivenAddress:
        value = {name: clean_line(self.values[name]) for name in ("address", "unit", "city", "state", "postal_code")}
        return GivenAddress(
            value["address"],
            value["unit"],
            value["city"],
            value["state"],
            value["postal_code"],
        )

    @cached_property
    def coordinates(self) -> tuple[float, float] | tuple[None, None]:
        """Where the address is on the map; what is no place on earth, or only half of one, is none."""
        try:
            latitude, longitude = (float(self.values.get(name, "")) for name in OPTIONAL_COLUMNS)
        except ValueError:
            return None, None
        on_earth = abs(latitude) <= 90 and abs(longitude) <= 180 and (latitude, longitude) != (0, 0)
        return (latitude, longitude) if on_earth else (None, None)


@dataclass(frozen=True)
class Graded:
    """A row with its identity and what is wrong with it. `case_number` and `born` are None only in rejected rows."""

    row: Row
    case_number: str | None
    born: date | None
    faults: list[str]
    language: str = "en"
    phone: str | None = None
    email: str | None = None
    level: Level = Level.CHECK_IN
    interval_days: int | None = None
    first_due_on: date | None = None

    @property
    def rejection(self) -> Fault | None:
        """The fault that keeps this row out, if any."""
        return next((fault for fault in REJECTING if fault in self.faults), None)


@dataclass
class Grader:
    """Grades the rows of one file in order; remembers case numbers, and knows how many live at each door."""

    today: date
    living: Counter[tuple[str, str, str]]
    people_policy: PeoplePolicy
    places_policy: PlacesPolicy
    seen: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)

    def grade(self, row: Row) -> Graded:
        """The row with its grades.

        A second row of a case number is not graded further, unless the first one was rejected and this one can
        be identified: then it is the person's row.
        """
        case_number = read_case_number(row.values["case_number"])
        born = read_birthday(row.values["date_of_birth"], today=self.today, policy=self.people_policy)
        if case_number in self.taken or (case_number in self.seen and born is None):
            return Graded(row, case_number, None, [Fault.DUPLICATE])
        if case_number:
            self.seen.add(case_number)
        if case_number and born:
            self.taken.add(case_number)
        found = [] if case_number else [str(Fault.CASE_NUMBER)]
        found += [] if born else [str(Fault.BIRTHDAY)]
        return self._with_details(row, case_number, born, found)

    def _first_due(self, listed: date | None) -> date | None:
        """The listed day, unless it lies so far ahead that it must be a mistake."""
        return listed if listed and listed <= self.today + timedelta(days=FURTHEST_FIRST_DUE_DAYS) else None

    def _with_details(self, row: Row, case_number: str | None, born: date | None, found: list[str]) -> Graded:
        values = row.values
        language, known = read_language(values["language"])
        phone, email = read_phone(values["phone"]), read_email(values["email"])
        level, interval = (
            read_level(values["level"]),
            _read_interval(values["interval_days"]),
        )
        first_due_on = self._first_due(read_date(values["first_due_on"]))
        given = row.given_address
        found += grade_address(given, living_there=self.living[given.household], policy=self.places_policy)
        wrong = {
            Fault.NAME_MISSING: not (clean_line(values["given_names"]) or clean_line(values["surnames"])),
            Fault.PHONE_MISSING: not values["phone"].strip(),
            Fault.PHONE_INVALID: bool(values["phone"].strip()) and phone is None,
            Fault.EMAIL_INVALID: bool(values["email"].strip()) and email is None,
            Fault.LANGUAGE: not known,
            Fault.LEVEL: level is None,
            Fault.INTERVAL: interval is None,
            Fault.FIRST_DUE: first_due_on is None,
        }
        found += [str(fault) for fault, is_wrong in wrong.items() if is_wrong]
        return Graded(
            row,
            case_number,
            born,
            found,
            language,
            phone,
            email,
            level or Level.CHECK_IN,
            interval,
            first_due_on,
        )


def _read_interval(raw: str) -> int | None:
    text = raw.strip()
    return int(text) if re.fullmatch(r"[0-9]{1,3}", text) and 1 <= int(text) <= 366 else None


def count_households(rows: Iterable[Row]) -> Counter[tuple[str, str, str]]:
    """How many different people the file puts at each door; a case number that stands twice counts once."""
    doors: Counter[tuple[str, str, str]] = Counter()
    counted: set[str] = set()
    for row in rows:
        number = row.values["case_number"].strip()
        if number not in counted or not number:
            doors[row.given_address.household] += 1
        counted.add(number)
    return doors


class ActivationAnswer(StrEnum):
    """What a stranger learns from trying a code. NO_MATCH never says what did not match."""

    IN = "in"
    NO_MATCH = "no-match"
    WAIT = "wait"


@dataclass(frozen=True)
class Activation:
    """The answer to an attempt; `token` is for the device's cookie only."""

    answer: ActivationAnswer
    token: str = ""
    language: str = ""
    wait_until: datetime | None = None
