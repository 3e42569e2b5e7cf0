"""The torture: clients at work on a real service, one fault after the other, and a comparison in the end."""

import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import psycopg

from adsum.management.instruments.browser import Line
from adsum.management.instruments.clients import Clients
from adsum.management.instruments.collecting import Comparison, compare_all, wait_until_drained
from adsum.management.instruments.consumer import SECRET, Consumer
from adsum.management.instruments.disk import small_disk
from adsum.management.instruments.faults import FAULTS, ON_A_SMALL_DISK, Victim
from adsum.management.instruments.figures import Toll, figures_of
from adsum.management.instruments.leftovers import processes_of
from adsum.management.instruments.power import power_cuts
from adsum.management.instruments.record import Record
from adsum.management.instruments.seeded import FIND_WITH, IN_THE_WEB, spoil_database
from adsum.management.instruments.service import (
    Service,
    environment_of,
    free_port,
    launch,
    start_service,
)
from adsum.management.postgres import ADMIN, embedded_url

DEMO_PEOPLE = 60
PATIENCE_SECONDS = 60.0
WARM_SECONDS = 2.0


@dataclass(frozen=True)
class Plan:
    """How long, how many faults at most, with which chance, and with which seeded defect."""

    seconds: float
    faults: int
    seed: int
    defect: str = ""
    power_cuts: int = 0


def torture(folder: Path, plan: Plan) -> dict[str, Any]:
    """Start a service of its own, torture it, compare, and leave nothing behind; returns the figures."""
    started, home, toll = time.monotonic(), folder / "service", Toll()
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    with (
        small_disk(home) as is_small,
        closing(Consumer(_fresh(folder / "told.jsonl"))) as consumer,
        closing(Record(_fresh(folder / "record.jsonl"))) as record,
    ):
        with _ended(start(home, consumer, free_port(), defect=plan.defect), folder) as service:
            victim = Victim(service, consumer, Line(_chance(plan.seed + 1)), _chance(plan.seed))
            _harm(victim, record, toll, plan, _names(plan.defect, is_small))
            compared = _compare(service, record, consumer)
        answer = figures_of(compared, record, toll)
        answer["left_behind"] = len(processes_of(home))
    answer["power_cut"] = power_cuts(folder, cuts=plan.power_cuts, seed=plan.seed, start=start)
    return {**answer, "seconds": round(time.monotonic() - started, 1)}


def start(home: Path, consumer: Consumer, port: int, *, defect: str = "") -> Service:
    """A service whose facts go to this consumer; with a defect, one that is spoilt."""
    listener = {"ADSUM_WEBHOOK_URL": consumer.url, "ADSUM_WEBHOOK_SECRET": SECRET}
    if defect in IN_THE_WEB:
        spoilt = [sys.executable, "-m", "adsum.management.instruments.seeded", defect, "run", "--json"]
        command = [*spoilt, "--port", str(port), "--people", str(DEMO_PEOPLE)]
        service = launch(home, port, command, environment_of(home, port) | listener)
    else:
        service = start_service(home, port=port, people=DEMO_PEOPLE, environment=listener)
    _keep_log_small(home)
    return service


def _keep_log_small(home: Path) -> None:
    """The database's log of changes must not fill the small disk by itself."""
    with psycopg.connect(embedded_url(home, user=ADMIN, database="postgres"), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET max_wal_size = '128MB'")
        connection.execute("SELECT pg_reload_conf()")


@contextmanager
def _ended(service: Service, folder: Path) -> Iterator[Service]:
    """The service is stopped in any case, and what it has said is kept."""
    try:
        yield service
    finally:
        service.stop()
        for name in ("run.log", "postgres.log"):
            with suppress(OSError):
                shutil.copyfile(service.home / name, folder / name)


def _harm(victim: Victim, record: Record, toll: Toll, plan: Plan, names: list[str]) -> None:
    clients = Clients(victim.service, record, victim.line, plan.seed)
    clients.start()
    record.seconds_to_success(time.monotonic(), patience=PATIENCE_SECONDS)
    if plan.defect == "async-commit":
        time.sleep(WARM_SECONDS)
        spoil_database(victim.service)
        time.sleep(WARM_SECONDS)
    deadline = time.monotonic() + plan.seconds
    try:
        for number, name in zip(range(1, plan.faults + 1), _shuffled(names, victim.random), strict=False):
            if time.monotonic() > deadline:
                break
            _strike(number, name, victim, record, toll)
            if number % 3 == 0:
                clients.let_one_in()
    finally:
        clients.finish()


def _strike(number: int, name: str, victim: Victim, record: Record, toll: Toll) -> None:
    time.sleep(victim.random.uniform(0.1, 0.6))
    FAULTS[name](victim)
    took = record.seconds_to_success(time.monotonic(), patience=PATIENCE_SECONDS)
    toll.add(name, PATIENCE_SECONDS if took is None else took)
    toll.never_back += took is None
    sys.stderr.write(f"{number:>4}  {name:<22} {'never back' if took is None else f'back after {took:.2f} s'}\n")


def _names(defect: str, is_small: bool) -> list[str]:
    if not is_small:
        sys.stderr.write("The disk is not filled: only root can mount a small one.\n")
    return [name for name in FIND_WITH.get(defect, tuple(FAULTS)) if is_small or name not in ON_A_SMALL_DISK]


def _shuffled(names: list[str], random: Random) -> Iterator[str]:
    """All of them, over and over, each time in another order."""
    while True:
        yield from random.sample(names, len(names))


def _compare(service: Service, record: Record, consumer: Consumer) -> Comparison:
    wait_until_drained(service)
    return compare_all(service, record, consumer)


def _chance(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - chance for tests


def _fresh(path: Path) -> Path:
    path.unlink(missing_ok=True)
    return path
