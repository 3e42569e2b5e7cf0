"""`adsum bench finder`: how long an officer waits for those who could be stepped down though they never asked."""

import re
import time
from collections.abc import Callable
from random import Random
from statistics import median
from typing import Any

import psycopg

from adsum.management.bench.load import percentile
from adsum.management.instruments.browser import Browser, Line
from adsum.management.instruments.service import NotStarted, Service

PAGE, EMPTY = "/console/reviews/finder/", "/console/people/"
ROUNDS, SEED = 30, 7
_HERE = "SELECT count(*) FROM adsum_participant WHERE office_id = (SELECT office_id FROM adsum_staff WHERE email = %s)"


def measure_finder(service: Service, *, say: Callable[[str], None]) -> dict[str, Any]:
    """The page of an office in turn with a page that looks for nobody. Raises NotStarted where a page fails."""
    access = service.sign_ins[0]
    browser = Browser(service.port, Line(Random(SEED)))  # noqa: S311 - a line that never breaks
    browser.sign_in(access["email"], access["password"])
    with psycopg.connect(service.database_url) as database:
        row = database.execute(_HERE, [access["email"]]).fetchone()
    _, named = _ask(browser, PAGE)
    say(f"{named} of {row[0] if row else 0} could be stepped down")
    took, empty = [], []
    for _ in range(ROUNDS):
        took.append(_ask(browser, PAGE)[0])
        empty.append(_ask(browser, EMPTY)[0])
    return {
        "p50_ms": round(median(took), 1),
        "p99_ms": round(percentile(took, 0.99), 1),
        "empty_page_p50_ms": round(median(empty), 1),
        "rounds": ROUNDS,
        "in_the_office": row[0] if row else 0,
        "named": named,
    }


def _ask(browser: Browser, path: str) -> tuple[float, int]:
    """How long a page takes in ms, and the number in its title."""
    began = time.perf_counter()
    answer = browser.get(path)
    took = (time.perf_counter() - began) * 1000
    if answer.status != 200:
        raise NotStarted(f"{path} has failed with status {answer.status}: nothing was measured")
    said = re.search(r"<h1>(\d+) could be", answer.text)
    return took, int(said[1]) if said else 0
