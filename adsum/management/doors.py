"""What `adsum run` hands down to its web: the open sockets, and a pipe on which each worker says when it is ready."""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress

from adsum.management.household import NotReplaced
from adsum.management.listening import listen
from adsum.management.processes import Child


class Doors:
    """The sockets and the pipe. They stay the same while web processes come and go. Raises PortTaken."""

    def __init__(self, host: str, port: int, *, count: int, threads: int) -> None:
        self._sockets = listen(host, port, count=count)
        self._threads = threads
        self._heard, self._said = os.pipe()
        os.set_blocking(self._heard, False)
        self._told: list[int] = []

    def command(self, application: str) -> Sequence[str]:
        """How to start a web process on them."""
        sockets = ",".join(str(one.fileno()) for one in self._sockets)
        serve = [sys.executable, "-m", "adsum.management.granian_server", application]
        return [*serve, "--sockets", sockets, "--ready", str(self._said), "--threads", str(self._threads)]

    @property
    def handed_down(self) -> Sequence[int]:
        """The numbers that the process must inherit."""
        return (*(one.fileno() for one in self._sockets), self._said)

    def ready_workers(self, web: Child) -> tuple[int, ...]:
        """The workers of this web process that have said that they are ready, and still run."""
        return tuple(pid for pid in self._told_by(web) if pid > 0)

    def is_ready(self, web: Child) -> bool:
        """True when each of its workers is ready. Raises NotReplaced where one says that it is not."""
        told = self._told_by(web)
        if any(pid < 0 for pid in told):
            raise NotReplaced("the fresh web is not ready to serve")
        return len(told) == len(self._sockets)

    def _told_by(self, web: Child) -> list[int]:
        with suppress(BlockingIOError):
            self._told += map(int, os.read(self._heard, 65_536).split())
        group = web.process.pid if web.process else 0
        return [pid for pid in self._told if _group_of(abs(pid)) == group]


def _group_of(pid: int) -> int | None:
    with suppress(ProcessLookupError):
        return os.getpgid(pid)
    return None
