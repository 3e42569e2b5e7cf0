"""A made-up wave in the layout of an agency's export, with an agency's faults. The same seed gives the same people."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from django.conf import settings

from adsum.enrolment.actions import enrol_wave
from adsum.enrolment.rules import COLUMNS, Row
from adsum.ledger.rules import OPERATOR
from adsum.management.demo_life import HISTORY_DAYS, live_through
from adsum.management.wave_file import open_wave
from adsum.offices.actions import open_office

if TYPE_CHECKING:
    from adsum.offices.models import FieldOffice

OFFICE_NAME = "New York field office (demo)"
OFFICE, ZONE, DEMO_WAVE = "NYC", "America/New_York", "demo"
LIVELY = 500  # so many live through the real actions; who comes after them is the crowd

# Weight, language, countries, women's and men's given names, surnames. Two surnames where the culture has two.
_GROUPS: tuple[tuple[int, str, str, str, str, str], ...] = (
    (
        60, "es", "Mexico Guatemala Honduras Venezuela Colombia Ecuador",
        "Maria Ana Rosa Carmen Lucia Elena Sofia Gabriela", "Jose Juan Luis Carlos Miguel Pedro Rafael Diego",
        "Garcia Lopez Hernandez Martinez Ramirez Flores Cruz Morales Reyes",
    ),
    (
        9, "ht", "Haiti", "Marie Rose Guerline Nadege Mirlande", "Jean Wilner Pierre Fritz Emmanuel",
        "Baptiste Joseph Charles Pierre Louis Etienne",
    ),
    (7, "pt", "Brazil", "Juliana Fernanda Camila", "Joao Paulo Lucas Thiago", "Silva Souza Alves Teixeira Rocha"),
    (7, "zh-Hans", "China", "Xiaomin Jing Yan Li", "Wei Jian Hao Lei", "Wang Li Zhang Chen Hsieh"),
    (6, "pa", "India", "Simran Harpreet Jaspreet", "Gurpreet Mandeep Jaswinder", "Singh Kaur Gill Dhillon"),
    (5, "ar", "Egypt Mauritania Syria", "Fatima Aicha Layla Nour", "Mohammed Ahmed Omar", "Hassan Ibrahim Saleh"),
    (3, "ru", "Russia Ukraine Georgia", "Olena Irina Svetlana", "Oleksandr Dmitri", "Ivanov Kovalenko Novik"),
    (2, "quc", "Guatemala", "Everilda Candelaria", "Domingo Tomas", "Tzoc Chaj Ixcoy"),
    (1, "en", "Jamaica Ghana", "Grace Comfort", "Kwame Desmond", "Mensah Campbell Brown"),
)  # fmt: skip
STREETS = ("Fulton St", "Jerome Ave", "Nostrand Ave", "Church Ave", "Main St", "Roosevelt Ave", "Hillside Ave")
CITIES = (("Brooklyn", "112"), ("Bronx", "104"), ("New York", "100"), ("Jamaica", "114"), ("Staten Island", "103"))
_NOWHERE = ("SEE FILE", "HOMELESS", "N/A", "PO BOX 114", "C/O SPONSOR", "UNKNOWN")
_SHELTERS = ("100 Shelter Plz", "32-10 Hotel Row", "77 Parish House")
_LEVELS = ("check-in", "check-in", "check-in", "phone-call", "gps-wrist", "gps-ankle")
_FAULTS: tuple[tuple[float, str, tuple[str, ...]], ...] = (
    (0.10, "unit", ("",)),
    (0.05, "address", ("",)),
    (0.03, "phone", ("",)),
    (0.016, "address", _NOWHERE),
    (0.016, "phone", ("0000000000", "+52 1", "123", "no phone", "999-999-9999")),
    (0.010, "language", ("xx", "SP", "Spanish", "")),
    (0.006, "address", _SHELTERS),
    (0.005, "postal_code", ("ABCDE", "99999", "1037", "00000")),
    (0.004, "date_of_birth", ("31/02/1990", "0000-00-00", "1900-01-01", "2925-04-01", "")),
    (0.003, "case_number", ("A00000000", "", "24087", "A6464305189")),
)


def write_wave(*, people: int, seed: int, first_day: date) -> str:
    """The export as text: byte order mark, CRLF, header, `people` rows; `first_day` is the first due day."""
    random = Random(seed)  # noqa: S311 - made-up people, not secrets
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    rows = [made_up_row(random, number, first_day) for number in range(people)]
    writer.writerows(rows)
    writer.writerows(rows[random.randrange(len(rows))] for _ in range(people // 500))
    return "\ufeff" + out.getvalue()


def made_up_row(random: Random, number: int, first_day: date) -> dict[str, str]:
    """One person who does not exist, as an agency's export has them; `number` is in their case number."""
    _, language, countries, women, men, surnames = random.choices(_GROUPS, [group[0] for group in _GROUPS])[0]
    sex = random.choice("MMF")
    given = random.sample((women if sex == "F" else men).split(), random.choice((1, 1, 2)))
    city, prefix = random.choice(CITIES)
    row = {
        "case_number": f"A{random.randrange(100, 1000)}{number:06d}",
        "given_names": " ".join(given),
        "surnames": " ".join(random.sample(surnames.split(), 2 if language in ("es", "pt") else 1)),
        "date_of_birth": (date(1955, 1, 1) + timedelta(days=random.randrange(18_500))).isoformat(),
        "sex": sex,
        "country": random.choice(countries.split()),
        "language": language,
        "phone": f"+1{random.choice((212, 347, 646, 718, 917, 929))}55501{random.randrange(100):02d}",
        "email": f"{given[0].lower()}.{number}@example.org" if random.random() < 0.45 else "",
        "address": f"{random.randrange(100, 3999)} {random.choice(STREETS)}",
        "unit": f"Apt {random.randrange(1, 30)}{random.choice('ABCDEFGH')}",
        "city": city,
        "state": "NY",
        "postal_code": f"{prefix}{random.randrange(1, 60):02d}",
        "field_office": OFFICE,
        "level": random.choice(_LEVELS),
        "interval_days": random.choice(("7", "14", "28", "28", "28", "56")),
        "first_due_on": (first_day + timedelta(days=random.randrange(28))).isoformat(),
    }
    for column, value in _faults(random):
        row[column] = value
        if column == "address":
            row["unit"] = ""
    return row


