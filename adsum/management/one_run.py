"""One `adsum run` for each data folder: who it is, how to find it, what it says of itself.

It holds a lock (flock) on ADSUM_HOME/run.lock for as long as it lives. A killed one loses it: nothing to tidy up.
"""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TextIO

NAME, SIZE = "run.lock", 2048
TRIES, PAUSE_SECONDS = 5, 0.05  # whoever looks holds the lock for a moment, too


class RunsAlready(Exception):
    """Another one runs on this data folder; the message says which one and what to do."""


@dataclass(frozen=True)
class Running:
    """What a running `adsum run` says of itself."""

    pid: int
    address: str
    serves: bool = False
    reloads: int = 0
    failure: str = ""
    web_workers: tuple[int, ...] = ()


class OnlyRun:
    """The one that runs, as seen by itself. `was_killed` is true when the one before could not say goodbye."""

    def __init__(self, file: TextIO, running: Running) -> None:
        self._file, self.running = file, running
        self.was_killed = bool(_read(file))
        self.say()

    def say(self, **changes: object) -> None:
        """Let others know what is different now."""
        self.running = replace(self.running, **changes)  # type: ignore[arg-type]
        said = json.dumps(asdict(self.running)).ljust(SIZE)  # one write of one size: whoever reads sees all of it
        os.pwrite(self._file.fileno(), said.encode(), 0)

    def say_goodbye(self) -> None:
        """Nothing is left to say."""
        self._file.truncate(0)


@contextmanager
def only_run(home: Path, address: str) -> Iterator[OnlyRun]:
    """Inside, no other `adsum run` of this home runs. Raises RunsAlready."""
    home.mkdir(parents=True, exist_ok=True)
    (home / NAME).touch()
    with (home / NAME).open("r+") as file:
        if not _lock(file, fcntl.LOCK_EX):
            raise RunsAlready(_who(home, _read(file)))
        only = OnlyRun(file, Running(os.getpid(), address))
        try:
            yield only
        finally:
            only.say_goodbye()


def find_running(home: Path) -> Running | None:
    """The `adsum run` of this home, if there is one."""
    try:
        with (home / NAME).open() as file:
            return None if _lock(file, fcntl.LOCK_SH) else _read(file)
    except FileNotFoundError:
        return None


def _lock(file: TextIO, kind: int) -> bool:
    for _ in range(TRIES if kind == fcntl.LOCK_EX else 1):
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(PAUSE_SECONDS)
        else:
            return True
    return False


def _read(file: TextIO) -> Running | None:
    """What is said there; None when nobody has said anything."""
    file.seek(0)
    try:
        said = json.loads(file.read())
        return Running(**{**said, "web_workers": tuple(said["web_workers"])})
    except (ValueError, TypeError, KeyError):
        return None


def _who(home: Path, running: Running | None) -> str:
    found = f"process {running.pid}, {running.address}" if running else "it is just starting"
    return f"one runs already on {home} ({found}): stop it, or give this one another ADSUM_HOME"
