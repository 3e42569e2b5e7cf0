"""`adsum policy simulate`: a proposed policy on the recorded past."""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from adsum.checkins.past_queries import find_proposal, lives_between, planned_people, start_simulation
from adsum.checkins.rules.courses import Dimension
from adsum.checkins.rules.simulation import Proposal, Simulation, read_proposal, simulate
from adsum.checkins.rules.telling import Call, measures_of, sentences, table, told, workloads_of
from adsum.ledger.rules import Actor, ActorKind
from adsum.management.commanding import Answer, progress
from adsum.offices.queries import list_offices
from adsum.policies.rules import BadPolicy

EVERYWHERE = Actor(ActorKind.OPERATOR, sees_every_office=True)


def simulate_policy(*, subject: str, since: str, until: str, csv_file: str = "") -> Answer:
    """Try a file of knobs, or a stored version by its number. Raises CommandError."""
    started = time.monotonic()
    offices = {office.code: office.pk for office in list_offices(seen_by=EVERYWHERE)}
    with _as_one_line():
        first, last = _day(since, "--from"), _day(until, "--to")
        proposal = _proposal(subject, offices)
        simulation = start_simulation(
            proposal=proposal, since=first, until=last, now=timezone.now(), seen_by=EVERYWHERE
        )
    total = planned_people(since=first, until=last, seen_by=EVERYWHERE).count()
    with progress("Trying the policy", total) as say:
        for looked_at in simulate(simulation, lives_between(since=first, until=last, seen_by=EVERYWHERE)):
            say(looked_at)
    call = _caller({str(number): code for code, number in offices.items()})
    if csv_file:
        _write(Path(csv_file), simulation, call)
    words = {"says": sentences(simulation, call=call), "tables": [*measures_of(simulation), *workloads_of(simulation)]}
    return told(simulation, call=call) | words | {"seconds": round(time.monotonic() - started, 2)}


def lines_of(answer: Answer) -> Iterator[str]:
    """The answer for a terminal."""
    yield f"{answer['proposal']}, {answer['from']} to {answer['to']}: {answer['people']:,} people"
    yield ""
    yield f"{'':34}{'what happened':>15}{'rules of today':>16}{'proposed':>15}"
    for words, numbers in answer["tables"]:
        then, today, after = (one if isinstance(one, str) else f"{one:,}" for one in numbers)
        yield f"{words:34}{then:>15}{today:>16}{after:>15}"
    yield ""
    yield from answer["says"]
    for one in answer["differences"]:
        yield f"  recorded: {one['recorded']}; replayed: {one['replayed']}: {one['count']:,}"


@contextmanager
def _as_one_line() -> Iterator[None]:
    try:
        yield
    except BadPolicy as bad:
        raise CommandError(str(bad)) from bad


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"{option} {text}: write a day as 2026-05-31") from error


def _proposal(subject: str, offices: dict[str, int]) -> Proposal:
    if subject.isdecimal():
        return find_proposal(version_id=int(subject), seen_by=EVERYWHERE)
    try:
        raw: Any = json.loads(Path(subject).read_text(encoding="utf-8"))
    except OSError as error:
        raise CommandError(
            f"{subject} cannot be read ({error.strerror}): name a file, or a version's number"
        ) from error
    except ValueError as error:
        raise CommandError(f"{subject} is no JSON ({error})") from error
    return read_proposal(raw, name=Path(subject).name, offices=offices)


def _caller(codes: dict[str, str]) -> Call:
    return lambda dimension, value: codes.get(value, value) if dimension == Dimension.OFFICE else value


def _write(path: Path, simulation: Simulation, call: Call) -> None:
    rows = list(table(simulation, call=call))
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    except OSError as error:
        raise CommandError(f"{path} cannot be written ({error.strerror}): name another file") from error
