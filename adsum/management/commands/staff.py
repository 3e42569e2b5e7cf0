"""`adsum staff add|import`: access for one member of staff in one of the roles, or for a list of them."""

import secrets
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from adsum.ledger.rules import OPERATOR
from adsum.management.commanding import Answer
from adsum.management.importing import ImportingCommand
from adsum.management.lists import read_list
from adsum.offices.actions import hire_staff
from adsum.offices.queries import find_office
from adsum.offices.rules import DECIDERS, Role
from adsum.people.rules import read_email
from adsum.staffing.actions import import_staff
from adsum.staffing.rules import STAFF_COLUMNS, read_staff_row


class Command(ImportingCommand):
    """Makes a password, shows it once; the same e-mail again gets a new one. A list gives no passwords."""

    help = "add EMAIL: give somebody access, or a new password, shown once. import FILE: all of a CSV list, or nothing."

    def add_own_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["add", "import"])
        parser.add_argument(
            "email", metavar="EMAIL|FILE", help=f"a CSV file has the columns {', '.join(STAFF_COLUMNS)}"
        )
        parser.add_argument("--name", default="", help="needed with add")
        parser.add_argument("--role", choices=[str(role) for role in Role], default=str(Role.OFFICER))
        parser.add_argument("--office", metavar="CODE")

    def answer(self, **options: Any) -> Answer:
        return self._import(options["email"]) if options["what"] == "import" else self._add(**options)

    def _import(self, file: str) -> Answer:
        return self.import_list(
            lambda: import_staff(
                rows=read_list(file, columns=STAFF_COLUMNS, read=read_staff_row), actor=OPERATOR, now=timezone.now()
            )
        )

    def _add(self, **options: Any) -> Answer:
        role, code, email = Role(options["role"]), options["office"], read_email(options["email"])
        office = find_office(code=code or "", seen_by=OPERATOR)
        if email is None:
            raise CommandError(f"{options['email']} is no e-mail address: give one such as ana@agency.example")
        if not options["name"]:
            raise CommandError("give --name")
        if office is None and (code or role in DECIDERS):
            raise CommandError(f"there is no office {code or ''}: give --office CODE of an office that has a wave")
        password = secrets.token_urlsafe(12)
        person = hire_staff(
            email=email,
            name=options["name"],
            role=role,
            office=office,
            password=password,
            actor=OPERATOR,
            now=timezone.now(),
        )
        return {"email": person.email, "role": person.role, "office": code, "password": password}
