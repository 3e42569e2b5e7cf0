"""`adsum people count`, `adsum people bundle` and `adsum people take-over`."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from adsum.checkins.queries import count_open_duties
from adsum.handover.actions import HandoverRefused, Taken, make_bundle, take_over
from adsum.handover.policy import HandoverPolicy
from adsum.handover.queries import is_known_key
from adsum.handover.rules import BundleRefused, Opened, open_bundle, site_label
from adsum.ledger.rules import OPERATOR
from adsum.management.commanding import AdsumCommand, Answer
from adsum.management.ledger_proof import seal_ledger
from adsum.offices.queries import find_office
from adsum.people.queries import participants
from adsum.people.rules import read_case_number
from adsum.policies.queries import in_force

if TYPE_CHECKING:
    from adsum.offices.models import FieldOffice


class Command(AdsumCommand):
    """Figures about participants; everything about one of them as a file; somebody from another Adsum site."""

    help = (
        "count: how many participants there are, and how many check-ins are owed. bundle CASE_NUMBER --out FILE:"
        " everything about one person, signed. take-over FILE --office CODE: bring in who comes from another site."
    )

    def add_own_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["count", "bundle", "take-over"])
        parser.add_argument("which", nargs="?", default="", metavar="CASE_NUMBER|FILE")
        parser.add_argument("--out", default="", metavar="FILE", help="with bundle: a new file, readable by you only")
        parser.add_argument("--reason", default="", metavar="TEXT", help="with bundle: why; the person can read it")
        parser.add_argument("--office", default="", metavar="CODE", help="with take-over: where the person is from now")
        parser.add_argument(
            "--from-key", default="", metavar="KEY", help="with take-over: the old site's key, as it told you"
        )
        parser.add_argument("--dry-run", action="store_true", help="with take-over: try all of it, and change nothing")

    def answer(self, **options: Any) -> Answer:
        if options["what"] == "bundle":
            return self._bundle(options["which"], options["out"], options["reason"])
        if options["what"] == "take-over":
            return self._take_over(**options)
        return {
            "participants": participants(seen_by=OPERATOR).count(),
            "duties_open": count_open_duties(seen_by=OPERATOR),
        }

    def _bundle(self, number: str, out: str, reason: str) -> Answer:
        person = participants(seen_by=OPERATOR).filter(case_number=read_case_number(number)).first()
        if person is None:
            raise CommandError(f"no participant has the case number {number or '(give one)'}: check it")
        if not out:
            raise CommandError("--out FILE is missing: say where the bundle goes")
        seal_ledger(settings.HOME, timezone.now())
        try:
            handle = os.open(out, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        except OSError as error:
            raise CommandError(f"{out} cannot be made ({error.strerror}): name a new file") from error
        try:
            with os.fdopen(handle, "w+b") as file:
                made = make_bundle(participant_id=person.pk, reason=reason, actor=OPERATOR, to=file, now=timezone.now())
                file.flush()
                os.fsync(file.fileno())
        except BaseException as error:
            with suppress(OSError):
                Path(out).unlink()
            if isinstance(error, HandoverRefused):
                raise CommandError(f"{error} (--reason TEXT)") from error
            raise
        return {
            "case_number": person.case_number,
            "file": out,
            "bundle": made.bundle,
            "rows": made.rows,
            "ledger_lines": made.lines,
            "papers": made.papers,
            "papers_lost": list(made.lacking),
            "public_key": made.public_key,
        }

    def _take_over(self, *, which: str, office: str, from_key: str, dry_run: bool, **_: Any) -> Answer:
        there = find_office(code=office, seen_by=OPERATOR)
        if there is None:
            raise CommandError(f"there is no office {office or '(give --office CODE)'}: open it first")
        if not Path(which).is_file():
            raise CommandError(f"{which or 'FILE is missing'}: there is no such file")
        most = in_force(HandoverPolicy, now=timezone.now()).most_megabytes * 1_000_000
        try:
            with open_bundle(Path(which), most_bytes=most) as opened:
                return _taken_over(opened, there, from_key.strip(), dry_run=dry_run)
        except BundleRefused as error:
            raise CommandError(f"{which} is not taken over: {error}") from error


def _taken_over(opened: Opened, office: FieldOffice, from_key: str, *, dry_run: bool) -> Answer:
    if from_key and from_key != opened.public_key:
        raise BundleRefused(f"it is signed with the key {opened.public_key}, not with the one that you gave")
    opened.verify()
    compared = bool(from_key) or is_known_key(public_key=opened.public_key, seen_by=OPERATOR)
    if not compared and not dry_run:
        raise BundleRefused(
            f"it says that it comes from {site_label(opened.head().site, opened.public_key)}. Ask that site for its"
            f" key on another way, and give it: --from-key={opened.public_key}"
        )
    taken = take_over(opened=opened, office=office, now=timezone.now(), dry_run=dry_run)
    return {"dry_run": dry_run, "public_key": opened.public_key, "key_compared": compared, **_told(taken, dry_run)}


def _told(taken: Taken, dry_run: bool) -> Answer:
    if not taken.fresh:
        return {
            "taken_over": False,
            "case_number": taken.case_number,
            "why": f"this bundle was taken over on {taken.taken_at:%Y-%m-%d %H:%M} UTC; nothing has changed",
        }
    return {
        "taken_over": not dry_run,
        "case_number": taken.case_number,
        "from_site": taken.site,
        "office": taken.office,
        "rows": taken.rows,
        "rows_kept_as_told": taken.told,
        "ledger_lines": taken.lines,
        "papers": taken.papers,
        "papers_lost_before": list(taken.lacking),
        "staff_who_work_here": list(taken.matched),
        "next": f"adsum invite {taken.case_number}; at the old site an officer notes that the person has left",
    }
