"""A file of what devices told, a row each: serial, at; latitude, longitude, accuracy_m; alert; battery, charging."""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any

from adsum.monitors.rules import AlertKind, Heard
from adsum.monitors.sources.values import ValueFault, read_moment, read_percent, read_serial, read_spot
from adsum.records.sources.rows import FileRefused, read_lines

NEEDED = frozenset({"serial", "at"})
TRUTHS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True)
class ToldRow:
    """A row as a person counts it, and what the device told; or why it cannot be read."""

    number: int
    heard: Heard | None
    fault: str = ""


def read_told(file: IO[bytes], *, is_csv: bool) -> Iterator[ToldRow]:
    """Every row of the file in order. Raises FileRefused where the file as a whole is no such file."""
    lines = read_lines(file)
    yield from _read_csv(lines) if is_csv else _read_json(lines)


def _read_csv(lines: Iterator[str]) -> Iterator[ToldRow]:
    reader = csv.DictReader(lines, strict=True)
    try:
        if lacking := NEEDED - set(reader.fieldnames or ()):
            raise FileRefused(f"line 1: the header lacks {', '.join(sorted(lacking))}")
        for row in reader:
            yield _row(reader.line_num, row)
    except csv.Error as error:
        raise FileRefused(f"line {reader.line_num}: {error}; the file is cut or damaged") from error


def _read_json(lines: Iterator[str]) -> Iterator[ToldRow]:
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield _row(number, json.loads(line))
            except (ValueError, RecursionError):
                yield ToldRow(number, None, "no JSON")


def _row(number: int, said: object) -> ToldRow:
    try:
        if not isinstance(said, Mapping):
            raise ValueFault("no JSON object")
        return ToldRow(number, _heard(said))
    except ValueFault as fault:
        return ToldRow(number, None, str(fault))


def _heard(said: Mapping[str, Any]) -> Heard:
    place, alert = (said.get("latitude"), said.get("longitude")), said.get("alert")
    if alert not in (None, "", *AlertKind):
        raise ValueFault(f"no alert of {', '.join(AlertKind)}")
    spot = None if all(part in (None, "") for part in place) else read_spot(*place, said.get("accuracy_m"))
    return Heard(
        serial=read_serial(said.get("serial")),
        at=read_moment(said.get("at")),
        spot=spot,
        alert=AlertKind(alert) if alert else None,
        battery_percent=read_percent(said.get("battery")),
        is_charging=TRUTHS.get(str(said.get("charging", "")).lower()),
    )
