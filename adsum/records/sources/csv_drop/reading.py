"""A CSV file becomes rows. Its layout is right as a whole, or nothing of it is taken."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from typing import IO, TYPE_CHECKING

from adsum.records.sources.mapping import BadMapping, FieldMap, read_mapping, refuse_strange
from adsum.records.sources.rows import FileRefused, Row, RowFault, Settings, read_lines, refuse_hostile, set_aside

if TYPE_CHECKING:
    from _csv import Reader

ENCODINGS = ("utf-8", "cp1252", "iso-8859-1", "ascii")
DELIMITERS = (",", ";", "\t", "|")
LONGEST_CELL = 10_000


def check(settings: Settings) -> None:
    """Raises BadMapping where a source's settings cannot be used."""
    refuse_strange(settings, frozenset({"encoding", "delimiter", "header"}))
    if settings.get("encoding", "utf-8") not in ENCODINGS:
        raise BadMapping(f"encoding: one of {', '.join(ENCODINGS)} is needed")
    if settings.get("delimiter", ",") not in DELIMITERS:
        raise BadMapping("delimiter: a comma, semicolon, tab or bar is needed")
    header, mapping = settings.get("header"), read_mapping(settings)
    if header is not None:
        _check_header(header, mapping) if isinstance(header, list) else _no_list()


def read(file: IO[bytes], settings: Settings) -> Iterator[Row]:
    """Every row of the file, in order. Raises FileRefused, at the latest at the end."""
    mapping = read_mapping(settings)
    lines = _Lines(read_lines(file, settings.get("encoding", "utf-8")))
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(lines, delimiter=settings.get("delimiter", ","), strict=True)
    try:
        header = settings.get("header") or _first(reader)
        _check_header(header, mapping)
        yield from _rows(reader, header, mapping, lines)
    except csv.Error as error:
        raise FileRefused(f"line {reader.line_num}: {error}; the file is cut or damaged: export it again") from error
    except BadMapping as error:
        raise FileRefused(f"line 1: {error}") from error


class _Lines:
    """Lines on their way to `csv`; those since the last row are kept, as its text."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines, self.since = lines, list[str]()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        self.since.append(next(self._lines))
        return self.since[-1]

    def text(self) -> str:
        """What the row at hand looked like."""
        text = "".join(self.since).rstrip("\r\n")
        self.since.clear()
        return text


def _first(reader: Iterator[list[str]]) -> list[str]:
    header = next((cells for cells in reader if any(cell.strip() for cell in cells)), None)
    if header is None:
        raise FileRefused("the file is empty: nothing is withdrawn by that; export it again")
    return [cell.strip() for cell in header]


def _check_header(header: Sequence[str], mapping: FieldMap) -> None:
    if lacking := sorted(mapping.theirs - set(header)):
        raise BadMapping(f"the header lacks {', '.join(lacking)}: this file has another layout than its mapping")
    if twice := sorted({name for name in mapping.theirs if list(header).count(name) > 1}):
        raise BadMapping(f"the header names {', '.join(twice)} twice")


def _no_list() -> None:
    raise BadMapping("header: the names of the columns in their order, where the file does not say them itself")


def _rows(reader: Reader, header: Sequence[str], mapping: FieldMap, lines: _Lines) -> Iterator[Row]:
    lines.text()
    found = 0
    for cells in reader:
        number, text = reader.line_num, lines.text()
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            raise FileRefused(f"line {number}: {len(cells)} fields instead of {len(header)}: export it again")
        for cell in cells:
            refuse_hostile(cell, f"line {number}")
        found += 1
        yield _row(number, dict(zip(header, cells, strict=True)), mapping, text)
    if not found:
        raise FileRefused("the file has a header but no rows: nothing is withdrawn by that")


def _row(number: int, given: dict[str, str], mapping: FieldMap, text: str) -> Row:
    try:
        return Row(number, mapping.record(given))
    except RowFault as fault:
        return set_aside(number, fault, text)
