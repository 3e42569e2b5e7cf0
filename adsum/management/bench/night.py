"""`adsum bench night`: the nightly screening of everybody against all records, in the real service's own screener."""

import csv
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from random import Random
from typing import Any

from adsum.management.bench.machine import memory_mb
from adsum.management.instruments.service import NotStarted, Service
from adsum.management.sampling.clerks import USUAL
from adsum.management.sampling.naming import ORIGINS
from adsum.management.sampling.people import Person
from adsum.management.sampling.records import make_records
from adsum.records.rules import Kind, RecordIn

CODE, SEED, PREVALENCE, KIN = "bench-night", 7, 0.3, 0.12
LONGEST = 4 * 3600.0
_SOURCE = """
code = "bench-night"
title = "Arrests (bench)"
agency = "State police (bench)"
adapter = "csv_drop"
states = ["US"]
kinds = ["arrest"]
covers_since = 2019-01-01
"""
_PEOPLE = "SELECT case_number, given_names, surnames, date_of_birth, sex FROM adsum_participant ORDER BY id"
_UNMATCHED = "SELECT count(*) FROM adsum_outsiderecord WHERE screened_at IS NULL AND poison = ''"
_UNWATCHED = (
    "SELECT count(*) FROM adsum_participant p WHERE left_at IS NULL"
    " AND NOT EXISTS (SELECT FROM adsum_watched w WHERE w.participant_id = p.id)"
)
_UNDER_WAY = "SELECT count(*) FROM adsum_screening WHERE ended_at IS NULL"
_LAST = "SELECT people, records FROM adsum_screening WHERE ended_at IS NOT NULL ORDER BY id DESC LIMIT 1"


def measure_night(service: Service, *, records: int, nights: int, say: Callable[[str], None]) -> dict[str, Any]:
    """So many records come once: all are matched; then so many nights, each of which reads everybody anew.

    Memory is the screener's alone, at its highest so far (VmHWM) after each step: it must not grow from night to night.
    """
    say("matching everybody for the first time, where that has not been done")
    began = time.monotonic()
    _wait(service, _UNWATCHED, say)
    first = time.monotonic() - began
    say(f"{records:,} records come")
    came = _deliver(service, records)
    began = time.monotonic()
    _wait(service, _UNMATCHED, say)
    matched = time.monotonic() - began
    after = [_screener_mb(service)]
    took = []
    for night in range(nights):
        say(f"night {night + 1} of {nights}")
        service.command("bench", "night", "--inside")
        began = time.monotonic()
        _wait(service, _UNDER_WAY, say)
        took.append(round(time.monotonic() - began, 1))
        after.append(_screener_mb(service))
    people_held, records_held = service.sql(_LAST)[0]
    return {
        "night_s": took,
        "night_people": people_held,
        "night_records": records_held,
        "peak_mb_before_nights": after[0][0],
        "peak_mb_after_each_night": [peak for peak, _ in after[1:]],
        "holds_mb_after_each_night": [now for _, now in after[1:]],
        "first_match_of_people_s": round(first, 1),
        "records_fresh": came,
        "records_matched_s": round(matched, 1),
        "records_per_second": round(came / matched, 1) if matched else None,
    }


def _deliver(service: Service, count: int) -> int:
    """A file of the agency's: 3 in 10 about people of the programme, 1 in 12 about relatives and namesakes."""
    origins = list(ORIGINS)  # of the names of made-up relatives only
    people = [
        Person(
            number,
            origins[at % len(origins)],
            tuple(given.split()),
            tuple(surnames.split()),
            born,
            sex,
            "New York",
            "NY",
        )
        for at, (number, given, surnames, born, sex) in enumerate(service.sql(_PEOPLE))
        if given.split() and surnames.split()
    ]
    source, file = service.home / "bench-night.toml", service.home / "bench-night.csv"
    source.write_text(_SOURCE)
    _write(file, _told(people, count))
    service.command("records", "source", "add", str(source))
    loaded = service.command("records", "load", str(file), "--source", CODE)
    if loaded.get("refused"):
        raise NotStarted(f"the records were refused: {loaded['refused']}")
    return int(loaded["fresh"])


def _told(people: list[Person], count: int) -> Iterator[RecordIn]:
    random = Random(SEED)  # noqa: S311 - made-up records, no secrets
    run = f"{time.time():.0f}"
    made = make_records(random, people, count, ORIGINS, prevalence=PREVALENCE, kin=KIN, faults=USUAL)
    for number, one in enumerate(made):
        said = one.record
        yield RecordIn(
            f"N-{run}-{number}", "1", Kind.ARREST, said.given_names, said.surnames, said.date_of_birth, said.sex,
            said.city, said.state,
        )  # fmt: skip


def _write(file: Path, records: Iterator[RecordIn]) -> None:
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, tuple(RecordIn.__dataclass_fields__))
        writer.writeheader()
        for one in records:
            writer.writerow(asdict(one) | {"urgent": "", "withdrawn": ""})


def _wait(service: Service, unfinished: str, say: Callable[[str], None]) -> None:
    """Until this counts nothing any more."""
    began = told = time.monotonic()
    while count := int(service.sql(unfinished)[0][0]):
        if time.monotonic() - began > LONGEST:
            raise NotStarted(f"{count:,} are still to be done after {LONGEST / 3600:.0f} hours")
        if time.monotonic() - told > 30:
            told = time.monotonic()
            say(f"{count:,} to go")
        time.sleep(0.5)


def _screener_mb(service: Service) -> tuple[int, int]:
    """The screener's memory in MB: at its highest so far, and now."""
    pid = service.screener()
    if pid is None:
        raise NotStarted("no screener runs")
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line)
    return int(status["VmHWM"].split()[0]) // 1024, round(memory_mb([pid]))
