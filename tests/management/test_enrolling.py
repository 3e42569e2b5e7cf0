"""`adsum enrol` as a process: killed anywhere and run again, nobody is lost or doubled; memory does not grow."""

import csv
import gzip
import io
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest

from adsum.management.demo import write_wave
from adsum.management.postgres import ADMIN, LOGIN, embedded_url, running_server
from tests.homes import ready_home

ADSUM = Path(sys.executable).with_name("adsum")
ROWS, KILLS = 6_000, 3
COUNTS = """
SELECT (SELECT count(*) FROM adsum_participant), (SELECT count(DISTINCT case_number) FROM adsum_participant),
    (SELECT count(*) FROM adsum_enrolment), (SELECT count(*) FROM adsum_plan), (SELECT count(*) FROM adsum_duty),
    (SELECT count(*) FROM adsum_order), (SELECT count(*) FROM adsum_address),
    (SELECT count(*) FROM adsum_ledgerline WHERE verb = 'participant.enrolled'),
    (SELECT count(*) FROM adsum_ledgerline WHERE verb = 'order.started')
"""
# All that a list says about people, without ids and moments.
CONTENT = """
SELECT p.case_number, p.given_names, p.surnames, p.date_of_birth, p.language, e.row_number, e.faults, a.street,
    a.faults, o.level, plan.interval_days, d.due_on, f.details,
    (SELECT array_agg(kind || as_given || value ORDER BY kind) FROM adsum_contact WHERE participant_id = p.id)
FROM adsum_participant p JOIN adsum_enrolment e ON e.participant_id = p.id
JOIN adsum_address a ON a.participant_id = p.id JOIN adsum_order o ON o.participant_id = p.id
JOIN adsum_plan plan ON plan.participant_id = p.id JOIN adsum_duty d ON d.plan_id = plan.id
LEFT JOIN adsum_flag f ON f.participant_id = p.id
ORDER BY p.case_number
"""
pytestmark = pytest.mark.xdist_group("commands")


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A running server with an empty database of the present schema: the template of the tests' own."""
    with ready_home("enrol") as home, running_server(home, settings=("fsync=off",)):
        yield home


