"""`adsum bench search`: how long an officer waits for the people that a name or a case number finds."""

import time
from collections.abc import Callable, Iterator
from random import Random
from statistics import median
from typing import Any, NamedTuple
from urllib.parse import urlencode

import psycopg

from adsum.management.bench.load import percentile
from adsum.management.instruments.browser import Browser, Line
from adsum.management.instruments.service import NotStarted, Service

PAGE = "/console/people/"
SAMPLE, SEED = 100, 7
_SAMPLE = (
    "SELECT id, case_number, given_names, surnames FROM adsum_participant"
    " WHERE office_id = (SELECT office_id FROM adsum_staff WHERE email = %s) AND given_names <> '' AND surnames <> ''"
    " ORDER BY md5(id::text || %s) LIMIT %s"
)
_BARE = "SELECT * FROM adsum_participant WHERE case_number = %s"


class Person(NamedTuple):
    """Somebody who is looked for."""

    id: int
    case_number: str
    given_names: str
    surnames: str


class Search(NamedTuple):
    """What an officer types. `finds`: whom the page must show; none where many are called so."""

    kind: str
    words: str
    finds: int | None = None


def searches_for(person: Person, random: Random) -> Iterator[Search]:
    """What officers type who look for this person: all of it, a part of it, or too little."""
    name = person.surnames.split()[0]
    yield Search("case-number", person.case_number.lower(), person.id)
    yield Search("whole-name", f"{person.given_names} {person.surnames}".lower())
    yield Search("surname", name)
    yield Search("two-beginnings", f"{name[:4]} {person.given_names[:3]}")
    yield Search("one-beginning", name[: random.randint(2, 3)])


def measure_search(service: Service, *, say: Callable[[str], None]) -> dict[str, Any]:
    """Search by name and by number on the officers' page, each beside the same page with nothing to look for.

    `bare_p50_ms` is the statement that reads one person by case number, over a connection of its own. Raises
    NotStarted where a page fails, or does not show whose case number was typed.
    """
    access = service.sign_ins[0]
    browser = Browser(service.port, Line(Random(SEED)))  # noqa: S311 - a line that never breaks
    browser.sign_in(access["email"], access["password"])
    random = Random(SEED)  # noqa: S311 - the same searches each time
    with psycopg.connect(service.database_url, autocommit=True) as database:
        people = [Person(*row) for row in database.execute(_SAMPLE, [access["email"], SEED, SAMPLE]).fetchall()]
        searches = [search for person in people for search in searches_for(person, random)]
        random.shuffle(searches)
        say(f"{len(searches)} searches for {len(people)} people")
        for search in searches[:10]:
            _ask(browser, search)
        took: dict[str, list[float]] = {}
        empty, bare = [], []
        for search in searches:
            took.setdefault(search.kind, []).append(_ask(browser, search))
            empty.append(_ask(browser, Search("nothing", "")))
            bare.append(_read_one(database, random.choice(people).case_number))
    every = [one for times in took.values() for one in times]
    return {
        "p50_ms": round(median(every), 1),
        "p99_ms": round(percentile(every, 0.99), 1),
        "searches": len(every),
        "empty_page_p50_ms": round(median(empty), 1),
        "empty_page_p99_ms": round(percentile(empty, 0.99), 1),
        "bare_p50_ms": round(median(bare), 2),
        "times_empty_page": round(median(every) / median(empty), 2),
        "by_kind": {
            kind: {"p50_ms": round(median(times), 1), "p99_ms": round(percentile(times, 0.99), 1)}
            for kind, times in sorted(took.items())
        },
    }


def _ask(browser: Browser, search: Search) -> float:
    began = time.perf_counter()
    answer = browser.get(f"{PAGE}?{urlencode({'q': search.words})}")
    took = (time.perf_counter() - began) * 1000
    if answer.status != 200 or (search.finds and f'"{PAGE}{search.finds}/"' not in answer.text):
        raise NotStarted(f"a search ({search.kind}) has failed with status {answer.status}: nothing was measured")
    return took


def _read_one(database: psycopg.Connection[Any], case_number: str) -> float:
    began = time.perf_counter()
    database.execute(_BARE, [case_number]).fetchall()
    return (time.perf_counter() - began) * 1000
