"""`adsum invite`: one-time codes for one person, or for everybody of a wave who is not in yet."""

import csv
import os
import sys
from pathlib import Path
from typing import Any

import segno
from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from adsum.core.ids import in_groups
from adsum.enrolment.actions import issue_invitation
from adsum.enrolment.queries import not_yet_in, waves_seen
from adsum.ledger.rules import OPERATOR
from adsum.management.commanding import AdsumCommand, Answer, progress
from adsum.people.queries import participants
from adsum.people.rules import read_case_number


class Command(AdsumCommand):
    """Codes are shown once and kept only as hashes; a new one ends the earlier one."""

    help = "Make a one-time code: for one case number, or with --wave for all who are not in yet, into a file."

    def add_own_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("case_number", nargs="?", metavar="CASE_NUMBER")
        parser.add_argument("--wave", metavar="NAME", help="everybody of this wave who is not in yet")
        parser.add_argument("--office", metavar="CODE", help="whose wave it is; needed where names repeat")
        parser.add_argument("--out", metavar="FILE", help="where the codes of a wave go (readable by you only)")

    def answer(self, **options: Any) -> Answer:
        if options["wave"]:
            return self._invite_wave(options["wave"], options["office"], options["out"])
        if not options["case_number"]:
            raise CommandError("give a case number, or --wave NAME --out FILE")
        number = read_case_number(options["case_number"])
        person = participants(seen_by=OPERATOR).filter(case_number=number).first()
        if person is None:
            raise CommandError(f"no participant has the case number {options['case_number']}: check it, or enrol first")
        code = issue_invitation(participant=person, actor=OPERATOR, now=timezone.now())
        return {"case_number": person.case_number, "code": in_groups(code, 5), "link": _link(code)}

    def _invite_wave(self, name: str, code: str | None, out: str | None) -> Answer:
        wave = _find(name, code)
        if not out:
            raise CommandError("--out FILE is missing: the codes are shown only once, so say where they go")
        people = list(not_yet_in(wave=wave, seen_by=OPERATOR))
        handle = os.open(out, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600) if not Path(out).exists() else None
        if handle is None:
            raise CommandError(f"{out} exists already: name a new file, so that no codes are overwritten")
        with os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as file, progress("Codes", len(people)) as say:
            writer = csv.writer(file)
            writer.writerow(["case_number", "code", "link"])
            for done, person in enumerate(people, 1):
                code = issue_invitation(participant=person, actor=OPERATOR, now=timezone.now())
                writer.writerow([person.case_number, in_groups(code, 5), _link(code)])
                say(done)
        return {"wave": wave.name, "invited": len(people), "file": out}

    def print_for_people(self, answer: Answer) -> None:
        super().print_for_people(answer)
        if "link" in answer:
            segno.make(answer["link"]).terminal(out=sys.stdout, compact=True)


def _find(name: str, code: str | None) -> Any:
    found = [one for one in waves_seen(seen_by=OPERATOR).filter(name=name) if code in (None, one.office.code)]
    if not found:
        at = f" in office {code}" if code else ""
        raise CommandError(f"there is no wave “{name}”{at}: see the name you gave to adsum enrol")
    if len(found) > 1:
        codes = ", ".join(sorted(one.office.code for one in found))
        raise CommandError(f"several offices have a wave “{name}” ({codes}): say which one with --office CODE")
    return found[0]


def _link(code: str) -> str:
    return f"{settings.PUBLIC_URL}/start/{code}/"
