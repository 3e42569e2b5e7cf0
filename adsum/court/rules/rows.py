"""What a row of the court is, and which of two rows about the same thing is the newer one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple


class RowKind(StrEnum):
    """What a row is about."""

    CROSSWALK = "crosswalk"
    CASE = "case"
    PROCEEDING = "proceeding"
    HEARING = "hearing"


# What is kept of each row, under our names. Nationality, language, birth and sex stay with the court.
COLUMNS = {
    RowKind.CROSSWALK: ("number", "case_number"),
    RowKind.CASE: ("number", "case_type", "custody"),
    RowKind.PROCEEDING: (
        "number", "court_case", "case_type", "place", "begun_on", "hearing_on", "hearing_time",
        "decision", "completion", "in_absentia", "decided_on", "appeal",
    ),
    RowKind.HEARING: (
        "number", "proceeding", "court_case", "place", "hearing_on", "hearing_time", "hearing_kind", "adjourned",
        "updated_on",
    ),
}  # fmt: skip


class Aside(NamedTuple):
    """A line that cannot be read: where it stands, why it cannot, its beginning."""

    line: int
    reason: str
    text: str


@dataclass(frozen=True)
class Chunk:
    """Some lines of a file, in order. `rows` are lines of COPY: the kind's columns, then the line's number.

    `end` is the byte behind the last of them, `lines` how many lines stand before that byte.
    """

    rows: Sequence[str]
    aside: Sequence[Aside]
    end: int
    lines: int


@dataclass(frozen=True)
class GivenFile:
    """A file as it lies there. `digest`: SHA-256 of its bytes."""

    kind: RowKind
    name: str
    digest: str
    size: int


@dataclass(frozen=True)
class GivenDrop:
    """A delivery: files that say together how things stood at the end of the day `as_of`.

    `number` is the one in the folder's name, which says what came first where two drops speak about the same day.
    `digest` is that of all its files: the same digest is the same drop, under whatever name it comes.
    """

    name: str
    number: int
    as_of: date
    digest: str
    files: Sequence[GivenFile]


_NUMBERS = 1_000_000_000


def rank_of(as_of: date, number: int) -> int:
    """Newer drops have a higher rank, however late they come."""
    return as_of.toordinal() * _NUMBERS + number % _NUMBERS
