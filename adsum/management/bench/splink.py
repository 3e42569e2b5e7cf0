"""Splink as a yardstick for `adsum bench match`."""

import csv
import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

import orjson

from adsum.records.matching.population import Description

COLUMNS = ("given_names", "surnames", "date_of_birth", "sex", "city", "state", "case_number")
NO_SPLINK = "Splink is not installed: run `uv sync` (it is in the group dev)"


class SplinkFailed(Exception):
    """The yardstick did not run; the message says why."""


def measure_splink(
    folder: Path, people: Sequence[Description], records: Sequence[Description], say: Callable[[str], None]
) -> dict[str, Any]:
    """Its records a second on these people and records; None and how to get it if it is not installed."""
    if find_spec("splink") is None:
        say(NO_SPLINK)
        return {"splink_records_per_second": None, "splink": NO_SPLINK}
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / "people.csv", folder / "records.csv"]
    for path, rows in zip(paths, (people, records), strict=True):
        _write(path, rows)
    say("Splink")
    command = [sys.executable, "-m", "adsum.management.bench.splink_predict", *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SplinkFailed(f"Splink failed ({done.stderr.strip().splitlines()[-1:]}): run `uv sync` and try again")
    figures = orjson.loads(done.stdout[done.stdout.rindex("{") :])
    return {
        "splink_records_per_second": round(len(records) / median(figures["predict_s"]), 1),
        "splink_predict_s": figures["predict_s"],
        "splink_cpu_s": median(figures["cpu_s"]),
        "splink_learn_s": round(figures["learn_s"], 1),
    }


def _write(path: Path, rows: Sequence[Description]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["unique_id", *COLUMNS])
        writer.writerows([row.key, *(getattr(row, column) for column in COLUMNS)] for row in rows)
