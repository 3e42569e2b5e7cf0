"""Where the rows of a list pass one after the other: who is there twice, which officer each gets, what to count. Pure.

Rows are graded piece by piece, side by side; what hangs on the order of all of them is decided here.
"""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from adsum.enrolment.rules.listed import Graded, Repeats
from adsum.staffing.rules import Caseloads


class Fresh(NamedTuple):
    """Somebody of a list who is not enrolled yet, with the id of the officer who will carry their case."""

    row: Graded
    officer_id: int | None


@dataclass
class Grades:
    """What became of the rows of a list so far: read = enrolled + already + rejected. `graded` counts each fault.

    In a dry run nobody is enrolled: `enrolled` is who would be.
    """

    read: int = 0
    enrolled: int = 0
    rejected: int = 0
    graded: Counter[str] = field(default_factory=Counter)

    @property
    def already(self) -> int:
        """Rows of people who were enrolled before."""
        return self.read - self.rejected - self.enrolled


@dataclass
class Sheet:
    """What is brought to the desk of some rows: counts, whom to find an officer for, and whoever stands there twice.

    `languages` are those of `lay_out`'s waiting rows, None of who waits only to hear whether they stand there twice;
    `shared` are those among them whose case number has other rows, by their place.
    """

    read: int
    faults: Counter[str] = field(default_factory=Counter)
    rejected: list[Graded] = field(default_factory=list)
    languages: list[str | None] = field(default_factory=list)
    shared: dict[int, Graded] = field(default_factory=dict)


class Seats(NamedTuple):
    """The desk's answer: an officer for each who waits, and the places of those who are there twice."""

    officers: list[int | None]
    again: frozenset[int]


def lay_out(graded: Sequence[Graded], *, known: Collection[str], repeats: Repeats) -> tuple[Sheet, list[Graded]]:
    """What the desk must be told of these rows, and who waits for its answer. `known`: who is enrolled already."""
    sheet, waiting = Sheet(len(graded)), list[Graded]()
    for row in graded:
        rejection = row.rejection
        is_fresh = rejection is None and row.case_number not in known
        if not repeats.stands_alone(row.case_number):
            sheet.shared[len(waiting)] = row
        else:
            if row.faults:
                sheet.faults.update(row.faults)
            if rejection is not None:
                sheet.rejected.append(row)
            if not is_fresh:
                continue
        waiting.append(row)
        sheet.languages.append(row.language if is_fresh else None)
    return sheet, waiting


def seat(waiting: Sequence[Graded], sheet: Sheet, seats: Seats) -> list[Fresh]:
    """Those who waited and are to be enrolled, each with their officer."""
    coming = zip(waiting, sheet.languages, seats.officers, strict=True)
    return [
        Fresh(row, officer)
        for place, (row, language, officer) in enumerate(coming)
        if language is not None and place not in seats.again
    ]


@dataclass
class Desk:
    """Takes the sheets of a list in their order. `reject` hears of each row that is kept out, in order."""

    repeats: Repeats
    caseloads: Caseloads
    reject: Callable[[Graded], None] = lambda row: None
    grades: Grades = field(default_factory=Grades)

    def answer(self, sheet: Sheet) -> Seats:
        """Count the rows of the next sheet, and say who gets which officer."""
        rejected, again, officers = list(sheet.rejected), set[int](), list[int | None]()
        for place, language in enumerate(sheet.languages):
            row = sheet.shared.get(place)
            if row is not None:
                if self.repeats.is_again(row):
                    again.add(place)
                    row, language = row.as_again(), None
                self.grades.graded.update(row.faults)
                if row.rejection:
                    rejected.append(row)
            officers.append(None if language is None else self.caseloads.choose(language))
            self.grades.enrolled += language is not None
        self.grades.read += sheet.read
        self.grades.rejected += len(rejected)
        self.grades.graded.update(sheet.faults)
        for row in sorted(rejected, key=lambda kept_out: kept_out.row.number):
            self.reject(row)
        return Seats(officers, frozenset(again))
