"""Rows of an agency's list: what they say, what is wrong with them, and what became of them. Pure."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple, Protocol

from adsum.core.tally import Different, Often, key_of
from adsum.core.text import clean_line, clean_often
from adsum.families.rules import LONGEST_HOUSEHOLD
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
from adsum.places.rules import GivenAddress, grade_address, household_of

COLUMNS = (
    "case_number", "given_names", "surnames", "date_of_birth", "sex", "country", "language", "phone", "email",
    "address", "unit", "city", "state", "postal_code", "field_office", "level", "interval_days", "first_due_on",
)  # fmt: skip
MAP_COLUMNS = ("latitude", "longitude")  # of the address, in degrees; without them nobody is “far” from it
RELEASED = "released_on"  # optional too: the day of a release from custody with conditions
HOUSEHOLD = "household"  # and this: what the agency calls people who live together
MORE_COLUMNS = (*MAP_COLUMNS, RELEASED, HOUSEHOLD)

FURTHEST_FIRST_DUE_DAYS = 400
Door = tuple[str, str, str]  # `household_of` an address


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
    RELEASED = "released-invalid"
    HOUSEHOLD = "household-too-long"
    HOUSEHOLD_APART = "household-in-two-offices"


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
    "released-invalid": "The day of release is no day, or still to come; nobody was told of a clock",
    "household-too-long": f"The household has more than {LONGEST_HOUSEHOLD} characters; no family is proposed by it",
    "household-in-two-offices": "The household stands under two offices; no family is proposed by it",
    "address-blank": "No address",
    "address-not-residential": "The address is not a place to live at",
    "address-overused": "Many people share this address: a shelter or a hotel?",
    "unit-missing": "No apartment or unit in the address",
    "postal-code-invalid": "The postal code does not exist there",
}


class Row(NamedTuple):
    """One row as it was read. `number` is its line in the file, the header being line 1."""

    number: int
    values: dict[str, str]

    @property
    def street(self) -> str:
        """The line of its address that names the street."""
        return clean_line(self.values["address"])

    @property
    def given_address(self) -> GivenAddress:
        value = self.values
        return GivenAddress(
            self.street,
            clean_often(value["unit"]),
            clean_often(value["city"]),
            clean_often(value["state"]),
            clean_often(value["postal_code"]),
        )

    @property
    def door(self) -> Door:
        """The household of its address."""
        value = self.values
        return household_of(self.street, clean_often(value["unit"]), clean_often(value["state"]))

    @property
    def household(self) -> str:
        """What the agency calls those with whom they live; "" where the list does not say."""
        said = self.values.get(HOUSEHOLD)
        return clean_line(said) if said else ""

    @property
    def coordinates(self) -> tuple[float, float] | tuple[None, None]:
        """Where the address is on the map; what is no place on earth, or only half of one, is none."""
        if not self.values.get("latitude"):
            return None, None
        try:
            latitude, longitude = (float(self.values.get(name, "")) for name in MAP_COLUMNS)
        except ValueError:
            return None, None
        on_earth = abs(latitude) <= 90 and abs(longitude) <= 180 and (latitude, longitude) != (0, 0)
        return (latitude, longitude) if on_earth else (None, None)


class Graded(NamedTuple):
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
    given: GivenAddress | None = None
    released_on: date | None = None
    household: str = ""
    given_names: str = ""
    surnames: str = ""

    @property
    def rejection(self) -> Fault | None:
        """The fault that keeps this row out, if any."""
        return next((fault for fault in REJECTING if fault in self.faults), None) if self.faults else None

    def as_again(self) -> "Graded":
        """The same row where an earlier one of its case number was taken: it is not graded further."""
        return Graded(self.row, self.case_number, None, [Fault.DUPLICATE])


class Doors(Protocol):
    """How many people live at each door; a Counter is one."""

    def __getitem__(self, door: Door, /) -> int: ...


@dataclass(frozen=True)
class CrowdedDoors:
    """How many people a list puts at doors that many share, and how many lived there before; by `key_of` the door."""

    listed: dict[int, int]
    before: dict[int, int]

    def __getitem__(self, door: Door) -> int:
        key = key_of(door)
        return max(self.listed.get(key, 1), self.before.get(key, 0))


class Census:
    """What must be known of a whole list before its first row can be graded, in a few bytes a row.

    A case number that stands twice counts once at a door. `note_at_home` takes whom the database knows at a door.
    `elsewhere` counts the rows that name another office than this one.
    """

    def __init__(self, office_code: str = "") -> None:
        self.office_code, self.rows, self.elsewhere = office_code, 0, 0
        self._listed, self._before, self._numbers = Different(), Different(), Often()
        self._offices = Different()

    def note(self, row: Row) -> None:
        """The next row of the list."""
        self.rows += 1
        office = row.values["field_office"].strip()
        self.elsewhere += office != self.office_code
        if household := row.household:
            self._offices.note(key_of((household, office)), key_of(household))
        raw = row.values["case_number"].strip()
        self._listed.note(key_of(raw) if raw else row.number, key_of(row.door))
        if case_number := read_case_number(raw):
            self._numbers.note(int(case_number[1:]))

    def add(self, other: "Census") -> None:
        """What another one noted of the rows that follow those of this one."""
        self.rows += other.rows
        self.elsewhere += other.elsewhere
        self._listed.add(other._listed)
        self._before.add(other._before)
        self._numbers.add(other._numbers)
        self._offices.add(other._offices)

    def note_at_home(self, address_id: int, door: Door) -> None:
        """Somebody who lives at this door now; by the same id once, however often they are noted."""
        self._before.note(address_id, key_of(door))

    def doors(self, policy: PlacesPolicy) -> CrowdedDoors:
        """Where so many live that it is a grade."""
        shared = policy.shared_address_people
        return CrowdedDoors(self._listed.at_least(shared), self._before.at_least(shared))

    def apart(self) -> frozenset[int]:
        """The households, by `key_of`, that stand under more than one office."""
        return frozenset(self._offices.at_least(2))

    def repeated(self) -> frozenset[str]:
        """The case numbers that stand in more than one row."""
        return frozenset(f"A{number:09d}" for number in self._numbers.at_least(2))


class Repeats:
    """Which rows of a list say again who was said before; asked for each row in order.

    `repeated`: the only case numbers worth remembering; None where nobody has counted them, and all are remembered.
    """

    def __init__(self, repeated: Collection[str] | None = None) -> None:
        self._repeated = repeated
        self._seen: set[str] = set()
        self._taken: set[str] = set()

    def stands_alone(self, case_number: str | None) -> bool:
        """True of a case number that no other row has: its row need not be asked for."""
        return case_number is None or (self._repeated is not None and case_number not in self._repeated)

    def is_again(self, row: Graded) -> bool:
        """True of a second row of a case number, unless those before were rejected and this one can be identified:
        then it is the person's row."""
        if row.case_number is None or self.stands_alone(row.case_number):
            return False
        if row.case_number in self._taken or (row.case_number in self._seen and row.born is None):
            return True
        self._seen.add(row.case_number)
        if row.born:
            self._taken.add(row.case_number)
        return False


