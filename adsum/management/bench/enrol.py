"""`adsum bench enrol`: a made-up list with faults by the real command, beside a bare COPY of the same rows.

Each round has an empty database of its own; the command is a process of its own, whose memory is the figure.
"""

import json
import os
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg

from adsum.enrolment.rules import COLUMNS
from adsum.management.demo import OFFICE, write_wave
from adsum.management.instruments.service import ADSUM, NotStarted, environment_of, free_port
from adsum.management.postgres import ADMIN, LOGIN, embedded_url, running_server

DATABASE = "bench_enrol"
SEED = 7
TABLE = f"CREATE TABLE bench_row ({', '.join(f'{column} text' for column in COLUMNS)})"
COPY = "COPY bench_row FROM STDIN WITH (FORMAT csv, HEADER)"


@dataclass(frozen=True)
class Round:
    """What one round took. `cpu_s` is processor time: of the command with its start, and of the database for it."""

    read: int
    seconds: float
    copy_s: float
    cpu_s: float
    database_cpu_s: float
    peak_mb: float


def measure_enrolling(home: Path, *, rows: int, rounds: int, say: Callable[[str], None]) -> dict[str, Any]:
    """The whole benchmark. The ratio is the median over the rounds, each beside the COPY of the same round."""
    folder = home / "bench-enrol"
    environment = environment_of(folder, free_port())
    with running_server(folder):
        subprocess.run([ADSUM, "people", "count", "--json"], env=environment, stdout=subprocess.PIPE, check=True)
        path = folder / "rows.csv"
        say(f"making {rows:,} rows up")
        people = rows - rows // 501  # a five hundredth of the people stand in it twice
        text = write_wave(people=people, seed=SEED, first_day=date.today() + timedelta(days=2))  # noqa: DTZ011
        path.write_text(text, encoding="utf-8", newline="")
        found = []
        for number in range(1, rounds + 1):
            found.append(_round(folder, environment, path))
            say(f"round {number} of {rounds}: {found[-1]}")
    return summarize(found)


def summarize(rounds: list[Round]) -> dict[str, Any]:
    """The figures: medians over the rounds, but the highest peak."""
    rates = [one.read / one.seconds for one in rounds]
    copy_rates = [one.read / one.copy_s for one in rounds]
    return {
        "read": rounds[0].read,
        "rows_per_second": round(statistics.median(rates)),
        "copy_rows_per_second": round(statistics.median(copy_rates)),
        "ratio": round(statistics.median(ours / bare for ours, bare in zip(rates, copy_rates, strict=True)), 4),
        "peak_mb": max(one.peak_mb for one in rounds),
        "cpu_us_per_row": round(statistics.median(1e6 * one.cpu_s / one.read for one in rounds)),
        "database_cpu_us_per_row": round(statistics.median(1e6 * one.database_cpu_s / one.read for one in rounds)),
        "rounds": {
            "rows_per_second": [round(rate) for rate in rates],
            "copy_rows_per_second": [round(rate) for rate in copy_rates],
        },
    }


def _round(folder: Path, environment: dict[str, str], path: Path) -> Round:
    with _empty_database(folder):
        url = embedded_url(folder, database=DATABASE)
        before = _database_cpu_s(folder)
        command = [ADSUM, "enrol", str(path), "--office", OFFICE, "--wave", "bench", "--json"]
        process = subprocess.Popen(command, env=environment | {"DATABASE_URL": url}, stdout=subprocess.PIPE)
        assert process.stdout is not None
        said = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        if status:
            raise NotStarted("adsum enrol has failed; what it said is above")
        answer = json.loads(said)
        time.sleep(0.5)  # until the database has counted what its ended processes took
        database_cpu_s = _database_cpu_s(folder) - before
        cpu_s = used.ru_utime + used.ru_stime
        return Round(answer["read"], answer["seconds"], _copy_bare(url, path), cpu_s, database_cpu_s, answer["peak_mb"])


def _copy_bare(url: str, path: Path) -> float:
    with psycopg.connect(url) as connection:
        connection.execute(TABLE)
        connection.commit()
        began = time.perf_counter()
        with path.open("rb") as file, connection.cursor().copy(COPY) as copy:
            file.read(len("\ufeff".encode()))
            while block := file.read(1 << 18):
                copy.write(block)
        connection.commit()
        return time.perf_counter() - began


def _database_cpu_s(folder: Path) -> float:
    """Processor time of the database's processes that have ended: those of a command that has ended are among them."""
    postmaster = (folder / "postgres" / "postmaster.pid").read_text().split()[0]
    fields = Path(f"/proc/{postmaster}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def _empty_database(folder: Path) -> Iterator[None]:
    with psycopg.connect(embedded_url(folder, user=ADMIN, database="postgres"), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {DATABASE} TEMPLATE adsum OWNER {LOGIN}")
        try:
            yield
        finally:
            admin.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")
