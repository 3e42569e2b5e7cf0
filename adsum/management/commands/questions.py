"""`adsum questions`: what an office asks with each check-in."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from adsum.ledger.rules import OPERATOR
from adsum.management.commanding import AdsumCommand, Answer
from adsum.offices.queries import find_office
from adsum.orders.rules import Level
from adsum.questions.actions import publish_template
from adsum.questions.queries import templates
from adsum.questions.rules import BadTemplate


class Command(AdsumCommand):
    """Publishes a version from a file, or lists them all."""

    help = "publish FILE: ask this with each check-in (docs/questions.md); show: every version."

    def add_own_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["publish", "show"])
        parser.add_argument("file", nargs="?", metavar="FILE", help="JSON, with each text in every language")
        parser.add_argument("--office", metavar="CODE", help="only there; without it everywhere")
        parser.add_argument("--level", choices=[str(level) for level in Level], default="", help="only at this level")
        parser.add_argument("--from", dest="since", metavar="MOMENT", help="such as 2027-01-04T05:00Z; without it now")

    def answer(self, **options: Any) -> Answer:
        if options["what"] == "show":
            return {"templates": [_told(one) for one in templates(seen_by=OPERATOR)]}
        now = timezone.now()
        office = find_office(code=options["office"], seen_by=OPERATOR) if options["office"] else None
        if options["office"] and office is None:
            raise CommandError(f"there is no office {options['office']}: adsum questions show lists where is asked")
        try:
            template = publish_template(
                body=_read(options["file"]),
                office=office,
                level=options["level"],
                languages=dict(settings.LANGUAGES),
                valid_from=_moment(options["since"], now),
                actor=OPERATOR,
                now=now,
            )
        except BadTemplate as error:
            raise CommandError(f"{options['file']}: {error}") from error
        return {"published": str(template), "questions": len(template.questions), **_told(template)}


def _told(template: Any) -> Answer:
    return {
        "office": template.office.code if template.office else "",
        "level": template.level,
        "version": template.version,
        "valid_from": template.valid_from.isoformat(),
    }


def _read(file: str | None) -> Any:
    if not file:
        raise CommandError("give a FILE to publish; docs/questions.md shows one")
    try:
        return json.loads(Path(file).read_text())
    except (OSError, ValueError) as error:
        raise CommandError(f"{file} cannot be read as JSON: {error}") from error


def _moment(raw: str | None, now: datetime) -> datetime:
    if not raw:
        return now
    try:
        moment = datetime.fromisoformat(raw)
    except ValueError as error:
        raise CommandError(f"--from {raw} is no moment: give one such as 2027-01-04T05:00Z") from error
    if moment.tzinfo is None:
        raise CommandError(f"--from {raw} lacks its zone: give one such as 2027-01-04T05:00Z")
    return moment
