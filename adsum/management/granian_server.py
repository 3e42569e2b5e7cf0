"""The web's first process: Granian, on sockets that `adsum run` has opened. It starts and watches the workers.

Granian's own reload opens and closes the sockets, which resets whoever waits in them, and stops the old workers after
a fixed time, whether or not the new ones work. So `adsum run` replaces this whole process instead (reloading.py).
"""

import gc
import multiprocessing
import os
import signal
import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from threading import Thread
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.net import SocketHolder  # type: ignore[attr-defined]
from granian.server import MPServer
from granian.server.mp import WorkerProcess

from adsum.management.leaving import Leaving, is_ready
from adsum.management.listening import BACKLOG

_holder: Any = SocketHolder  # its published types are those of another system
LET_IN_SECONDS = 0.3  # whoever called before the end was asked for is let in by then
LAST_CALL_SECONDS = 0.5  # what has been accepted is read by then
ANSWER_SECONDS = 8  # for what has been read; then the worker is ended by force


class Server(MPServer):
    """Granian's parent process with a socket for each worker, given by its number."""

    def __init__(self, target: str, sockets: Sequence[int], *, threads: int) -> None:
        super().__init__(
            target,
            interface=Interfaces.WSGI,
            workers=len(sockets),
            blocking_threads=threads,
            backlog=BACKLOG,
            respawn_failed_workers=True,
            workers_kill_timeout=ANSWER_SECONDS,
            log_level=LogLevels.warning,
        )
        self._sockets = sockets

    def _init_shared_socket(self) -> None:
        self._sso = None

    def _spawn_worker(self, idx: int, target: Any, callback_loader: Any) -> WorkerProcess:  # type: ignore[override]
        own = self._sockets[idx]
        self._shd: Any = _holder(own, False, BACKLOG)
        return super()._spawn_worker(idx, target, partial(callback_loader, own))

    def signal_handler_interrupt(self, *args: Any, **kwargs: Any) -> None:
        """Told to stop. Granian's handler takes a lock that the interrupted thread may hold: another thread waits."""
        Thread(target=super().signal_handler_interrupt, args=args, kwargs=kwargs, daemon=True).start()

    def _stop_workers(self) -> None:
        time.sleep(LET_IN_SECONDS)
        for worker in self.wrks:
            with suppress(ProcessLookupError):
                os.kill(worker.inner.pid, signal.SIGUSR2)
        time.sleep(LAST_CALL_SECONDS)
        super()._stop_workers()  # type: ignore[no-untyped-call]


def load_application(ready: int, target: str, listening: int) -> Leaving:
    """In a worker: the application; `adsum run` is told the worker's process id, with a minus where it is not ready."""
    module, _, name = target.partition(":")
    application = Leaving(getattr(__import__(module, fromlist=[name]), name), listening)
    signal.signal(signal.SIGUSR2, lambda *_: application.leave())
    gc.collect()
    gc.freeze()  # what is loaded now stays for good: the collector need not walk it again and again
    sign = "" if is_ready(application) else "-"
    with suppress(BrokenPipeError):
        os.write(ready, f"{sign}{os.getpid()}\n".encode())
    return application


def main() -> None:
    """Serve until SIGTERM; what has been accepted is answered first."""
    parser = ArgumentParser(prog="granian_server")
    parser.add_argument("target", help="the WSGI application, as module:name")
    parser.add_argument("--sockets", required=True, help="the numbers of the sockets, with commas between")
    parser.add_argument("--ready", type=int, required=True, help="the number of the pipe that is told who is ready")
    parser.add_argument("--threads", type=int, required=True, help="of each worker")
    given = parser.parse_args()
    multiprocessing.set_start_method("fork")
    sys.path.insert(0, "")
    server = Server(given.target, [int(number) for number in given.sockets.split(",")], threads=given.threads)
    server.serve(target_loader=partial(load_application, given.ready))


if __name__ == "__main__":
    main()
