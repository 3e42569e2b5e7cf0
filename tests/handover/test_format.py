"""The page about the format is made from the tables, and what is written fits it."""

import zipfile
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.shape.laws.source import ROOT
from tools.bundle_schema import bundle_schema

PAGE = ROOT / "docs" / "person-bundle.schema.json"
TYPES = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list, "null": type(None)}


def test_the_schema_is_made_from_the_tables() -> None:
    assert PAGE.read_text() == bundle_schema()


@pytest.mark.django_db
def test_every_line_of_a_bundle_fits_the_schema(bundle: Path) -> None:
    schema = orjson.loads(PAGE.read_bytes())["$defs"]
    with zipfile.ZipFile(bundle) as folder:
        names = {name for name in folder.namelist() if name.endswith((".jsonl", ".json"))}
        assert names == set(schema)
        wrong = {
            f"{name}: {fault}"
            for name in names
            for value in _values(folder.read(name), name)
            for fault in _faults(value, schema[name])
        }
    assert wrong == set()


def _values(content: bytes, name: str) -> list[Any]:
    return [orjson.loads(line) for line in content.splitlines()] if name.endswith("jsonl") else [orjson.loads(content)]


def _faults(value: Any, schema: dict[str, Any]) -> list[str]:
    if schema.get("type") == "array" and isinstance(value, list):
        return [fault for one in value for fault in _faults(one, schema["items"])]
    if set(value) != set(schema["required"]):
        return [f"has {sorted(set(value) ^ set(schema['required']))}"]
    return [key for key, one in value.items() if not _fits(one, schema["properties"][key])]


def _fits(value: Any, schema: dict[str, Any]) -> bool:
    given = schema.get("type", [])
    kinds = [given] if isinstance(given, str) else given
    return not kinds or any(isinstance(value, TYPES[kind]) for kind in kinds)  # type: ignore[arg-type]
