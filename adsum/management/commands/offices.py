"""`adsum offices closed|import`: the days on which an office is closed; a list of offices."""

from datetime import date
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from adsum.checkins.actions import note_closed_days
from adsum.ledger.rules import OPERATOR
from adsum.management.commanding import Answer
from adsum.management.importing import ImportingCommand
from adsum.management.lists import read_list
from adsum.offices.actions import OfficeRefused, open_day
from adsum.offices.queries import closed_days, find_office
from adsum.offices.rules import federal_holidays
from adsum.staffing.actions import import_offices
from adsum.staffing.rules import OFFICE_COLUMNS, read_office_row


class Command(ImportingCommand):
    """Shows them, adds one, takes one back; suggests the federal holidays, and adds them only with --confirm."""

    help = "closed CODE: days on which an office is closed; what falls due then moves. import FILE: open offices."

    def add_own_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["closed", "import"])
        parser.add_argument(
            "office", metavar="CODE|FILE", help=f"a CSV file has the columns {', '.join(OFFICE_COLUMNS)}"
        )
        parser.add_argument("--add", metavar="DAY", type=_day, help="closed on this day, such as 2027-01-04")
        parser.add_argument("--why", default="", help="such as Snow; needed with --add")
        parser.add_argument("--open", metavar="DAY", type=_day, help="open on this day after all")
        parser.add_argument("--holidays", metavar="YEAR", type=int, help="suggest the federal holidays of this year")
        parser.add_argument("--confirm", action="store_true", help="add the holidays that are suggested")

    def answer(self, **options: Any) -> Answer:
        return self._import(options["office"]) if options["what"] == "import" else self._closed(**options)

    def _import(self, file: str) -> Answer:
        return self.import_list(
            lambda: import_offices(
                rows=read_list(file, columns=OFFICE_COLUMNS, read=read_office_row), actor=OPERATOR, now=timezone.now()
            )
        )

    def _closed(self, **options: Any) -> Answer:
        office, now = find_office(code=options["office"], seen_by=OPERATOR), timezone.now()
        if office is None:
            raise CommandError(f"there is no office {options['office']}")
        known = closed_days(offices=[office.pk], since=date.min, seen_by=OPERATOR).get(office.pk, {})
        year = options["holidays"]
        if year is not None and not 1970 < year < 2100:
            raise CommandError(f"--holidays {year} is no year: give one such as {now.year}")
        suggested = {} if year is None else {d: name for d, name in federal_holidays(year).items() if d not in known}
        wanted = suggested if options["confirm"] else {}
        if options["add"]:
            wanted = {**wanted, options["add"]: options["why"]}
        try:
            for day, why in wanted.items():
                note_closed_days(office=office, days=[day], why=why, actor=OPERATOR, now=now)
        except OfficeRefused as refused:
            raise CommandError(str(refused)) from refused
        if options["open"] and not open_day(office=office, day=options["open"], actor=OPERATOR, now=now):
            raise CommandError(f"{office.code} is open on {options['open']} already")
        days = closed_days(offices=[office.pk], since=date.min, seen_by=OPERATOR).get(office.pk, {})
        return {"office": office.code, "closed": _told(days), "suggested": _told(_without(suggested, days))}


def _day(raw: str) -> date:
    return date.fromisoformat(raw)


def _without(suggested: dict[date, str], known: dict[date, str]) -> dict[date, str]:
    return {day: name for day, name in suggested.items() if day not in known}


def _told(days: dict[date, str]) -> dict[str, str]:
    return {day.isoformat(): why for day, why in days.items()}
