"""The benchmarks measure what they say, on a small scale; and a rush loses nobody."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.homes import ready_home
from tests.stories.conftest import ADSUM, environment, free_port


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with ready_home("bench", inside="bench") as home:
        yield home


def bench(home: Path, *arguments: str) -> dict[str, Any]:
    command = [str(ADSUM), "bench", *arguments, "--people", "1500", "--json"]
    done = subprocess.run(command, env=environment(home, free_port()), capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def test_check_ins_are_measured_beside_their_limit(home: Path) -> None:
    figures = bench(home, "checkins", "--rounds", "1", "--seconds", "1.5", "--clients", "2", "8")
    rates = ("limit_tps", "http_json_rps", "http_form_rps", "ratio_json", "ratio_form")
    assert [key for key in (*rates, "p50_ms", "p99_ms", "memory_mb") if not figures[key] > 0] == []
    assert figures["ratio_json"] == round(figures["http_json_rps"] / figures["limit_tps"], 3)
    assert [row["clients"] for row in figures["by_clients"]] == [2, 8]
    assert figures["failed"] == {}


def test_a_rush_loses_nobody_and_officers_get_through(home: Path) -> None:
    figures = bench(home, "rush", "--seconds", "4")
    assert figures["lost"] == 0
    assert figures["accepted"] > 0
    assert figures["shed"] > 0
    assert figures["other_answers"] == {}
    assert figures["officer"]["failed"] == figures["health"]["failed"] == 0
    assert figures["recovery_s"] <= 10


@pytest.mark.parametrize("wrong", [("--people", "10"), ("--rounds", "0"), ("--clients", "0")])
def test_what_cannot_be_measured_is_said(home: Path, wrong: tuple[str, str]) -> None:
    command = [str(ADSUM), "bench", "checkins", *wrong]
    done = subprocess.run(command, env=environment(home, free_port()), capture_output=True, text=True)
    assert done.returncode != 0
    assert "give at least" in done.stderr
