"""One process of a running Adsum: starting, watching and ending it; and burying what a killed one leaves behind."""

import ctypes
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)

STEADY_SECONDS = 30
LONGEST_PAUSE = 15.0
_PR_SET_PDEATHSIG = 1  # prctl(2): the kernel sends this signal when the parent dies, however it dies
_PR_SET_CHILD_SUBREAPER = 36  # prctl(2): whoever below loses its parent becomes a child of this process


@dataclass
class Child:
    """One process to keep alive, in a group of its own so that nothing of it can outlive it."""

    name: str
    command: Sequence[str]
    handed_down: Sequence[int] = ()
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    next_start: float = field(default=0.0)

    def start(self) -> None:
        """Start it; it ends when this process ends."""
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
            start_new_session=True,
            pass_fds=self.handed_down,
            preexec_fn=_end_with_parent,
        )
        self.started = time.monotonic()

    def watch(self) -> None:
        """Start it again when it has died, after a pause that grows while it keeps dying."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.next_start:
                self.start()
            return
        code = self.process.poll()
        if code is None:
            return
        self.signal_group(signal.SIGKILL)
        self.failures = 0 if now - self.started > STEADY_SECONDS else self.failures + 1
        pause = min(LONGEST_PAUSE, 0.5 * 2 ** max(0, self.failures - 1)) if self.failures else 0.0
        log.error("process.ended", name=self.name, code=code, again_in_seconds=pause)
        self.process, self.next_start = None, now + pause

    def another(self) -> "Child":
        """A fresh one of the same kind, not started yet."""
        return replace(self, process=None, started=0.0, failures=0, next_start=0.0)

    def has_ended(self) -> bool:
        """True where it has been started and runs no more."""
        return self.process is not None and self.process.poll() is not None

    def ask_to_end(self) -> None:
        """Ask the process alone: it ends what it has started in its own order."""
        if self.process is not None:
            self.process.terminate()

    def signal_group(self, number: signal.Signals) -> None:
        """Send a signal to the process and everything it started."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                return

    def stop(self, deadline: float) -> None:
        """Wait for its end until the deadline, then end it by force, with all it has started."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.error("process.killed", name=self.name)
        self.signal_group(signal.SIGKILL)
        self.process.wait()


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def adopt_orphans() -> None:
    """Be the one who buries what a killed process leaves behind, the embedded database's postmaster above all.

    PostgreSQL takes a zombie for a server that runs, and the first process of a container may never bury it.
    """
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)


def bury_orphans(children: Sequence[Child]) -> None:
    """Bury what was adopted and has ended; its own children are left to whoever watches them."""
    own = {child.process.pid for child in children if child.process}
    here = Path("/proc/self/task") / str(os.getpid()) / "children"
    for pid in map(int, here.read_text().split() if here.exists() else ()):
        if pid not in own:
            with suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)


def peak_memory_mb(*, helpers: int = 0) -> float:
    """The most memory that this process has had (VmHWM; what `getrusage` says is at least that of who started it).

    With so many `helpers`, each is counted like the largest process that this one has waited for, with the pages that
    they share: they had no more than this.
    """
    lines = Path("/proc/self/status").read_text().splitlines()
    own = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    return round((own + helpers * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024, 1)
