"""The people to be found, as columns of numbers: 1 million people are some hundred megabytes.

A word is a token of a name with a number of its own; 0 is no word. Of each person up to three given names and three
surnames are kept, in their order.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from adsum.records.matching.names import fold, read_tokens
from adsum.records.matching.words import Words

KEPT = 3  # given names, and surnames
COLUMNS = 2 * KEPT + 5
AT_ONCE = 50_000
BORN, SEX, CITY, STATE, NUMBER = range(2 * KEPT, COLUMNS)  # of the table, after the names
YEAR_BITS, MONTH_BITS = 9, 5
YEAR, MONTH = 1 << YEAR_BITS, 1 << MONTH_BITS  # a birthday is year * 512 + month * 32 + day
_CASE_NUMBER = re.compile(r"\s*[Aa]?[-\s]?([0-9]{7,9})\s*")
_DAY = re.compile(r"\s*([0-9]{4})-([0-9]{2})-([0-9]{2})\s*")

Numbers = npt.NDArray[Any]


@dataclass(frozen=True)
class Description:
    """How a file, or a record, describes a person. Texts as they came; "" is not said.

    Nationality, religion, language and origin have no place here: they are never compared.
    """

    key: str
    given_names: str
    surnames: str
    date_of_birth: str  # YYYY-MM-DD
    sex: str
    city: str
    state: str
    case_number: str


def read_number(text: str) -> int:
    """The digits of a case number (seven to nine); 0 if it is not one."""
    found = _CASE_NUMBER.fullmatch(text)
    return int(found[1]) if found else 0


def read_birthday(text: str) -> int:
    """A birthday as one number; 0 if it is none."""
    found = _DAY.fullmatch(text)
    if not found:
        return 0
    year, month, day = map(int, found.groups())
    return year * YEAR + month * MONTH + day if 1 <= month <= 12 and 1 <= day <= 31 else 0


class Population:
    """Everybody who could be meant by a record: a row each. A row of zeros is nobody."""

    def __init__(self, people: Iterable[Description]) -> None:
        self.words, self.cities, self.states = Words(), Words(), Words()
        self.keys: list[str] = []
        self._fields: dict[str, tuple[int, ...]] = {}
        people, tables = iter(people), []
        while part := [self._columns(person) for person in islice(people, AT_ONCE)]:
            tables.append(np.array(part, dtype=np.uint32))
            self._fields.clear()
        self.table: Numbers = np.concatenate(tables) if tables else np.empty((0, COLUMNS), dtype=np.uint32)
        self._name_columns()
        self._free: list[int] = []

    def _name_columns(self) -> None:
        table = self.table
        self.names: Numbers = table[:, : 2 * KEPT]
        self.given: Numbers = table[:, :KEPT]
        self.surnames: Numbers = table[:, KEPT : 2 * KEPT]
        self.born, self.sex, self.city, self.state, self.number = (
            table[:, place] for place in range(2 * KEPT, COLUMNS)
        )

    def _columns(self, person: Description) -> tuple[int, ...]:
        self.keys.append(person.key)
        return self._read(person)

    def _read(self, person: Description) -> tuple[int, ...]:
        state = fold(person.state)
        return (
            *self._field(person.given_names),
            *self._field(person.surnames),
            read_birthday(person.date_of_birth),
            ord(person.sex.strip().upper()[:1] or "\0"),
            self.cities.number(f"{fold(person.city)}, {state}") if person.city.strip() else 0,
            self.states.number(state),
            read_number(person.case_number),
        )

    def _field(self, text: str) -> tuple[int, ...]:
        found = self._fields.get(text)
        if found is None:
            words = [self.words.number(token) for token in read_tokens(text)[:KEPT]]
            found = self._fields[text] = (*words, *[0] * (KEPT - len(words)))
        return found

    def __len__(self) -> int:
        """How many people there are."""
        return len(self.keys) - len(self._free)

    @property
    def rows(self) -> int:
        """How many rows there are, those of nobody too."""
        return len(self.keys)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {key: row for row, key in enumerate(self.keys)}

    def row(self, row: int) -> list[int]:
        """Names, birthday, sex, city, state and case number in this row."""
        numbers: list[int] = self.table[row].tolist()
        return numbers

    def row_of(self, key: str) -> int | None:
        """The row of this person, if they are here."""
        return self._places.get(key)

    def put(self, person: Description) -> int:
        """Add this person, or change the one with this key; returns their row."""
        row = self._places.get(person.key)
        columns = self._read(person)
        self._fields.clear()
        if row is None:
            row = self._free.pop() if self._free else self._new_row()
            self.keys[row], self._places[person.key] = person.key, row
        self.table[row] = columns
        return row

    def drop(self, key: str) -> int | None:
        """Take this person out; returns the row that is nobody's now, None if they were not here."""
        row = self._places.pop(key, None)
        if row is not None:
            self.table[row] = 0
            self.keys[row] = ""
            self._free.append(row)
        return row

    def _new_row(self) -> int:
        row = len(self.keys)
        if row == len(self.table):
            spare = np.zeros((row // 20 + 1_000, COLUMNS), dtype=np.uint32)
            self.table = np.concatenate([self.table, spare])
            self._name_columns()
        self.keys.append("")
        return row

    @cached_property
    def counts(self) -> tuple[Numbers, Numbers]:
        """How many given names, and how many surnames, are each word."""
        size = len(self.words.texts)
        given, surnames = (np.bincount(field.ravel(), minlength=size) for field in (self.given, self.surnames))
        given[0] = surnames[0] = 0
        return given, surnames
