"""Power cuts. A killed process leaves its writes to the kernel, so killing cannot test whether they were flushed.

The service's folder lies on a disk of its own: an ext4 in a file, through a loop device. A cut shuts that filesystem
down in one instant, as xfstests does it (EXT4_IOC_SHUTDOWN without flushing its journal): what has not reached the
disk by then never will. Then every process is killed, the disk mounted anew, and the service started on what is there.
Kinder than a real cut in one thing: what was written to the disk counts as kept even where no flush was asked for.
"""

import fcntl
import os
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import psycopg

from adsum.management.instruments.browser import Line
from adsum.management.instruments.clients import Clients
from adsum.management.instruments.collecting import compare_all, wait_until_drained
from adsum.management.instruments.consumer import Consumer
from adsum.management.instruments.disk import clear_away, find_program, run_program, unmount
from adsum.management.instruments.faults import kill_all
from adsum.management.instruments.figures import MUST_BE_NOTHING, Toll, figures_of
from adsum.management.instruments.leftovers import processes_of
from adsum.management.instruments.record import Record
from adsum.management.instruments.service import NotStarted, Service, descendants_of, free_port
from adsum.management.postgres import ADMIN, embedded_url

DISK_BYTES = 2_000_000_000
SHUTDOWN, WITHOUT_FLUSHING = 0x8004587D, struct.pack("I", 2)
PATIENCE_SECONDS = 60.0
BURIED_SECONDS = 10.0
Start = Callable[[Path, Consumer, int], Service]


def why_not() -> str:
    """Why no power can be cut here; empty when it can."""
    if os.geteuid() != 0:
        return "only root can mount a disk"
    missing = [name for name in ("mkfs.ext4", "mount", "umount", "sync") if not find_program(name)]
    return f"{', '.join(missing)} is missing" if missing else ""


@contextmanager
def loop_disk(image: Path, home: Path) -> Iterator[str]:
    """An ext4 of its own at this folder while inside; yields why not, where it cannot be had."""
    clear_away(home)
    home.mkdir(parents=True)
    with image.open("wb") as file:
        file.truncate(DISK_BYTES)
    try:
        made = run_program("mkfs.ext4", "-q", "-F", str(image)) and _plug(image, home)
        yield "" if made else "an ext4 in a file cannot be mounted"
    finally:
        unmount(home)
        image.unlink(missing_ok=True)


def _plug(image: Path, home: Path) -> bool:
    return run_program("mount", "-o", "loop", str(image), str(home)) and run_program("chmod", "755", str(home))


def cut_power(service: Service, image: Path) -> None:
    """From this instant on nothing reaches the disk; all processes end; then the disk is as it was at that instant."""
    everybody = [service.process.pid, *descendants_of(service.process.pid), *service.database_processes()]
    folder = os.open(service.home, os.O_RDONLY)
    try:
        fcntl.ioctl(folder, SHUTDOWN, WITHOUT_FLUSHING)
    finally:
        os.close(folder)
    kill_all([*everybody, *processes_of(service.home)])
    service.process.wait()
    _wait_until_buried(everybody)
    unmount(service.home)
    _plug(image, service.home)


def _wait_until_buried(pids: list[int]) -> None:
    """A machine without power has no zombies; PostgreSQL takes one for a server that runs."""
    deadline = time.monotonic() + BURIED_SECONDS
    while any(Path(f"/proc/{pid}").exists() for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)


def power_cuts(folder: Path, *, cuts: int, seed: int, start: Start) -> dict[str, Any] | str:
    """Cut the power so many times, and once with fsync=off, which must lose something; or say why that was not done."""
    if not cuts:
        return "not asked for"
    if reason := why_not():
        return f"not possible here: {reason}"
    found = _cut_again_and_again(folder, cuts, seed, start, fsync=True)
    if isinstance(found, str):
        return found
    control = _cut_again_and_again(folder, 1, seed + 1, start, fsync=False)
    return {**found, "control_lost": control["lost"] if isinstance(control, dict) else 0}


def _cut_again_and_again(folder: Path, cuts: int, seed: int, start: Start, *, fsync: bool) -> dict[str, Any] | str:
    image, home, random = folder / "disk.img", folder / "plugged", Random(seed)  # noqa: S311 - chance for tests
    with (
        loop_disk(image, home) as reason,
        closing(Consumer(folder / "told-power.jsonl")) as consumer,
        closing(Record(folder / "record-power.jsonl")) as record,
    ):
        if reason:
            return f"not possible here: {reason}"
        run = _Run(image, home, consumer, record, start)
        try:
            return run.through(cuts, random, seed, fsync=fsync)
        except (NotStarted, psycopg.Error) as error:
            return {"cuts": cuts, "lost": len(record.receipts), "why": str(error).strip()}
        finally:
            run.end()


class _Run:
    def __init__(self, image: Path, home: Path, consumer: Consumer, record: Record, start: Start) -> None:
        self._image, self._consumer, self._record = image, consumer, record
        self._port = free_port()
        self._begin = partial(start, home, consumer, self._port)
        self._service = self._begin()
        self._clients: Clients | None = None

    def through(self, cuts: int, random: Random, seed: int, *, fsync: bool) -> dict[str, Any]:
        """Clients at work, cut after cut; returns the figures."""
        self._clients = Clients(self._service, self._record, Line(random), seed)
        self._clients.start()
        if not fsync:
            _forget_flushing(self._service)
        for _ in range(cuts):
            self._record.seconds_to_success(time.monotonic(), patience=PATIENCE_SECONDS)
            time.sleep(random.uniform(2, 5))
            cut_power(self._service, self._image)
            self._service = self._begin()
        self._record.seconds_to_success(time.monotonic(), patience=PATIENCE_SECONDS if fsync else 5)
        self._clients.finish()
        wait_until_drained(self._service)
        figures = figures_of(compare_all(self._service, self._record, self._consumer), self._record, Toll())
        kept = ("sent", "acknowledged", "ledger_ok", "delivered_again", *MUST_BE_NOTHING, "examples")
        return {"cuts": cuts, **{name: figures[name] for name in kept if name in figures}}

    def end(self) -> None:
        """No client and no process is left."""
        if self._clients:
            self._clients.finish()
        self._service.stop()


def _forget_flushing(service: Service) -> None:
    time.sleep(2)
    with psycopg.connect(embedded_url(service.home, user=ADMIN, database="postgres"), autocommit=True) as admin:
        admin.execute("ALTER SYSTEM SET fsync = off")
        admin.execute("SELECT pg_reload_conf()")
    run_program("sync", "-f", str(service.home))
