"""A court that says something new each day, as its drops do."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from django.utils import timezone

from adsum.management.housekeeping import follow_court
from adsum.people.models import Participant
from tests.exchange.court import load
from tests.exchange.court_days import CASE, HEARING, PROCEEDING

SOON = timezone.localdate() + timedelta(days=40)


@dataclass
class Court:
    """A court with one case, which says something new each day."""

    folder: Path
    person: Participant
    days: int = 0
    said: dict[str, str] = field(default_factory=dict)

    def says(self, **changes: str) -> None:
        """The next day's drop: the case as it was, but for these fields; then what follows from it."""
        self.delivers(**changes)
        follow_court(timezone.now())

    def delivers(self, **changes: str) -> None:
        """The drop, and nothing follows yet."""
        self.days += 1
        self.said |= changes
        day = self.folder / f"day{self.days}"
        day.mkdir(parents=True)
        (self.folder / "crosswalk.csv").write_text(f"IDNCASE\tCASE_NUMBER\n77\t{self.person.case_number}\n")
        row = {
            "IDNCASE": "77",
            "IDNPROCEEDING": "88",
            "IDNSCHEDULE": str(990 + self.days),
            "HEARING_LOC_CODE": "NYB",
            "ADJ_DATE": str(SOON),
            "ADJ_TIME_START": "0900",
            "UPDATE_DATE": str(date(2026, 11, 10) + timedelta(days=self.days)),
            "ABSENTIA": "N",
            **self.said,
        }
        for name, header in (("A_TblCase", CASE), ("B_TblProceeding", PROCEEDING), ("tbl_schedule", HEARING)):
            cells = "\t".join(row.get(column, "") for column in header)
            (day / f"{name}.csv").write_text("\t".join(header) + f"\r\n{cells}\r\n")
        load(day)