@dataclass
class Grader:
    """Grades the rows of one file; knows how many live at each door.

    `repeats` are the same rows of this file for whoever grades them all in order. `apart`: households of two offices,
    by `key_of`.
    """

    today: date
    living: Doors
    people_policy: PeoplePolicy
    places_policy: PlacesPolicy
    repeats: Repeats = field(default_factory=Repeats)
    apart: Collection[int] = ()

    def __post_init__(self) -> None:
        self._furthest = self.today + timedelta(days=FURTHEST_FIRST_DUE_DAYS)

    def grade(self, row: Row) -> Graded:
        """The next row of the file with its grades."""
        graded = self.grade_alone(row)
        return graded.as_again() if self.repeats.is_again(graded) else graded

    def grade_alone(self, row: Row) -> Graded:
        """A row with its grades, whatever other rows say."""
        case_number = read_case_number(row.values["case_number"])
        born = read_birthday(row.values["date_of_birth"], today=self.today, policy=self.people_policy)
        found = [] if case_number else [str(Fault.CASE_NUMBER)]
        found += [] if born else [str(Fault.BIRTHDAY)]
        return self._with_details(row, case_number, born, found)

    def _with_details(self, row: Row, case_number: str | None, born: date | None, found: list[str]) -> Graded:
        values = row.values
        names = clean_line(values["given_names"]), clean_line(values["surnames"])
        language, is_known = read_language(values["language"])
        phone, email = read_phone(values["phone"]), read_email(values["email"])
        level, interval = read_level(values["level"]), _read_interval(values["interval_days"])
        first_due_on = read_date(values["first_due_on"])
        if first_due_on and first_due_on > self._furthest:  # it lies so far ahead that it must be a mistake
            first_due_on = None
        given, released = row.given_address, values.get(RELEASED, "")
        released_on = read_date(released) if released else None
        if released_on and released_on > self.today:
            released_on = None
        found += grade_address(given, living_there=self.living[given.household], policy=self.places_policy)
        if not any(names):
            found.append(str(Fault.NAME_MISSING))
        if phone is None:
            found.append(str(Fault.PHONE_INVALID if values["phone"].strip() else Fault.PHONE_MISSING))
        if email is None and values["email"].strip():
            found.append(str(Fault.EMAIL_INVALID))
        if not (is_known and level and interval and first_due_on):
            wrong = {
                Fault.LANGUAGE: not is_known,
                Fault.LEVEL: level is None,
                Fault.INTERVAL: interval is None,
                Fault.FIRST_DUE: first_due_on is None,
            }
            found += [str(fault) for fault, is_wrong in wrong.items() if is_wrong]
        if released_on is None and released.strip():
            found.append(str(Fault.RELEASED))
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
            given,
            released_on,
            self._household(row, found),
            *names,
        )

    def _household(self, row: Row, found: list[str]) -> str:
        """By which a family may be proposed; "" where there is none, or where its fault is among those `found` now."""
        said = row.household
        if len(said) > LONGEST_HOUSEHOLD:
            found.append(str(Fault.HOUSEHOLD))
        elif said and key_of(said) in self.apart:
            found.append(str(Fault.HOUSEHOLD_APART))
        else:
            return said
        return ""


@lru_cache(1_000)
def _read_interval(raw: str) -> int | None:
    text = raw.strip()
    return int(text) if re.fullmatch(r"[0-9]{1,3}", text) and 1 <= int(text) <= 366 else None
