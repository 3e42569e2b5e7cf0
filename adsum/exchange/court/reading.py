"""A file of the court, line by line: tab-separated whatever its name says, with lines that are broken.

It is read as a stream; its length, and that of a line, is no matter of memory.
"""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import IO

from adsum.core.text import clean_text
from adsum.court.rules import Aside
from adsum.exchange.court.fields import Unreadable
from adsum.exchange.court.layout import Layout

LONGEST_LINE = 65_536
SHOWN = 300


class FileRefused(Exception):
    """The file is not what it should be; the message says what it is, and what to do. Nothing of it was kept."""


@dataclass(frozen=True)
class Header:
    """What the first line says: how many columns there are, where ours are, and where the lines after it begin."""

    width: int
    positions: tuple[int, ...]
    dated_at: int | None
    end: int


class CourtLines:
    """The lines of a file that has a header of this layout. Raises FileRefused where it has not."""

    def __init__(self, path: Path, layout: Layout) -> None:
        self.path, self.layout = path, layout
        with self.open() as file:
            self.header = _header_of(file.readline(LONGEST_LINE), path.name, layout)

    def open(self) -> IO[bytes]:
        """The file. Raises FileRefused where it cannot be read."""
        try:
            return self.path.open("rb", buffering=1 << 20)
        except OSError as error:
            raise FileRefused(f"{self.path} cannot be read ({error.strerror}): check the path") from error

    def raw_from(self, done: int) -> Iterator[tuple[bytes, int]]:
        """Each line from this byte on, with the byte behind it. Of one that is too long, the beginning."""
        with self.open() as file:
            end = max(done, self.header.end)
            file.seek(end)
            while raw := file.readline(LONGEST_LINE):
                end += len(raw)
                rest = raw
                while len(rest) == LONGEST_LINE and not rest.endswith(b"\n"):
                    rest = file.readline(LONGEST_LINE)
                    end += len(rest)
                yield raw, end

    def read(self, raw: bytes, line: int) -> str | Aside | None:
        """A line as a line of COPY, or set aside with the reason; None for a blank one."""
        cells = cells_of(raw)
        width, came = self.header.width, len(cells)
        if came != width:
            if came == 1 and not cells[0].strip():
                return None
            if came < width or any(cells[width:]):
                return _aside(raw, line, f"{came} columns instead of {width}")
        values = []
        for position, (name, reading) in zip(self.header.positions, self.layout.columns.items(), strict=True):
            try:
                values.append(reading(cells[position]))
            except Unreadable as fault:
                return _aside(raw, line, f"{name} {fault}")
        values.append(f"{line}\n")
        return "\t".join(values)


def cells_of(raw: bytes) -> list[str]:
    """The fields of a line, without zero bytes. What is not UTF-8 is read as Windows does."""
    if b"\0" in raw:
        raw = raw.replace(b"\0", b"")
    try:
        return raw.decode().rstrip("\r\n").split("\t")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace").rstrip("\r\n").split("\t")


def _aside(raw: bytes, line: int, reason: str) -> Aside:
    return Aside(line, reason, clean_text(" | ".join(cells_of(raw[:SHOWN])), longest=SHOWN))


def _header_of(raw: bytes, name: str, layout: Layout) -> Header:
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or raw[1:2] == b"\0":
        raise FileRefused(f"{name} is UTF-16: ask the court for UTF-8, or convert it")
    names = [cell.strip().upper() for cell in cells_of(raw.removeprefix(codecs.BOM_UTF8))]
    lacking = [column for column in layout.columns if names.count(column) != 1]
    if raw.strip(b"\0\r\n\t ") and lacking:
        raise FileRefused(
            f"{name}, line 1: not the court's table that it is named after; it lacks {', '.join(lacking)}, "
            "or is not separated by tabs. Nothing was loaded"
        )
    if not raw.strip(b"\0\r\n\t "):
        return Header(len(layout.columns), tuple(range(len(layout.columns))), None, len(raw))
    dated_at = names.index(layout.dated_by) if layout.dated_by else None
    return Header(len(names), itemgetter(*layout.columns)({n: at for at, n in enumerate(names)}), dated_at, len(raw))
