"""The demo's outside records: a state's arrests and warrants as an agency would leave them, about made-up people.

Some are about people of the demo, their names as agencies write them; most are about strangers. Nobody is judged here.
"""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from adsum.ledger.rules import OPERATOR
from adsum.management.records_describing import described
from adsum.management.records_reading import load_file
from adsum.people.queries import participants
from adsum.records.actions import add_source

if TYPE_CHECKING:
    from adsum.people.models import Participant

COLUMNS = ("BOOKING", "SEQ", "TYPE", "FIRST", "LAST", "DOB", "SEX", "CITY", "ON", "CHARGE", "PLACE")
SOURCE = {
    "code": "demo-state",
    "title": "State police arrests and warrants (demo)",
    "agency": "State Police (demo)",
    "agency_phone": "(518) 555-0123",
    "adapter": "csv_drop",
    "states": ["NY", "NJ"],
    "kinds": ["arrest", "warrant"],
    "covers_since": "2019-01-01",
    "settings": {
        "dates": ["%m/%d/%Y"],
        "fields": {
            "record_id": "BOOKING", "version": "SEQ", "kind": "TYPE", "given_names": "FIRST", "surnames": "LAST",
            "date_of_birth": "DOB", "sex": "SEX", "city": "CITY", "event_on": "ON", "what": "CHARGE", "where": "PLACE",
        },
        "kinds": {"A": "arrest", "W": "warrant"},
        "constants": {"state": "NY"},
    },
}  # fmt: skip
ABOUT, STRANGERS = 6, 24
_CHARGES = (("A", "Driving without a licence"), ("A", "Petit larceny"), ("W", "Failure to appear"))
_PLACES = ("Albany", "Newburgh", "White Plains", "Buffalo")
_GIVEN = ("KEVIN", "DANA", "PAULA", "OMAR", "RUTH", "ELIAS", "NORA")
_SURNAMES = ("WHITMAN", "OSEI", "BRANDT", "KAPOOR", "DUVAL", "SERRANO")


def tell_of_records(*, now: datetime, seed: int) -> None:
    """A source for the demo and two deliveries of it: yesterday's, and today's with a row that cannot be read."""
    random = Random(seed)  # noqa: S311 - made-up records, not secrets
    source = add_source(**described(SOURCE), actor=OPERATOR, now=now - timedelta(days=30))
    people = list(participants(seen_by=OPERATOR).filter(left_at__isnull=True).order_by("pk")[:400])
    meant = random.sample(people, min(ABOUT, len(people)))
    rows = [_as_written(random, number, person, now) for number, person in enumerate(meant)]
    rows += [_stranger(random, number, now) for number in range(ABOUT, ABOUT + STRANGERS)]
    half = len(rows) // 2
    poison = {**rows[-1], "BOOKING": "", "FIRST": "UNKNOWN"}
    with TemporaryDirectory() as folder:
        for name, some, at in (("monday.csv", rows[:half], now - timedelta(days=1)), ("tuesday.csv", rows[half:], now)):
            path = Path(folder) / name
            path.write_text(_as_csv([*some, *([poison] if at == now else [])]), encoding="utf-8", newline="")
            load_file(path, source=source, now=at)


def _as_written(random: Random, number: int, person: Participant, now: datetime) -> dict[str, str]:
    """A record about this person as a booking officer writes it: capitals, one surname of two, day and month turned."""
    born, surnames = person.date_of_birth, person.surnames.upper().split()
    turned = born.replace(month=born.day, day=born.month) if number % 3 == 1 and born.day <= 12 else born
    return _row(random, number, now) | {
        "FIRST": person.given_names.upper().split()[0] if person.given_names else "",
        "LAST": surnames[0] if surnames and number % 2 else " ".join(surnames),
        "DOB": f"{turned:%m/%d/%Y}",
        "SEX": person.sex,
    }


def _stranger(random: Random, number: int, now: datetime) -> dict[str, str]:
    born = now.date() - timedelta(days=random.randrange(7_000, 24_000))
    return _row(random, number, now) | {
        "FIRST": random.choice(_GIVEN),
        "LAST": random.choice(_SURNAMES),
        "DOB": f"{born:%m/%d/%Y}",
        "SEX": random.choice("MF"),
    }


def _row(random: Random, number: int, now: datetime) -> dict[str, str]:
    kind, charge = random.choice(_CHARGES)
    place = random.choice(_PLACES)
    happened = now.date() - timedelta(days=random.randrange(1, 6))
    told = {"BOOKING": f"D-{number:05d}", "SEQ": "1", "TYPE": kind, "CHARGE": charge, "PLACE": place, "CITY": place}
    return told | {"ON": f"{happened:%m/%d/%Y}"}


def _as_csv(rows: list[dict[str, str]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
