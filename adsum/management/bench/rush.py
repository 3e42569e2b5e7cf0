"""`adsum bench rush`: ten times what the machine carries; what becomes of those let in, and of the others."""

import time
from dataclasses import dataclass, field
from random import Random
from threading import Event, Thread
from typing import Any

import psycopg

from adsum.management.bench.checkins import Bench, rate_of, run_load
from adsum.management.bench.load import Job, Outcome, percentile
from adsum.management.instruments.browser import Browser, Line, Lost

CONNECTIONS = 400
SOON_MS = 250.0
RECOVERY_SECONDS = 60.0
_KEPT = "SELECT count(DISTINCT key) FROM adsum_report WHERE key = ANY(%s::uuid[])"


@dataclass(eq=False)
class Onlooker(Thread):
    """Asks one page again and again during the rush: an officer's worklist, or the health of the service."""

    port: int
    path: str
    access: dict[str, str] = field(default_factory=dict)
    took_ms: list[float] = field(default_factory=list)
    failed: int = 0
    over: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self.browser = Browser(self.port, Line(Random()))  # noqa: S311 - a line that never breaks
        if self.access:
            self.browser.sign_in(self.access["email"], self.access["password"])

    def run(self) -> None:
        """Ask twice a second until it is over."""
        while not self.over.wait(0.5):
            began = time.perf_counter()
            try:
                well = self.browser.get(self.path).status == 200
            except Lost:
                well = False
            self.took_ms.append((time.perf_counter() - began) * 1000)
            self.failed += not well

    def summary(self) -> dict[str, float]:
        """How often it asked, how often in vain, and how long answers took."""
        p99 = round(percentile(self.took_ms, 0.99), 1)
        return {"asked": len(self.took_ms), "failed": self.failed, "p99_ms": p99}


def measure_rush(bench: Bench, *, seconds: float, times: float) -> dict[str, Any]:
    """Measure what the machine carries, offer several times as much, count; then see how soon it is over."""
    service = bench.service
    bench.send("json", 64)
    carried = rate_of(bench.send("json", 64))
    bench.say(f"it carries {carried:,.0f} check-ins a second; now {times:g} times as many for {seconds:.0f} s")
    watchers = [Onlooker(service.port, "/console/", service.sign_ins[0]), Onlooker(service.port, "/health/ready")]
    for watcher in watchers:
        watcher.start()
    rush = _offer(bench, carried * times, seconds)
    for watcher in watchers:
        watcher.over.set()
    recovery = _recover(bench)
    offered = sum(rush.answers.values()) / seconds
    return {
        "accepted": rush.answers.get("200", 0),
        "shed": rush.answers.get("503", 0),
        "lost": _lost(service.database_url, rush.accepted_keys),
        "accepted_p99_ms": round(percentile(rush.accepted_ms, 0.99), 1),
        "accepted_p50_ms": round(percentile(rush.accepted_ms, 0.5), 1),
        "shed_p99_ms": round(percentile(rush.shed_ms, 0.99), 1),
        "accepted_since_sent_p99_ms": round(percentile(rush.accepted_since_sent_ms, 0.99), 1),
        "shed_since_sent_p99_ms": round(percentile(rush.shed_since_sent_ms, 0.99), 1),
        "recovery_s": recovery,
        "carried_rps": carried,
        "offered_rps": round(offered, 1),
        "offered_times": round(offered / carried, 2),
        "accepted_rps": round(rush.answers.get("200", 0) / seconds, 1),
        "seconds": seconds,
        "other_answers": {answer: count for answer, count in rush.answers.items() if answer not in ("200", "503")},
        "officer": watchers[0].summary(),
        "health": watchers[1].summary(),
    }


def _offer(bench: Bench, rate: float, seconds: float) -> Outcome:
    senders = bench.senders
    outcome = run_load(
        Job(
            host="127.0.0.1",
            port=bench.service.port,
            door="json",
            tokens_file=str(senders.tokens_file),
            first_token=senders.used,
            connections=CONNECTIONS,
            seconds=seconds,
            rate=rate,
        )
    )
    senders.take(outcome.used_tokens)
    return outcome


def _recover(bench: Bench) -> float:
    """Seconds from the end of the rush until a lone check-in is accepted as fast as on a quiet day."""
    began, bench.seconds = time.monotonic(), 0.5
    while (waited := time.monotonic() - began) < RECOVERY_SECONDS:
        quiet = bench.send("json", 1, unmeasured_seconds=0.0)
        if quiet.accepted_ms and "503" not in quiet.answers and percentile(quiet.accepted_ms, 0.5) <= SOON_MS:
            return round(waited, 2)
    return RECOVERY_SECONDS


def _lost(database_url: str, keys: list[str]) -> int:
    """Acknowledged, and not there."""
    with psycopg.connect(database_url) as connection:
        found = connection.execute(_KEPT, [keys]).fetchone()
    return len(set(keys)) - (int(found[0]) if found else 0)
