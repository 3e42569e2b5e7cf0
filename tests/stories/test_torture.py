"""Tortured for a short time, nothing is lost; and what is spoilt on purpose is found, or the torture proves nothing."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adsum.management.instruments.leftovers import processes_of
from adsum.management.instruments.service import ADSUM, environment_of
from tests.homes import empty_home


@pytest.fixture
def home() -> Iterator[Path]:
    with empty_home("torture") as home:
        yield home
        service = home / "torture" / "service"
        assert not os.path.ismount(service)
        assert processes_of(service) == []


def torture(home: Path, *arguments: str) -> tuple[int, dict[str, Any], str]:
    command = [ADSUM, "torture", *arguments, "--json"]
    done = subprocess.run(command, env=environment_of(home, 0), capture_output=True, text=True)
    return done.returncode, json.loads(done.stdout), done.stderr


def test_nothing_acknowledged_is_lost(home: Path) -> None:
    status, found, said = torture(home, "--seconds", "100", "--faults", "30")
    assert status == 0, said
    assert sum(found["faults"].values()) >= 25
    assert (found["lost"], found["doubled"], found["undelivered"], found["ledger_ok"]) == (0, 0, 0, True)
    assert found["acknowledged"] > 100
    assert found["kills"] > 5
    assert found["recovery_median_s"] <= 3


@pytest.mark.parametrize(
    ("defect", "figure"), [("async-commit", "lost"), ("no-idempotency", "doubled"), ("dual-write", "undelivered")]
)
def test_what_is_spoilt_on_purpose_is_found(home: Path, defect: str, figure: str) -> None:
    status, found, said = torture(home, "--seconds", "20", "--faults", "6", "--seeded", defect)
    assert found[figure] > 0, said
    assert status == 1
    assert said.splitlines()[-1].startswith("adsum torture: ")
