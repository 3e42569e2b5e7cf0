"""What `adsum run` prints: where a participant and an officer start."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from adsum.core.ids import in_groups
from adsum.enrolment.actions import issue_invitation
from adsum.enrolment.queries import enrolment_of, find_wave, not_yet_in
from adsum.ledger.rules import OPERATOR
from adsum.management.commanding import one_at_a_time
from adsum.management.crowd import add_crowd, count_first_people
from adsum.management.demo import DEMO_WAVE, LIVELY, OFFICE, OFFICE_NAME, fill_demo, open_demo_office
from adsum.management.demo_life import HISTORY_DAYS
from adsum.management.demo_monitors import hand_out_monitors
from adsum.management.demo_records import tell_of_records
from adsum.offices.actions import hire_staff
from adsum.offices.queries import find_office, list_offices, list_staff
from adsum.offices.rules import Role
from adsum.orders.queries import order_in_force
from adsum.orders.rules import Level

if TYPE_CHECKING:
    from adsum.people.models import Participant

SEED, A_YEAR = 7, 365
DEMO_STAFF = (
    ("officer.rivera@example.org", "Ana Rivera", Role.OFFICER),
    ("officer.chen@example.org", "Daniel Chen", Role.OFFICER),
    ("supervisor.okafor@example.org", "Grace Okafor", Role.SUPERVISOR),
)


@dataclass
class Welcome:
    """The two addresses to start from, and who can go there."""

    participant_url: str
    participant_hint: str
    officer_url: str
    sign_ins: list[dict[str, str]] = field(default_factory=list)
    texts_url: str = ""
    participant_case_number: str = ""

    def as_dict(self) -> dict[str, object]:
        """For --json."""
        return asdict(self)

    def in_words(self) -> str:
        """For a terminal."""
        lines = ["", "Adsum is running.", "", f"  Participant   {self.participant_url}"]
        lines.append(f"                {self.participant_hint}")
        if self.participant_case_number:
            lines.append(f"                case number {self.participant_case_number}: it asks for the last 3 numbers")
        lines += ["", f"  Officer       {self.officer_url}"]
        lines += [
            f"                {one['email']}   password {one['password']}   ({one['role']})" for one in self.sign_ins
        ]
        if not self.sign_ins:
            lines.append("                no password here: adsum staff add EMAIL --name NAME --office CODE makes one")
        lines += ["", f"  Text messages {self.texts_url}"] if self.texts_url else []
        lines += [
            "",
            "Open the participant's link, check in, then look at the officer's worklist.",
            "Ctrl-C stops everything.",
        ]
        return "\n".join(lines)


def fill_if_empty(*, people: int, say: Callable[[int], None] = lambda done: None) -> None:
    """The demo for an empty database; where people are but no staff, one supervisor gets access.

    Asked for more people than the demo's, it lets a crowd follow. Raises CrowdRefused where anybody could be real.
    """
    if _is_local():
        _first_access()
    if people > LIVELY or (people and not list_offices(seen_by=OPERATOR).exists()):
        fill_with_made_up(people=people, now=timezone.now(), say=say)


def fill_with_made_up(
    *,
    people: int,
    now: datetime,
    seed: int = SEED,
    history_days: int = A_YEAR,
    say: Callable[[int], None] = lambda done: None,
    using: str = "owner",
) -> None:
    """The demo's office, staff and first people, and a crowd until there are so many; `say` hears how many there are.

    A run that was killed is finished by the same call. Raises CrowdRefused where anybody could be real.
    """
    with transaction.atomic(), one_at_a_time("fill"):
        if not list_offices(seen_by=OPERATOR).exists():
            _open_demo(people, now, seed, history_days)
    first = count_first_people(office_code=OFFICE, using=using)
    say(first)
    if people > LIVELY:
        add_crowd(
            office_code=OFFICE,
            people=people - first,
            now=now,
            seed=seed,
            history_days=history_days,
            say=lambda done: say(first + done),
            using=using,
        )


def _open_demo(people: int, now: datetime, seed: int, history_days: int) -> None:
    office = open_demo_office(now=now, history_days=history_days if people > LIVELY else HISTORY_DAYS)
    _hire(office.code, DEMO_STAFF)
    fill_demo(office=office, people=min(people, LIVELY), now=now, seed=seed)
    tell_of_records(now=now, seed=seed)
    officers = list_staff(seen_by=OPERATOR).filter(role=Role.OFFICER)
    hand_out_monitors(officer=officers[0], now=now, seed=seed)


def describe_welcome() -> Welcome:
    """Where to go now. On this machine only, with a fresh code for somebody who is not in yet."""
    url, hint, case_number = _way_in_for_a_participant()
    console, passwords = f"{settings.PUBLIC_URL}/console/", _known_passwords()
    return Welcome(url, hint, console, passwords, settings.SMS_URL, participant_case_number=case_number)


def is_demo_only() -> bool:
    """True on this machine with nobody but made-up people."""
    names = list(list_offices(seen_by=OPERATOR).values_list("name", flat=True))
    return _is_local() and names == [OFFICE_NAME]


def _is_local() -> bool:
    return (urlsplit(settings.PUBLIC_URL).hostname or "") in ("127.0.0.1", "localhost", "::1")


def _access_file() -> Path:
    return Path(settings.HOME) / "demo-access.json"


def _known_passwords() -> list[dict[str, str]]:
    path = _access_file()
    found: list[dict[str, str]] = json.loads(path.read_text()) if path.exists() else []
    return found


def _hire(office_code: str, people: tuple[tuple[str, str, Role], ...]) -> None:
    office = find_office(code=office_code, seen_by=OPERATOR)
    access = []
    for email, name, role in people:
        password = secrets.token_urlsafe(9)
        hire_staff(
            email=email, name=name, role=role, office=office, password=password, actor=OPERATOR, now=timezone.now()
        )
        access.append({"email": email, "password": password, "role": role})
    path = _access_file()
    path.touch(mode=0o600)
    path.write_text(json.dumps(access, indent=1))


def _first_access() -> None:
    """People were enrolled, but nobody can look after them yet: one supervisor for the first office."""
    with transaction.atomic(), one_at_a_time("fill"):
        office = list_offices(seen_by=OPERATOR).first()
        if office is not None and not list_staff(seen_by=OPERATOR).exists():
            _hire(office.code, (("supervisor@example.org", "First supervisor", Role.SUPERVISOR),))


def _way_in_for_a_participant() -> tuple[str, str, str]:
    """A fresh code for somebody made up who is not in yet; nobody real gets or loses a code by a start."""
    plain = f"{settings.PUBLIC_URL}/start/"
    wave = find_wave(name=DEMO_WAVE, seen_by=OPERATOR)
    made_up = wave is not None and wave.office.name == OFFICE_NAME
    found = not_yet_in(wave=wave, seen_by=OPERATOR) if wave and made_up and _is_local() else None
    waiting = list(found.filter(language__in=["en", "es"])) if found is not None else []
    person = next((one for one in reversed(waiting) if _checks_in_by_phone(one)), None)
    if person is None:
        return plain, "with a code from: adsum invite CASE_NUMBER", ""
    code = issue_invitation(participant=person, actor=OPERATOR, now=timezone.now())
    born = person.date_of_birth
    hint = f"{person.full_name}, born {born:%B} {born.day}, {born.year}"
    return f"{plain}{in_groups(code, 5)}/", hint, person.case_number


def _checks_in_by_phone(person: Participant) -> bool:
    order = order_in_force(participant_id=person.pk, seen_by=OPERATOR)
    enrolment = enrolment_of(participant_id=person.pk, seen_by=OPERATOR)
    return bool(order and order.level == Level.CHECK_IN and enrolment and not enrolment.faults)
