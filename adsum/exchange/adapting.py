"""What a system with its own file on people can be asked, whichever it is: each speaks through a folder of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from adsum.counterparts.queries import Sums

if TYPE_CHECKING:
    from pathlib import Path

    from adsum.counterparts.rules import Row


class DropRefused(Exception):
    """A file is not taken, none of it; the message says which line is at fault and what to do."""


class Answered(Exception):
    """They answered, but not so that it can be used; the message says how, without anything that they sent."""


class Away(Exception):
    """Nobody answers. Nothing is to blame for that."""


class OddRow(Answered):
    """They answered with a row that cannot be read, whatever else they say.

    `case_number` is whose it is, "" where that cannot be read either; `place` is its number in their log, 0 if it has
    none.
    """

    def __init__(self, case_number: str, why: str, *, place: int = 0) -> None:
        super().__init__(f"a row that is none: {why}")
        self.case_number, self.place = case_number, place


class Behind(Exception):
    """Their row has changed since the version that we know; it is as `row` says."""

    def __init__(self, row: Row) -> None:
        super().__init__("changed meanwhile")
        self.row = row


@dataclass(frozen=True)
class ReadDrop:
    """What stands in a file. `left`: rows whose letters did not survive it, which polling will bring."""

    rows: list[Row]
    left: int


class Shown(NamedTuple):
    """Rows of theirs; and those that cannot be read, of which one must not keep the others from being heard."""

    rows: list[Row]
    odd: list[OddRow]


class Page(NamedTuple):
    """What changed after a number of their log, and up to which number this is."""

    shown: Shown
    last: int


class Line(Protocol):
    """An open line to one such system. Everything may raise Away or Answered."""

    def changes(self, after: int, *, most: int) -> Page:
        """What changed after this number of their log, at most so many rows."""

    def last_change(self) -> int:
        """The newest number of their log."""

    def row_of(self, case_number: str) -> Row | None:
        """Their file on this case as it is now. Also raises OddRow."""

    def put(self, number: str, *, revision: int, columns: Mapping[str, str], name: str) -> Row:
        """Set these columns of a row that is at this version; returns it as it is then. Also raises Behind."""

    def sums(self, bounds: Sequence[str]) -> list[Sums]:
        """What stands for their rows, range by range from one case number to the next; the last one has no end."""

    def rows_between(self, start: str, end: str) -> Shown:
        """Their rows from one case number to another, which is not in it."""


class Adapter(Protocol):
    """One kind of system: how its rows and files read, how ours are written, and how it is called."""

    def connect(self, address: str, *, key: str) -> Line:
        """A line to the one at this address. Raises ValueError for an odd address."""

    def read_values(self, said: str) -> Mapping[str, str]:
        """Each field of a row, in the form in which values compare."""

    def write_values(self, values: Mapping[str, str]) -> Mapping[str, str]:
        """The columns to set, so that they say this of these fields."""

    def read_message(self, said: Mapping[str, Any]) -> Row:
        """A row that came as a message. Raises ValueError, which says what is wrong with it."""

    def find_files(self, folder: Path) -> Iterable[Path]:
        """Its files that lie there, the oldest first."""

    def read_file(self, path: Path) -> ReadDrop:
        """What stands in one of them. Raises DropRefused."""
