"""The faults: each is a small function that does harm to a running service, and undoes what does not undo itself."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from random import Random

import psycopg

from adsum.management.instruments.browser import Line
from adsum.management.instruments.consumer import Consumer
from adsum.management.instruments.disk import filled
from adsum.management.instruments.service import Service, children_of, is_alive, kill
from adsum.management.postgres import ADMIN, embedded_url

GONE_SECONDS = 5.0


@dataclass(frozen=True)
class Victim:
    """What faults can be done to."""

    service: Service
    consumer: Consumer
    line: Line
    random: Random

    def lasting(self) -> float:
        """How long a fault lasts that is undone again, in seconds."""
        return self.random.uniform(1.0, 3.0)


Fault = Callable[[Victim], None]
FAULTS: dict[str, Fault] = {}
KILLS: set[str] = set()
ON_A_SMALL_DISK = frozenset({"disk-full"})


def _fault(name: str, *, kills: bool = False) -> Callable[[Fault], Fault]:
    def enter(fault: Fault) -> Fault:
        FAULTS[name] = fault
        KILLS.update({name} if kills else set())
        return fault

    return enter


def kill_all(pids: list[int]) -> None:
    """`kill -9`, the parent first, so that nobody is told of it; returns when they are gone."""
    for pid in pids:
        kill(pid)
    deadline = time.monotonic() + GONE_SECONDS
    while any(is_alive(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.01)


@_fault("web-worker", kills=True)
def kill_web_worker(victim: Victim) -> None:
    """`kill -9` one process that answers requests."""
    kill_all([victim.random.choice(workers)] if (workers := victim.service.web_workers()) else [])


@_fault("whole-web", kills=True)
def kill_whole_web(victim: Victim) -> None:
    """`kill -9` the web server with all its workers."""
    web = victim.service.web()
    kill_all([web, *children_of(web)] if web else [])


@_fault("queue-worker", kills=True)
def kill_queue_worker(victim: Victim) -> None:
    """`kill -9` the process that runs the schedule."""
    kill_all([worker] if (worker := victim.service.queue_worker()) else [])


@_fault("dispatcher", kills=True)
def kill_dispatcher(victim: Victim) -> None:
    """`kill -9` the process that delivers the outbox."""
    kill_all([dispatcher] if (dispatcher := victim.service.dispatcher()) else [])


@_fault("database-backend", kills=True)
def kill_backend(victim: Victim) -> None:
    """`kill -9` one backend: the postmaster then throws everybody out and recovers."""
    kill_all([victim.random.choice(backends)] if (backends := victim.service.backends()) else [])


@_fault("whole-database", kills=True)
def kill_database(victim: Victim) -> None:
    """`kill -9` the postmaster and every process of it."""
    kill_all(victim.service.database_processes())


@_fault("disk-full")
def fill_disk(victim: Victim) -> None:
    """No room for a byte, for some seconds; every other time the database needs a new file of its log just then."""
    with filled(victim.service.home):
        if victim.random.random() < 0.5:
            _need_a_log_file(victim.service)
        time.sleep(victim.lasting())


def _need_a_log_file(service: Service) -> None:
    with suppress(psycopg.Error), psycopg.connect(embedded_url(service.home, user=ADMIN), autocommit=True) as admin:
        admin.execute("SELECT pg_switch_wal()")


@_fault("connections-exhausted")
def exhaust_connections(victim: Victim) -> None:
    """Take every connection that the database has left, and keep them for some seconds."""
    with ExitStack() as taken, suppress(psycopg.Error):
        try:
            while True:
                taken.enter_context(psycopg.connect(victim.service.database_url, connect_timeout=2))
        except psycopg.OperationalError:
            time.sleep(victim.lasting())


@_fault("web-worker-stalls")
def stall_web_worker(victim: Victim) -> None:
    """Stop one web worker for some seconds."""
    with _stopped(victim.service.web_workers()[:1]):
        time.sleep(victim.lasting())


@_fault("database-stalls")
def stall_database(victim: Victim) -> None:
    """Stop all backends for some seconds, in the middle of whatever they do."""
    with _stopped(victim.service.backends()):
        time.sleep(victim.lasting())


@_fault("connections-cut")
def cut_connections(victim: Victim) -> None:
    """Cut every connection between the app and its database."""
    with suppress(psycopg.Error):
        victim.service.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE usename = current_user AND pid <> pg_backend_pid()"
        )


@_fault("phones-cut-off")
def cut_phones(victim: Victim) -> None:
    """The phones' line breaks, in the middle of sending and between sending and answer, for some seconds."""
    lasting = victim.lasting()
    victim.line.bad_until = time.monotonic() + lasting
    time.sleep(lasting)


@_fault("consumer-refuses")
def refuse_facts(victim: Victim) -> None:
    """The other system takes only every other fact, for some seconds."""
    with _answering(victim.consumer, lambda event: 500 if event["sequence"] % 2 else 204):
        time.sleep(victim.lasting())


@_fault("consumer-away")
def be_away(victim: Victim) -> None:
    """The other system is not there, for some seconds."""
    with _answering(victim.consumer, lambda event: 503):
        time.sleep(victim.lasting())


@contextmanager
def _stopped(pids: list[int]) -> Iterator[None]:
    try:
        for pid in pids:
            kill(pid, signal.SIGSTOP)
        yield
    finally:
        for pid in pids:
            kill(pid, signal.SIGCONT)


@contextmanager
def _answering(consumer: Consumer, answer: Callable[[dict[str, int]], int]) -> Iterator[None]:
    before, consumer.answer = consumer.answer, answer
    try:
        yield
    finally:
        consumer.answer = before