def _faults(random: Random) -> Iterator[tuple[str, str]]:
    for share, column, values in _FAULTS:
        if random.random() < share:
            yield column, random.choice(values)


def open_demo_office(*, now: datetime, history_days: int = HISTORY_DAYS) -> FieldOffice:
    """The demo's field office, open for as long as its first people have been with Adsum."""
    return open_office(
        code=OFFICE,
        name=OFFICE_NAME,
        time_zone=ZONE,
        phone="(212) 555-0100",
        actor=OPERATOR,
        now=now - timedelta(days=history_days),
    )


def fill_demo(*, office: FieldOffice, people: int, now: datetime, seed: int) -> None:
    """Enrol a made-up wave; a fifth of it five weeks ago, who have lived with Adsum since."""
    path = Path(settings.HOME) / "demo-wave.csv"
    first_day = (now + timedelta(days=2)).date()
    path.write_text(write_wave(people=people, seed=seed, first_day=first_day), encoding="utf-8", newline="")
    with open_wave(str(path)) as file:
        rows = list(file.rows())
    early, later = rows[: people // 5], rows[people // 5 :]
    began, back = now - timedelta(days=HISTORY_DAYS), timedelta(days=HISTORY_DAYS - 6)
    enrol_wave(
        rows=[_due_earlier(row, back) for row in early], office=office, name=DEMO_WAVE, actor=OPERATOR, now=began
    )
    live_through(began=began, now=now, seed=seed)
    enrol_wave(rows=later, office=office, name=DEMO_WAVE, actor=OPERATOR, now=now - timedelta(hours=2))


def _due_earlier(row: Row, by: timedelta) -> Row:
    due = date.fromisoformat(row.values["first_due_on"]) - by
    return Row(row.number, {**row.values, "first_due_on": due.isoformat()})