def environment(home: Path, database: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ADSUM_", "DATABASE_"))}
    return {**kept, "ADSUM_HOME": str(home), "DATABASE_URL": embedded_url(home, database=database)}


def empty_database(home: Path, name: str) -> str:
    with psycopg.connect(embedded_url(home, user=ADMIN, database="postgres"), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")  # this test, told once more
        admin.execute(f"CREATE DATABASE {name} OWNER {LOGIN} TEMPLATE adsum")
    return name


def start(
    home: Path,
    database: str,
    source: str,
    *,
    stdin: int | None = None,
    stdout: int = subprocess.PIPE,
    stderr: int = subprocess.DEVNULL,
) -> "subprocess.Popen[bytes]":
    command = [str(ADSUM), "enrol", source, "--office", "NYC", "--wave", "w", "--json"]
    knows = environment(home, database)
    return subprocess.Popen(command, env=knows, stdin=stdin, stdout=stdout, stderr=stderr)


def enrol(home: Path, database: str, source: str, stdin: bytes | None = None) -> dict[str, Any]:
    with start(home, database, source, stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE) as process:
        said, _ = process.communicate(stdin, timeout=300)
    assert process.returncode == 0
    answer: dict[str, Any] = json.loads(said)
    return answer


def ask(home: Path, database: str, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(embedded_url(home, database=database), autocommit=True) as connection:
        return connection.execute(statement).fetchall()


@pytest.fixture(scope="module")
def text() -> str:
    """A list with faults, and with a shelter whose people stand far apart."""
    text = write_wave(people=ROWS, seed=11, first_day=date(2027, 1, 1))
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    for row in rows[:: ROWS // 7]:
        row["address"], row["unit"] = "455 Jefferson St", ""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


@pytest.fixture(scope="module")
def whole(home: Path, text: str) -> tuple[dict[str, Any], list[tuple[Any, ...]]]:
    """What one run without a stop says, from standard input, and leaves."""
    database = empty_database(home, "whole")
    said = enrol(home, database, "-", gzip.compress(text.encode()))
    return said, ask(home, database, CONTENT)


def test_killed_again_and_again_and_run_to_the_end(
    home: Path, text: str, tmp_path: Path, whole: tuple[dict[str, Any], list[tuple[Any, ...]]]
) -> None:
    path, database, chance = tmp_path / "wave.csv", empty_database(home, "killed"), random.Random(5)
    path.write_text(text, encoding="utf-8", newline="")
    reached: list[int] = []
    for _ in range(KILLS):
        wanted = chance.randrange(ROWS) * (len(reached) + 1) // KILLS
        process = start(home, database, str(path), stdout=subprocess.DEVNULL)
        while process.poll() is None and ask(home, database, "SELECT count(*) FROM adsum_participant")[0][0] < wanted:
            time.sleep(0.01)
        time.sleep(chance.random() / 5)
        process.send_signal(signal.SIGKILL)
        process.wait()
        reached.append(ask(home, database, "SELECT count(*) FROM adsum_participant")[0][0])
    said = enrol(home, database, str(path))
    truth, content = whole
    assert reached[-1] > 0, "no run came as far as people"
    assert said["read"] == said["enrolled"] + said["already"] + said["rejected"] == truth["read"]
    assert said["enrolled"] + said["already"] == truth["enrolled"]
    assert (said["rejected"], said["graded"]) == (truth["rejected"], truth["graded"])
    assert ask(home, database, COUNTS) == [(truth["enrolled"],) * 9]
    assert ask(home, database, CONTENT) == content
    again = enrol(home, database, str(path))
    assert (again["enrolled"], again["already"], again["graded"]) == (0, truth["enrolled"], truth["graded"])
    assert ask(home, database, COUNTS) == [(truth["enrolled"],) * 9]


def test_a_helper_that_is_killed_is_said_and_the_same_again_goes_on(
    home: Path, text: str, tmp_path: Path, whole: tuple[dict[str, Any], list[tuple[Any, ...]]]
) -> None:
    path, database = tmp_path / "wave.csv", empty_database(home, "helpers")
    path.write_text(text, encoding="utf-8", newline="")
    with start(home, database, str(path), stderr=subprocess.PIPE) as process:
        while ask(home, database, "SELECT count(*) FROM adsum_wave") == [(0,)]:
            time.sleep(0.01)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        while not (helpers := children.read_text().split()):
            time.sleep(0.001)
        os.kill(int(helpers[-1]), signal.SIGKILL)
        _, said = process.communicate(timeout=300)
    assert process.returncode == 1
    assert b"one of the processes that shared the work was ended" in said
    assert b"run the same again" in said
    again = enrol(home, database, str(path))
    truth, content = whole
    assert again["enrolled"] + again["already"] == truth["enrolled"]
    assert ask(home, database, CONTENT) == content


def test_what_is_refused_at_its_last_byte_enrols_nobody(home: Path, text: str, tmp_path: Path) -> None:
    path, database = tmp_path / "wave.csv.gz", empty_database(home, "refused")
    too_long = ",".join(["x" * 20_000, *[""] * text.partition("\r\n")[0].count(",")]).encode() + b"\r\n"
    ends = (text.encode()[:-1] + b"\xff", text.encode() + b"a,b\r\n", text.encode() + too_long)
    for broken in (gzip.compress(text.encode())[:-9], *ends):
        path.write_bytes(broken)
        with start(home, database, str(path)) as process:
            assert process.wait(300) == 1
    assert ask(home, database, COUNTS) == [(0,) * 9]
    assert ask(home, database, "SELECT count(*) FROM adsum_fieldoffice") == [(0,)]


def test_memory_does_not_grow_with_the_list(home: Path, tmp_path: Path) -> None:
    """24,000 more rows would be 33 MB if only they were kept; how many batches are under way differs by some MB."""
    path, database, peaks = tmp_path / "wave.csv", empty_database(home, "flat"), []
    for people in (8_000, 32_000):
        path.write_text(write_wave(people=people, seed=3, first_day=date(2027, 1, 1)), encoding="utf-8", newline="")
        peaks.append(enrol(home, database, str(path))["peak_mb"])
    assert peaks[1] < peaks[0] + 20, f"{peaks} MB"
