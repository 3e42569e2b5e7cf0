"""`adsum enrol`: an agency's list becomes a wave of an office."""

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from adsum.core.text import clean_line
from adsum.enrolment.actions import enrol_wave
from adsum.ledger.rules import OPERATOR
from adsum.management.commanding import AdsumCommand, Answer, progress
from adsum.management.wave_file import FileRefused, read_wave, write_rejects
from adsum.offices.actions import OfficeRefused, open_office

LONGEST_NAME = 80


class Command(AdsumCommand):
    """Enrols whoever can be identified; what is wrong with a row is a grade, not a rejection."""

    help = "Enrol an agency's list (CSV, plain or gzip; - is standard input) as a wave of an office."

    def add_own_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="the export, or - for standard input")
        parser.add_argument("--office", required=True, metavar="CODE", help="the field office; opened when absent")
        parser.add_argument("--wave", required=True, metavar="NAME", help="the wave's name")
        parser.add_argument(
            "--time-zone", default="America/New_York", metavar="ZONE", help="of a new office (America/New_York)"
        )

    def answer(self, **options: Any) -> Answer:
        started, now = time.monotonic(), timezone.now()
        source, code = options["file"], options["office"]
        name = clean_line(options["wave"])
        if not 1 <= len(name) <= LONGEST_NAME:
            raise CommandError("--wave must be a name of 1 to 80 characters, such as 2027-01")
        try:
            rows = read_wave(source)
            office = open_office(
                code=code, name=f"Field office {code}", time_zone=options["time_zone"], actor=OPERATOR, now=now
            )
            elsewhere = sum(row.values["field_office"].strip() != code for row in rows)
            if elsewhere:
                self.stderr.write(f"Note: {elsewhere:,} of {len(rows):,} rows name another office than {code}.")
            with progress(f"Enrolling into {code}", len(rows)) as say:
                result = enrol_wave(rows=rows, office=office, name=name, actor=OPERATOR, now=now, progress=say)
            rejects = write_rejects(result.rejected, source, Path(settings.HOME) / "rejects")
        except (FileRefused, OfficeRefused) as refusal:
            raise CommandError(str(refusal)) from refusal
        return {
            "read": result.read,
            "enrolled": result.enrolled,
            "rejected": len(result.rejected),
            "already": result.already,
            "graded": dict(result.graded.most_common()),
            "rejects_file": str(rejects),
            "other_office": elsewhere,
            "seconds": round(time.monotonic() - started, 2),
        }

    def print_for_people(self, answer: Answer) -> None:
        self.stdout.write(
            f"Read {answer['read']:,} rows: {answer['enrolled']:,} enrolled, {answer['already']:,} enrolled before, "
            f"{answer['rejected']:,} rejected, in {answer['seconds']} s."
        )
        for fault, count in answer["graded"].items():
            self.stdout.write(f"  {count:>8,}  {fault}")
        if answer["rejected"]:
            self.stdout.write(f"Rejected rows, each with its reason: {answer['rejects_file']}")
