"""Made-up participants of an instrument's own: enrolled and invited through the real commands."""

import csv
from dataclasses import dataclass

from adsum.enrolment.rules import COLUMNS
from adsum.management.instruments.service import Service

WAVE = "torture"
BORN = ("14", "3", "1988")


@dataclass(frozen=True)
class Person:
    """Somebody of the torture's own wave, with a code that lets one device in."""

    case_number: str
    code: str

    @property
    def fields(self) -> dict[str, str]:
        """What this person types into the form of the way in."""
        day, month, year = BORN
        born = {"born_day": day, "born_month": month, "born_year": year}
        return {"code": self.code, **born, "from_file": self.case_number[-3:]}


def enrol_people(service: Service, count: int) -> list[Person]:
    """Enrol so many made-up people through `adsum enrol`, and make their codes through `adsum invite`."""
    wave, codes = service.home / "torture.csv", service.home / "torture-codes.csv"
    [(office,)] = service.sql("SELECT code FROM adsum_fieldoffice ORDER BY id LIMIT 1")
    with wave.open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(_row(number, office) for number in range(count))
    service.command("enrol", str(wave), "--office", office, "--wave", WAVE)
    service.command("invite", "--wave", WAVE, "--out", str(codes))
    with codes.open(encoding="utf-8-sig", newline="") as file:
        return [Person(row["case_number"], row["code"]) for row in csv.DictReader(file)]


def _row(number: int, office: str) -> dict[str, str]:
    return {
        "case_number": f"A{777_000_001 + number}",
        "given_names": "Torture",
        "surnames": f"Test {number}",
        "date_of_birth": f"{BORN[2]}-03-14",
        "sex": "F",
        "country": "Honduras",
        "language": "en",
        "phone": f"+1212555{number % 10_000:04d}",
        "address": f"{number + 1} Main St",
        "city": "Brooklyn",
        "state": "NY",
        "postal_code": "11226",
        "field_office": office,
        "level": "check-in",
        "interval_days": "28",
        "first_due_on": "2099-01-05",
    }
