"""`adsum helpers`: the list of who helps near an office."""

import csv
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from adsum.ledger.rules import OPERATOR
from adsum.management.commanding import AdsumCommand, Answer
from adsum.offices.actions import list_help
from adsum.offices.queries import find_office
from adsum.offices.rules import HELP_COLUMNS, HelpKind, read_helper


class Command(AdsumCommand):
    """Replaces an office's list by that of a file, all of it or nothing."""

    help = "Replace the list of who helps near an office (legal aid, shelter, food …) by that of a CSV file."

    def add_own_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help=f"a CSV file with the columns {', '.join(HELP_COLUMNS)}")
        parser.add_argument("--office", required=True, help="the office's code")

    def answer(self, **options: Any) -> Answer:
        office = find_office(code=options["office"], seen_by=OPERATOR)
        if office is None:
            raise CommandError(f"there is no office {options['office']}")
        try:
            with Path(options["file"]).open(encoding="utf-8-sig", newline="") as file:
                rows = list(csv.DictReader(file))
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise CommandError(f"{options['file']} cannot be read: {error}") from error
        helpers = []
        for number, row in enumerate(rows, 2):
            helper = read_helper(row)
            if helper is None:
                raise CommandError(f"row {number} needs a name, and a kind of {', '.join(HelpKind)}; nothing was kept")
            helpers.append(helper)
        return {
            "office": office.code,
            "helpers": list_help(office=office, helpers=helpers, actor=OPERATOR, now=timezone.now()),
        }
