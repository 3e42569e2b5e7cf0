"""What a bundle holds."""

import json
import zipfile
from pathlib import Path

import pytest

from adsum.handover.file_queries import TABLES

pytestmark = pytest.mark.django_db


def rows_in(path: Path, name: str) -> list[dict[str, object]]:
    with zipfile.ZipFile(path) as folder:
        return [json.loads(line) for line in folder.read(name).splitlines()]


def test_a_rich_life_stands_in_every_table(bundle: Path) -> None:
    chapters = {"takeover", "oldline", "oldrow"}
    empty = {one.name for one in TABLES.values() if not rows_in(bundle, f"{one.goes}/{one.name}.jsonl")}
    assert empty == chapters


def test_no_secret_travels(bundle: Path) -> None:
    with zipfile.ZipFile(bundle) as folder:
        assert [name for name in folder.namelist() if b"SECRET-" in folder.read(name)] == []
