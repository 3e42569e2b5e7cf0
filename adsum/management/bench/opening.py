"""`adsum bench opening`: thousands open their link within minutes after one message, while officers work."""

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import psycopg

from adsum.core.ids import keyed_hash, new_code
from adsum.management.bench.load import percentile
from adsum.management.bench.opening_load import Job, Opener, Outcome
from adsum.management.bench.rush import Onlooker
from adsum.management.instruments.service import Service

STEPS = ("opened", "code-tried", "came-in")
_PEOPLE = "SELECT id, date_of_birth, case_number FROM adsum_participant ORDER BY id DESC LIMIT %s"
_FRESH = (
    "UPDATE adsum_invitation SET replaced_at = now() WHERE participant_id = ANY(%s) AND used_at IS NULL"
    " AND replaced_at IS NULL",
    "UPDATE adsum_device SET signed_out_at = now() WHERE participant_id = ANY(%s) AND signed_out_at IS NULL",
    "UPDATE adsum_participant SET activated_at = NULL WHERE id = ANY(%s)",
    "DELETE FROM adsum_funnelstep WHERE participant_id = ANY(%s)",
)
_COPY = "COPY adsum_invitation (participant_id, code_hash, issued_at, expires_at) FROM STDIN"
_COUNTED = (
    "SELECT step, count(*) FROM adsum_funnelstep WHERE participant_id = ANY(%(ids)s) AND failed = '' GROUP BY step"
    " UNION ALL SELECT 'came-in', count(*) FROM adsum_participant WHERE id = ANY(%(ids)s) AND activated_at IS NOT NULL"
)


@dataclass
class Openers:
    """People whom a message has just reached, and what they know."""

    ids: list[int]
    known: list[Opener]


def prepare_openers(service: Service, count: int) -> Openers:
    """Put so many made-up people where a message has just reached them: not in yet, with an open code."""
    secret = (service.home / "secret-key").read_text().strip()
    with psycopg.connect(service.database_url) as owner:
        rows = owner.execute(_PEOPLE, [count]).fetchall()
        ids = [row[0] for row in rows]
        for statement in _FRESH:
            owner.execute(statement, [ids])
        [now] = owner.execute("SELECT now()::text").fetchone() or [""]
        known = [_known(born, case) for _, born, case in rows]
        with owner.cursor() as cursor, cursor.copy(_COPY) as copy:
            for person, one in zip(ids, known, strict=True):
                copy.write_row((person, keyed_hash(secret, "code", one.code), now, "2100-01-01"))
    return Openers(ids, known)


def _known(born: date, case_number: str) -> Opener:
    day, month, year = str(born.day), str(born.month), str(born.year)
    return Opener(new_code(10), {"born_day": day, "born_month": month, "born_year": year, "from_file": case_number})


def measure_opening(service: Service, *, people: int, seconds: float) -> dict[str, Any]:
    """Have so many people open their links and come in, most of them early; count what they and others met.

    `lost_steps` are steps that people have taken and that the funnel does not hold.
    """
    openers = prepare_openers(service, people)
    watchers = [Onlooker(service.port, "/console/", service.sign_ins[0]), Onlooker(service.port, "/health/ready")]
    for watcher in watchers:
        watcher.start()
    outcome = run_opening(Job(service.port, openers.known, seconds, seed=1))
    for watcher in watchers:
        watcher.over.set()
    with psycopg.connect(service.database_url) as owner:
        counted: dict[str, int] = dict(owner.execute(_COUNTED, {"ids": openers.ids}).fetchall())
    took = outcome.took_ms
    return {
        "openers": len(openers.ids),
        "came_in": outcome.came_in,
        "errors": outcome.errors,
        "in_line": outcome.in_line,
        "lost_steps": sum(max(0, outcome.came_in - counted.get(step, 0)) for step in STEPS),
        "steps": {step: counted.get(step, 0) for step in STEPS},
        "p50_ms": round(percentile(took, 0.5), 1),
        "p99_ms": round(percentile(took, 0.99), 1),
        "most_a_second": outcome.most_a_second,
        "seconds": round(outcome.seconds, 1),
        "officer": watchers[0].summary(),
        "health": watchers[1].summary(),
    }


def run_opening(job: Job) -> Outcome:
    """Run a job in a process of its own."""
    command = [sys.executable, "-m", "adsum.management.bench.opening_load"]
    done = subprocess.run(command, input=json.dumps(asdict(job)), capture_output=True, text=True, check=True)
    return Outcome(**json.loads(done.stdout))
