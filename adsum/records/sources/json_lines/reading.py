"""JSON objects become rows: from a file with one in each line, or from a list that was pushed or answered."""

import json
from collections.abc import Iterator, Mapping
from typing import IO, Any

from adsum.records.sources.mapping import FieldMap, read_mapping, refuse_strange
from adsum.records.sources.rows import FileRefused, Row, RowFault, Settings, read_lines, refuse_hostile, set_aside

PLAIN = (str, int, float, bool)


def check(settings: Settings) -> None:
    """Raises BadMapping where a source's settings cannot be used."""
    refuse_strange(settings, frozenset())
    read_mapping(settings)


def read(file: IO[bytes], settings: Settings) -> Iterator[Row]:
    """Every row of the file, in order; lines without anything are passed over. Raises FileRefused."""
    mapping, found = read_mapping(settings), 0
    for number, line in enumerate(read_lines(file), 1):
        if not line.strip():
            continue
        row = _row_of_line(number, line.strip(), mapping)
        if not found and row.record is None and not line.lstrip().startswith("{"):
            raise FileRefused(f"line {number}: no JSON object; this file is no JSON lines: export it again")
        found += 1
        yield row
    if not found:
        raise FileRefused("the file is empty: nothing is withdrawn by that; export it again")


def read_objects(said: list[Any], settings: Settings) -> list[Row]:
    """The same for objects that came in one message, each with its place in it. Raises FileRefused."""
    mapping = read_mapping(settings)
    return [_row(number, one, mapping, json.dumps(one)) for number, one in enumerate(said, 1)]


def _row_of_line(number: int, line: str, mapping: FieldMap) -> Row:
    try:
        return _row(number, json.loads(line), mapping, line)
    except (ValueError, RecursionError) as error:
        return set_aside(number, RowFault(f"no JSON ({type(error).__name__})"), line)


def _row(number: int, said: object, mapping: FieldMap, text: str) -> Row:
    try:
        if not isinstance(said, Mapping):
            raise RowFault("no JSON object")
        return Row(number, mapping.record({name: _text(said.get(name), name, number) for name in mapping.theirs}))
    except RowFault as fault:
        return set_aside(number, fault, text)


def _text(value: object, name: str, number: int) -> str:
    if value is None:
        return ""
    if not isinstance(value, PLAIN):
        raise RowFault(f"{name} is no text")
    text = str(value)
    refuse_hostile(text, f"row {number}")
    return text
