"""`adsum exchange court`, as an operator types it."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError

from adsum.management.commands.exchange import Command
from tests.exchange.court_days import CourtDays

pytestmark = pytest.mark.django_db


def run(*words: str) -> Any:
    """What the command answers as JSON."""
    out = StringIO()
    command = Command(stdout=out)
    command.needs_schema = False
    options = vars(command.create_parser("adsum", "exchange").parse_args(["court", *words, "--json"]))
    command.handle(**options)
    return json.loads(out.getvalue())


def test_load_and_states(tmp_path: Path) -> None:
    days = CourtDays(tmp_path, cases=30, days=2, seed=2, broken=0)
    days.write()
    answer = run("load", str(tmp_path))
    assert {key: answer[key] for key in ("cases", "set_aside", "drops", "already")} == {
        "cases": answer["hearings"],
        "set_aside": 0,
        "drops": 3,
        "already": 0,
    }
    assert answer["cases"] == answer["proceedings"] > 30
    out = tmp_path / "states.csv"
    assert run("states", "--out", str(out))["cases"] == 30
    header, *lines = out.read_text().splitlines()
    assert header == "case_number,state"
    assert dict(line.split(",") for line in lines) == days.truth[-1]


def test_what_is_wrong_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="has no files of the court"):
        run("load", str(tmp_path))
    with pytest.raises(CommandError, match="Name a file in a folder"):
        run("states", "--out", str(tmp_path / "gone" / "states.csv"))
