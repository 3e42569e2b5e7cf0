"""The import contracts are kept, and each of them bites: one bad import, in a copy of the house, breaks it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.shape.laws.source import ROOT, contracts

STACK, FILES, PURE, DOORS, MODELS, PEERS = (contract["name"] for contract in contracts())
VIEWS, QUERIES, RULES = "adsum/portal/views.py", "adsum/people/queries.py", "adsum/people/rules.py"


def broken_contracts(house: Path) -> set[str]:
    """What import-linter finds broken there; fails when it says nothing about some contract."""
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [program, "--no-cache", "--no-logo"],
        cwd=house,
        env={**os.environ, "COLUMNS": "400"},
        capture_output=True,
        text=True,
    )
    said = dict(re.findall(r"^(.+?) ?(KEPT|BROKEN)(?: \(\d+ ignored imports?\))?$", done.stdout, re.MULTILINE))
    assert set(said) == {contract["name"] for contract in contracts()}, done.stdout + done.stderr
    broken = {name for name, answer in said.items() if answer == "BROKEN"}
    assert bool(broken) == bool(done.returncode)
    return broken


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the source, without anything else."""
    copy = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "pyproject.toml", copy)
    for path in (path for folder in ("adsum", "peers") for path in (ROOT / folder).rglob("*.py")):
        target = copy / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    return copy


def test_the_contracts_are_kept() -> None:
    assert broken_contracts(ROOT) == set()


@pytest.mark.parametrize(
    ("file", "line", "broken"),
    [
        ("adsum/people/policy.py", "", set()),
        ("adsum/people/policy.py", "import adsum.checkins.policy", {STACK}),
        ("adsum/portal/reading.py", "import adsum.console.urls", {STACK}),
        ("adsum/stray/__init__.py", "", {STACK}),
        (QUERIES, "import adsum.people.actions", {FILES}),
        (RULES, "import adsum.people.models", {FILES, PURE}),
        (RULES, "import django.utils.timezone", {PURE}),
        ("adsum/core/text.py", "import psycopg", {PURE}),
        (VIEWS, "import adsum.people.models", {DOORS}),
        (VIEWS, "def late() -> None:\n    from adsum.people.models import Device", {DOORS}),
        (VIEWS, "if TYPE_CHECKING:\n    from adsum.people.models import Device", set()),
        ("adsum/wsgi.py", "import adsum.models", {MODELS}),
        ("adsum/management/jobs.py", "import peers.legacy_tracker.rows", {PEERS}),
        ("peers/legacy_tracker/rows.py", "import adsum.core.text", {PEERS}),
    ],
)
def test_one_bad_import_is_caught(house: Path, file: str, line: str, broken: set[str]) -> None:
    path = house / file
    before = path.read_text() if path.exists() else None
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"{before or ''}\n{line}\n")
    try:
        assert broken_contracts(house) == broken
    finally:
        _restore(path, before)


def _restore(path: Path, before: str | None) -> None:
    if before is None:
        shutil.rmtree(path.parent)
    else:
        path.write_text(before)
