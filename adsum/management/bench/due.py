"""`adsum bench due`: the day's duties, reminders and sweep, beside the bare statements on the same rows.

The rounds run in a process of their own, whose memory is the figure, in a copy of the crowd's database.
"""

import json
import statistics
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from adsum.management.bench.due_rounds import Rounds
from adsum.management.instruments.service import ADSUM, NotStarted, environment_of, free_port
from adsum.management.postgres import ADMIN, embedded_url, running_server

COPY = "bench_due"
HISTORY_DAYS = 28


def measure_due(home: Path, *, people: int, rounds: int, say: Callable[[str], None]) -> dict[str, Any]:
    """The whole benchmark. Ratios are medians over the rounds, each beside the limit of the same round."""
    folder = home / "bench-due" / str(people)
    environment = environment_of(folder, free_port())
    with running_server(folder):
        _fill(environment, people, say)
        with _copied(folder, say):
            there = environment | {"DATABASE_URL": embedded_url(folder, database=COPY)}
            found = _command(there, "bench", "due", "--rounds", str(rounds), "--inside")
    return summarize(Rounds(**found))


def summarize(rounds: Rounds) -> dict[str, Any]:
    """The figures: medians over the rounds."""
    times = ("make_s", "make_limit_s", "make_insert_s", "remind_s", "sweep_s", "sweep_limit_s")
    cpu = ("make_cpu_s", "make_limit_cpu_s", "sweep_cpu_s", "sweep_limit_cpu_s")
    counts = ("made", "reminded", "swept")
    return {
        **{name: round(statistics.median(getattr(rounds, name)), 3) for name in times},
        "ratio_make": _ratio(rounds.make_s, rounds.make_limit_s),
        "ratio_sweep": _ratio(rounds.sweep_s, rounds.sweep_limit_s),
        "ratio_make_cpu": _ratio(rounds.make_cpu_s, rounds.make_limit_cpu_s),
        "ratio_sweep_cpu": _ratio(rounds.sweep_cpu_s, rounds.sweep_limit_cpu_s),
        "peak_mb": rounds.peak_mb,
        **{name: round(statistics.median(getattr(rounds, name))) for name in counts},
        "days": rounds.days,
        "rounds": {name: [round(value, 3) for value in getattr(rounds, name)] for name in (*times, *cpu)},
    }


def _ratio(ours: list[float], limit: list[float]) -> float:
    return round(statistics.median(one / bare for one, bare in zip(ours, limit, strict=True)), 2)


def _fill(environment: dict[str, str], people: int, say: Callable[[str], None]) -> None:
    known = _command(environment, "people", "count")["participants"]
    if known != people:
        say(f"making {people:,} people; the next run finds them there")
        _command(environment, "demo", "--people", str(people), "--history-days", str(HISTORY_DAYS))


def _command(environment: dict[str, str], *arguments: str) -> dict[str, Any]:
    done = subprocess.run([ADSUM, *arguments, "--json"], env=environment, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise NotStarted(f"adsum {arguments[0]} has failed; what it said is above")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@contextmanager
def _copied(folder: Path, say: Callable[[str], None]) -> Iterator[None]:
    """A copy of the crowd's database: each run begins with the same rows."""
    with psycopg.connect(embedded_url(folder, user=ADMIN, database="postgres"), autocommit=True) as admin:
        say("copying the database")
        admin.execute(f"DROP DATABASE IF EXISTS {COPY} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {COPY} TEMPLATE adsum OWNER adsum STRATEGY FILE_COPY")
        try:
            yield
        finally:
            admin.execute(f"DROP DATABASE {COPY} WITH (FORCE)")
