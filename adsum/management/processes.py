"""Starting, watching and ending the processes of a running Adsum: web and worker."""

import ctypes
import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType

import structlog

log = structlog.get_logger(__name__)

STOP_SECONDS = 12
STEADY_SECONDS = 30
LONGEST_PAUSE = 15.0
_PR_SET_PDEATHSIG = 1  # prctl(2): the kernel sends this signal when the parent dies, however it dies


@dataclass
class Child:
    """One process to keep alive, in a group of its own so that nothing of it can outlive it."""

    name: str
    command: Sequence[str]
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


class Stopped(Exception):
    """Somebody asked for the end (Ctrl-C, SIGTERM)."""


def keep_running(
    children: Sequence[Child], *, after_start: Callable[[], None], each_second: Callable[[], None]
) -> None:
    """Start the children, the first one alone until it serves; watch them until Ctrl-C or SIGTERM; end them cleanly.

    `after_start` returns when the first one serves.
    """
    _on_signals(_stop)
    try:
        children[0].start()
        after_start()
        for turn in itertools.count():
            time.sleep(0.2)
            for child in children:
                child.watch()
            if turn % 5 == 0:
                each_second()
    except Stopped:
        sys.stderr.write("Stopping …\n")
    finally:
        _on_signals(signal.SIG_IGN)
        _end(children)


def _on_signals(what: Callable[[int, FrameType | None], None] | signal.Handlers) -> None:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, what)


def _end(children: Sequence[Child]) -> None:
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        child.signal_group(signal.SIGTERM)
    for child in children:
        child.stop(deadline)


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stopped
