"""`adsum staff add`: access for an officer or supervisor."""

import secrets
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from adsum.ledger.rules import OPERATOR
from adsum.management.commanding import AdsumCommand, Answer
from adsum.offices.actions import hire_staff
from adsum.offices.queries import find_office
from adsum.offices.rules import DECIDERS, Role
from adsum.people.rules import read_email


class Command(AdsumCommand):
    """Makes a password, shows it once; the same e-mail again gets a new one."""

    help = "add: give somebody access, or a new password; it is shown once."

    def add_own_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["add"])
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--name", required=True)
        parser.add_argument("--role", choices=[str(role) for role in sorted(DECIDERS)], default=str(Role.OFFICER))
        parser.add_argument("--office", metavar="CODE")

    def answer(self, **options: Any) -> Answer:
        role, code, email = Role(options["role"]), options["office"], read_email(options["email"])
        office = find_office(code=code or "", seen_by=OPERATOR)
        if email is None:
            raise CommandError(f"{options['email']} is no e-mail address: give one such as ana@agency.example")
        if office is None:
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
