"""`adsum bench checkins`: check-ins a second through the real doors, beside what the database alone carries."""

import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from adsum.management.bench.limit import measure_limit
from adsum.management.bench.load import Job, Outcome, percentile
from adsum.management.bench.machine import memory_mb, spread
from adsum.management.bench.senders import Senders
from adsum.management.instruments.service import Service, descendants_of

DOORS = ("json", "form", "form-and-receipt")


@dataclass
class Rounds:
    """What each round gave, a second: the limit, and check-ins by door."""

    limit: list[float] = field(default_factory=list)
    doors: dict[str, list[float]] = field(default_factory=lambda: {door: [] for door in DOORS})

    def ratios(self, door: str) -> list[float]:
        """Each round's figure of a door beside the same round's limit: what the machine did meanwhile cancels out."""
        return [rps / limit for rps, limit in zip(self.doors[door], self.limit, strict=True)]


class Bench:
    """Measures one running service."""

    def __init__(self, service: Service, senders: Senders, *, seconds: float, say: Callable[[str], None]) -> None:
        self.service, self.senders, self.seconds, self.say = service, senders, seconds, say
        self.failed: dict[str, int] = {}

    def by_clients(self, numbers: Sequence[int]) -> list[dict[str, Any]]:
        """The limit and the JSON door with so many clients at once, and what each of them waits."""
        rows = []
        for clients in numbers:
            limit = self.limit(clients)
            outcome = self.send("json", clients)
            rows.append({"clients": clients, "limit_tps": limit, "http_json_rps": rate_of(outcome), **waits(outcome)})
            self.say(f"{clients:>3} clients: limit {limit:,.0f}/s, JSON {rate_of(outcome):,.0f}/s")
        return rows

    def rounds(self, count: int, *, limit_clients: int, door_clients: int) -> Rounds:
        """Limit and doors in turn, several times."""
        rounds = Rounds()
        for number in range(1, count + 1):
            rounds.limit.append(self.limit(limit_clients))
            for door in DOORS:
                rounds.doors[door].append(rate_of(self.send(door, door_clients)))
            told = ", ".join(f"{door} {rounds.doors[door][-1]:,.0f}/s" for door in DOORS)
            self.say(f"round {number} of {count}: limit {rounds.limit[-1]:,.0f}/s, {told}")
        return rounds

    def limit(self, clients: int) -> float:
        """Bare transactions a second."""
        people = self.senders
        url = self.service.database_url
        tps = measure_limit(url, clients=clients, seconds=self.seconds, first=people.first, last=people.last)
        return round(tps, 1)

    def send(self, door: str, clients: int, *, rate: float = 0.0, unmeasured_seconds: float = 0.5) -> Outcome:
        """Check in through a door from so many connections; anything but an acceptance is counted in `failed`."""
        job = Job(
            host="127.0.0.1",
            port=self.service.port,
            door=door,
            tokens_file=str(self.senders.tokens_file),
            first_token=self.senders.used,
            connections=clients,
            seconds=self.seconds,
            rate=rate,
            unmeasured_seconds=unmeasured_seconds,
        )
        outcome = run_load(job)
        self.senders.take(outcome.used_tokens)
        for answer, times in outcome.answers.items():
            if answer not in ("200", "302"):
                self.failed[answer] = self.failed.get(answer, 0) + times
        return outcome


def run_load(job: Job) -> Outcome:
    """Run a job in a process of its own."""
    command = [sys.executable, "-m", "adsum.management.bench.load"]
    done = subprocess.run(command, input=json.dumps(asdict(job)), capture_output=True, text=True, check=True)
    return Outcome(**json.loads(done.stdout))


def rate_of(outcome: Outcome) -> float:
    """Accepted check-ins a second."""
    return round(len(outcome.accepted_ms) / outcome.seconds, 1)


def waits(outcome: Outcome) -> dict[str, float]:
    """The middle and the 99th percentile of the time from sending to the receipt, in milliseconds."""
    times = outcome.accepted_ms
    return {"p50_ms": round(percentile(times, 0.5), 2), "p99_ms": round(percentile(times, 0.99), 2)}


def measure_check_ins(bench: Bench, *, clients: Sequence[int], rounds: int) -> dict[str, Any]:
    """The whole benchmark. Ratios are medians over the rounds, each beside the limit of the same round."""
    bench.send("json", max(clients))  # warm: statements prepared, pages in memory; not counted
    table = bench.by_clients(clients)
    best_limit = max(table, key=lambda row: float(row["limit_tps"]))["clients"]
    best_door = max(table, key=lambda row: float(row["http_json_rps"]))["clients"]
    several = bench.rounds(rounds, limit_clients=best_limit, door_clients=best_door)
    middle = {door: statistics.median(several.doors[door]) for door in DOORS}
    half = [waits(bench.send("json", max(clients), rate=middle["json"] / 2)) for _ in range(rounds)]
    service = bench.service
    return {
        "limit_tps": statistics.median(several.limit),
        "http_json_rps": middle["json"],
        "http_form_rps": middle["form"],
        "http_form_and_receipt_rps": middle["form-and-receipt"],
        "ratio_json": round(statistics.median(several.ratios("json")), 3),
        "ratio_form": round(statistics.median(several.ratios("form")), 3),
        "ratio_form_and_receipt": round(statistics.median(several.ratios("form-and-receipt")), 3),
        **{name: round(statistics.median(wait[name] for wait in half), 2) for name in ("p50_ms", "p99_ms")},
        "at_rps": round(middle["json"] / 2, 1),
        "memory_mb": memory_mb(pid for pid in descendants_of(service.process.pid) if is_ours(service, pid)),
        "rounds": {
            "limit_tps": spread(several.limit),
            **{door: spread(several.doors[door]) for door in DOORS},
            "p99_ms": spread([wait["p99_ms"] for wait in half]),
            **{f"ratio {door}": spread(several.ratios(door)) for door in DOORS},
        },
        "limit_clients": best_limit,
        "door_clients": best_door,
        "by_clients": table,
        "failed": bench.failed,
    }


def is_ours(service: Service, pid: int) -> bool:
    """Web and worker, not the database."""
    return pid not in service.database_processes()
