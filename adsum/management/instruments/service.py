"""A real Adsum as a child process, in a folder and with a database of its own, for measuring and torturing."""

import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from adsum.management.postgres import embedded_url

ADSUM = str(Path(sys.executable).with_name("adsum"))
STOP_SECONDS = 40
_OURS = ("ADSUM_", "DATABASE_", "DJANGO_")
_PR_SET_PDEATHSIG = 1


class NotStarted(Exception):
    """The service did not come up; the message ends with what it said last."""


@dataclass
class Service:
    """A running Adsum: where it is, who can sign in as staff, and which processes it consists of."""

    home: Path
    port: int
    process: subprocess.Popen[str]
    sign_ins: list[dict[str, str]]
    environment: dict[str, str] = field(repr=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def database_url(self) -> str:
        return embedded_url(self.home)

    def command(self, *arguments: str) -> dict[str, Any]:
        """Run an adsum command beside the service; returns its JSON, whatever its exit status."""
        done = subprocess.run([ADSUM, *arguments, "--json"], env=self.environment, capture_output=True, text=True)
        if not done.stdout.strip():
            raise NotStarted(f"adsum {arguments[0]}: {_last_line(done.stderr)}")
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    def sql(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask or change the service's database, as its owner."""
        with psycopg.connect(self.database_url, autocommit=True, connect_timeout=10) as connection:
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def web(self) -> int | None:
        """The process that keeps the web workers."""
        return self._child("granian")

    def web_workers(self) -> list[int]:
        """The processes that answer requests."""
        web = self.web()
        return children_of(web) if web else []

    def queue_worker(self) -> int | None:
        """The process that runs the schedule."""
        return self._child("adsum.management.worker")

    def screener(self) -> int | None:
        """The process that holds people against records."""
        return self._child("adsum.management.screener")

    def dispatcher(self) -> int | None:
        """The process that delivers the outbox; there is one where somebody listens."""
        return self._child("adsum.exchange")

    def postmaster(self) -> int | None:
        """The database's first process."""
        try:
            pid = int((self.home / "postgres" / "postmaster.pid").read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return None
        return pid if is_alive(pid) else None

    def database_processes(self) -> list[int]:
        """The postmaster and all that it has started."""
        postmaster = self.postmaster()
        return [postmaster, *children_of(postmaster)] if postmaster else []

    def backends(self) -> list[int]:
        """The database's processes that serve the app's connections."""
        return [pid for pid in self.database_processes() if command_of(pid).startswith("postgres: adsum ")]

    def stop(self) -> int:
        """End it as Ctrl-C does, by force where that takes too long; returns its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            left = [self.process.pid, *descendants_of(self.process.pid), *self.database_processes()]
            for pid in left:
                kill(pid)
            return self.process.wait()

    def _child(self, word: str) -> int | None:
        return next((pid for pid in children_of(self.process.pid) if word in command_of(pid)), None)


def start_service(
    home: Path,
    *,
    port: int | None = None,
    people: int,
    arguments: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
) -> Service:
    """`adsum run`, until it says where to go. It ends with this process, however this one ends. Raises NotStarted."""
    port = port or free_port()
    knows = environment_of(home, port) | dict(environment or {})
    command = [ADSUM, "run", "--port", str(port), "--people", str(people), "--json", *arguments]
    return launch(home, port, command, knows)


def launch(home: Path, port: int, command: Sequence[str], environment: dict[str, str]) -> Service:
    """Start what prints a welcome as `adsum run --json` does, and wait for it. Raises NotStarted."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "run.log").open("a") as log:
        process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )
    line = process.stdout.readline() if process.stdout else ""
    if not line:
        process.wait()
        raise NotStarted(f"adsum run: {_last_line((home / 'run.log').read_text())}; its log is {home / 'run.log'}")
    return Service(home, port, process, json.loads(line)["sign_ins"], environment)


def environment_of(home: Path, port: int) -> dict[str, str]:
    """What a command of such a service needs to know; nothing of this process's own Adsum."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    if programs := os.environ.get("ADSUM_POSTGRES_PROGRAMS"):
        kept["ADSUM_POSTGRES_PROGRAMS"] = programs
    return {**kept, "ADSUM_HOME": str(home), "ADSUM_PUBLIC_URL": f"http://127.0.0.1:{port}"}


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def children_of(pid: int) -> list[int]:
    """The processes that this one has started."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def descendants_of(pid: int) -> list[int]:
    """The processes that this one has started, and theirs."""
    return [found for child in children_of(pid) for found in (child, *descendants_of(child))]


def command_of(pid: int) -> str:
    """The command line of a process; empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def is_alive(pid: int) -> bool:
    """True while the process runs; one that only waits to be buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (OSError, IndexError):
        return False


def kill(pid: int, number: signal.Signals = signal.SIGKILL) -> bool:
    """Send a signal; false when the process is gone already."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "said nothing"
