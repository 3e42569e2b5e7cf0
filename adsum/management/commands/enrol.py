"""`adsum enrol`: an agency's list becomes a wave of an office."""

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from adsum.core.crew import CrewLost
from adsum.core.text import clean_line
from adsum.ledger.rules import OPERATOR
from adsum.management.commanding import AdsumCommand, Answer, progress
from adsum.management.enrolling import count_helpers, enrol_file, look_at_file, one_list_at_a_time
from adsum.management.processes import peak_memory_mb
from adsum.management.wave_file import FileRefused, open_rejects, open_wave
from adsum.offices.actions import OfficeRefused, open_office

LONGEST_NAME = 80


class Command(AdsumCommand):
    """Enrols whoever can be identified; what is wrong with a row is a grade, not a rejection."""

    when_stopped = "who was enrolled stays so; run the same again to go on"
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
        name, helpers = clean_line(options["wave"]), count_helpers()
        if not 1 <= len(name) <= LONGEST_NAME:
            raise CommandError("--wave must be a name of 1 to 80 characters, such as 2027-01")
        try:
            with open_wave(source) as file, one_list_at_a_time():
                census = look_at_file(file, office_code=code, wave_name=name, helpers=helpers)
                office = open_office(
                    code=code, name=f"Field office {code}", time_zone=options["time_zone"], actor=OPERATOR, now=now
                )
                if census.elsewhere:
                    self.stderr.write(
                        f"Note: {census.elsewhere:,} of {census.rows:,} rows name another office than {code}."
                    )
                rejects = open_rejects(source, Path(settings.HOME) / "rejects")
                with progress(f"Enrolling into {code}", census.rows) as say:
                    grades = enrol_file(
                        file,
                        census=census,
                        office=office,
                        wave_name=name,
                        actor=OPERATOR,
                        now=now,
                        say=say,
                        reject=rejects.add,
                        helpers=helpers,
                    )
                rejects.keep()
        except (FileRefused, OfficeRefused) as refusal:
            raise CommandError(str(refusal)) from refusal
        except CrewLost as lost:
            raise CommandError(f"{lost}; is there memory enough? {self.when_stopped}") from lost
        return {
            "read": grades.read,
            "enrolled": grades.enrolled,
            "rejected": grades.rejected,
            "already": grades.already,
            "graded": dict(grades.graded.most_common()),
            "rejects_file": str(rejects.path),
            "other_office": census.elsewhere,
            "peak_mb": peak_memory_mb(helpers=helpers),
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
