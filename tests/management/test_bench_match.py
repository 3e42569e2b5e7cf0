"""`adsum bench match` names its figures, and its ratio is of the same run; Splink itself is too slow for a test."""

import json
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from adsum.management.bench import match, match_waits, splink

NAMED = {"batch_records_per_second", "online_p50_ms", "online_p99_ms", "splink_records_per_second"}


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: SimpleNamespace) -> None:
    settings.HOME = tmp_path
    monkeypatch.setattr(match, "RECORDS", 120)
    monkeypatch.setattr(match_waits, "ONE_BY_ONE", 20)


def _answers(monkeypatch: pytest.MonkeyPatch, *, code: int, out: str = "", err: str = "") -> list[list[str]]:
    asked: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        asked.append(command)
        return subprocess.CompletedProcess(command, code, out, err)

    monkeypatch.setattr(subprocess, "run", run)
    return asked


def test_its_figures_stand_beside_splinks(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    said = 'a warning {"learn_s": 9.0, "predict_s": [0.5, 0.4, 3.0], "cpu_s": [0.5, 0.4, 3.0], "found": 1}'
    asked = _answers(monkeypatch, code=0, out=said)
    call_command("bench", "match", "--people", "1000", "--json")
    figures = json.loads(capsys.readouterr().out)
    assert figures.keys() >= NAMED
    assert figures["splink_records_per_second"] == 120 / 0.5
    assert figures["batch_times_splink"] == pytest.approx(figures["batch_records_per_second"] / 240, abs=0.01)
    assert 0 < figures["online_p50_ms"] <= figures["online_p99_ms"]
    people, records = (Path(path).read_text().splitlines() for path in asked[0][-2:])
    assert (len(people), len(records), len(figures["batch_s"])) == (1_001, 121, match.ROUNDS)


def test_without_splink_it_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(splink, "find_spec", lambda _: None)
    call_command("bench", "match", "--people", "1000", "--json")
    figures = json.loads(capsys.readouterr().out)
    assert figures.keys() >= NAMED and figures["batch_times_splink"] is None
    assert "uv sync" in figures["splink"]


def test_a_splink_that_fails_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    _answers(monkeypatch, code=1, err="no such column")
    with pytest.raises(CommandError, match="no such column"):
        call_command("bench", "match", "--people", "1000", "--json")
    with pytest.raises(CommandError, match="1,000 people"):
        call_command("bench", "match", "--people", "999")
