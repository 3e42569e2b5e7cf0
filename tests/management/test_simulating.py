"""`adsum policy simulate`, as an operator runs it."""

import csv
import json
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from adsum.management import simulating
from adsum.management.commands import policy
from adsum.people.models import Participant
from tests.checkins.test_simulation import SINCE, UNTIL, _plan, _send

pytestmark = pytest.mark.django_db
DAYS = {"since": SINCE.isoformat(), "until": UNTIL.isoformat()}


@pytest.fixture(autouse=True)
def _schema_is_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "prepare_schema", lambda: None)


@pytest.fixture
def knobs(tmp_path: Path) -> Path:
    path = tmp_path / "shorter.json"
    path.write_text('{"checkins": {"grace_hours": 0}}')
    return path


def test_a_file_is_tried_and_the_table_saved(person: Participant, knobs: Path, tmp_path: Path) -> None:
    duty = _plan(person)
    _send(person, duty.due_at + timedelta(hours=3))
    said, table = StringIO(), tmp_path / "out.csv"
    call_command("policy", "simulate", str(knobs), csv=str(table), json=True, stdout=said, **DAYS)
    answer = json.loads(said.getvalue())
    assert answer["check_ins"]["current"]["missed"] == 0
    assert answer["check_ins"]["proposed"]["missed"] == answer["newly_missed"] == 1
    assert answer["differences"] == []
    rows = list(csv.DictReader(table.open()))
    assert {row["group_by"] for row in rows} == {"all", "language", "device", "office", "level"}
    assert next(row["group"] for row in rows if row["group_by"] == "office") == "NYC"


def test_people_read_a_table(person: Participant, knobs: Path) -> None:
    _plan(person)
    said = StringIO()
    call_command("policy", "simulate", str(knobs), stdout=said, **DAYS)
    assert "Marked missed" in said.getvalue()
    assert "what happened  rules of today       proposed" in said.getvalue()


def test_what_cannot_be_done_is_said_in_one_line(knobs: Path, tmp_path: Path) -> None:
    no_json = tmp_path / "x.json"
    no_json.write_text("{")
    for subject, days, says in (
        (str(no_json), DAYS, "is no JSON"),
        (str(tmp_path / "none"), DAYS, "cannot be read"),
        ("999", DAYS, "no version 999"),
        (str(knobs), {**DAYS, "since": "May"}, "--from May"),
        (None, DAYS, "name a file"),
    ):
        with pytest.raises(CommandError, match=says):
            call_command("policy", "simulate", *([subject] if subject else []), **days)
    with pytest.raises(CommandError, match="cannot be written"):
        simulating.simulate_policy(subject=str(knobs), **DAYS, csv_file=str(tmp_path))
