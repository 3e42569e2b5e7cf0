"""`adsum records load` killed by `kill -9` in the middle of 10,000 records: each is processed once."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from adsum.management.postgres import embedded_url, running_server
from tests.homes import ready_home

ADSUM = Path(sys.executable).with_name("adsum")
RECORDS, POISON, KILLS = 10_000, 100, 2
COUNTS = """
SELECT (SELECT count(*) FROM adsum_outsiderecord), (SELECT count(DISTINCT record_id) FROM adsum_outsiderecord),
    (SELECT count(*) FROM adsum_recordversion), (SELECT count(*) FROM adsum_setaside),
    (SELECT count(*) FROM adsum_delivery)
"""
pytestmark = pytest.mark.xdist_group("commands")


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with ready_home("records") as home, running_server(home, settings=("fsync=off",)):
        yield home


def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ADSUM_", "DATABASE_"))}
    return {**kept, "ADSUM_HOME": str(home), "DATABASE_URL": embedded_url(home)}


def run(home: Path, *arguments: str) -> dict[str, Any]:
    done = subprocess.run(
        [ADSUM, "records", *arguments, "--json"], env=environment(home), check=True, timeout=300, stdout=subprocess.PIPE
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def ask(home: Path, statement: str) -> tuple[Any, ...]:
    with psycopg.connect(embedded_url(home), autocommit=True) as connection:
        return connection.execute(statement).fetchall()[0]


def row(number: int) -> str:
    kind = "arrest" if number % (RECORDS // POISON) else "no-kind"
    return json.dumps({"record_id": f"R-{number}", "version": 1, "kind": kind, "surnames": f"Lopez {number}"})


def test_killed_again_and_again_each_record_is_processed_once(home: Path, tmp_path: Path) -> None:
    described, delivery = tmp_path / "source.json", tmp_path / "today.jsonl"
    source = {"code": "ny", "title": "NY", "agency": "NY", "adapter": "json_lines"}
    covers = {"states": ["NY"], "kinds": ["arrest"], "covers_since": "2019-01-01"}
    described.write_text(json.dumps(source | covers))
    delivery.write_text("\n".join(map(row, range(RECORDS))))
    run(home, "source", "add", str(described))
    reached: list[int] = []
    for part in range(1, KILLS + 1):
        command = [str(ADSUM), "records", "load", str(delivery), "--source", "ny"]
        reader = subprocess.Popen(command, env=environment(home), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while reader.poll() is None and ask(home, COUNTS)[0] < part * RECORDS // (KILLS + 2):
            time.sleep(0.01)
        reader.send_signal(signal.SIGKILL)
        assert reader.wait() == -signal.SIGKILL, "it was over before it was killed"
        reached.append(ask(home, COUNTS)[0])
    assert 0 < reached[0] < reached[-1] < RECORDS - POISON
    said = run(home, "load", str(delivery), "--source", "ny")
    whole = RECORDS - POISON
    assert (said["rows"], said["fresh"], said["changed"], said["known"], said["aside"]) == (
        RECORDS,
        whole,
        0,
        0,
        POISON,
    )
    assert ask(home, COUNTS) == (whole, whole, whole, POISON, 1)
    assert run(home, "load", str(delivery), "--source", "ny")["read_before"] is True
    assert ask(home, COUNTS) == (whole, whole, whole, POISON, 1)
