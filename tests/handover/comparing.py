"""Two bundles of one person beside each other: numbers replaced by places, so that equal means the same."""

import json
import zipfile
from pathlib import Path
from typing import Any

from adsum.handover.file_queries import BACK, NAMED, Table
from adsum.handover.rules import ABOUT

Row = dict[str, Any]
NATURAL = {
    "fieldoffice": ("code", "name"),
    "staff": ("name", "role"),
    "wave": ("name",),
    "monitor": ("serial",),
    "questiontemplate": ("body", "version"),
    "outsiderecord": ("record_id", "what"),
    "courtdrop": ("digest",),
    "lawrule": ("source",),
}
# What is meant to differ, by table and column, and why.
DIFFERENCES = {
    ("participant", "office_id"): "the new office",
    ("participant", "officer_id"): "chosen by the new office's rule",
    ("representative", "token_hash"): "the link opens nothing any more",
    ("representative", "ends_at"): "the look has ended",
    ("phonechange", "ended_at"): "its code was the old site's",
    ("order", "share_asked_at"): "a sharing window does not travel",
    ("reply", "gateway_id"): "the number of another gateway",
    ("duty", "due_at"): "the end of the day in the new office's zone",
    ("duty", "missed_after"): "the same",
    ("courtstanding", "drop_id"): "the drop of the court never came here",
    ("flag", "about"): "what it is about did not travel",
    ("notice", "about"): "the same",
    ("message", "about"): "the same",
}


def lines(path: Path, name: str) -> list[Row]:
    """The rows of a file of the bundle."""
    with zipfile.ZipFile(path) as folder:
        return [json.loads(line) for line in folder.read(name).splitlines()]


def told(path: Path) -> dict[str, list[Row]]:
    """Every row of every table that is put back, with places instead of numbers."""
    rows = {table.name: lines(path, f"rows/{table.name}.jsonl") for table in BACK}
    places = {name: {row["id"]: f"{name}#{place}" for place, row in enumerate(found)} for name, found in rows.items()}
    for named in NAMED:
        if named.name in NATURAL:
            found = lines(path, f"named/{named.name}.jsonl")
            places[named.name] = {row["id"]: " ".join(str(row[one]) for one in NATURAL[named.name]) for row in found}
    return {table.name: [_turned(table, row, places) for row in rows[table.name]] for table in BACK}


def _turned(table: Table, row: Row, places: dict[str, dict[int, str]]) -> Row:
    turned = {}
    for one in table.model._meta.concrete_fields:
        value = row[one.attname]
        if one.primary_key:
            continue
        if one.remote_field and value is not None:
            value = places.get(one.remote_field.model._meta.model_name or "", {}).get(value, "elsewhere")
        elif one.attname in table.ids:
            value = _inside(table.ids[one.attname], value, places)
        turned[one.attname] = value
    return turned


def _inside(kind: str, value: Any, places: dict[str, dict[int, str]]) -> Any:
    if kind == "staff":
        return [places["staff"][one] for one in value]
    if kind == "keys":
        return {key: places[ABOUT[key]].get(one, one) if key in ABOUT else one for key, one in value.items()}
    return [_about(one, places) for one in value] if kind == "abouts" else _about(value, places)


def _about(about: str, places: dict[str, dict[int, str]]) -> str:
    kind, _, rest = about.partition(":")
    number, *more = rest.split(":", 1)
    place = places.get(ABOUT.get(kind, ""), {}).get(int(number)) if number.isdecimal() else None
    return ":".join([place, *more]) if place else about


def apart(one: Path, other: Path) -> list[str]:
    """Every value that differs though nobody has said that it may."""
    here, there = told(one), told(other)
    found = []
    for table in here:
        if table in ("handing", "takeover", "oldline", "oldrow"):
            continue
        if len(here[table]) != len(there[table]):
            found.append(f"{table}: {len(here[table])} rows, then {len(there[table])}")
            continue
        for place, (mine, theirs) in enumerate(zip(here[table], there[table], strict=True)):
            found += [
                f"{table}#{place}.{column}: {mine[column]!r}, then {theirs[column]!r}"
                for column in mine
                if mine[column] != theirs[column] and (table, column) not in DIFFERENCES
            ]
    return found
