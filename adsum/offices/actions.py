"""Opening offices and hiring staff."""

from datetime import datetime

from django.db import transaction

from adsum.ledger.actions import record
from adsum.ledger.rules import Actor
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role, is_office_code, is_time_zone


class OfficeRefused(Exception):
    """An office cannot be opened so; the message says what to give instead."""


def open_office(
    *,
    code: str,
    name: str,
    time_zone: str,
    actor: Actor,
    now: datetime,
    phone: str = "",
) -> FieldOffice:
    """Open the office, or return the one that has this code. Raises OfficeRefused."""
    if not is_office_code(code):
        raise OfficeRefused(f"“{code}” is no office code: use one to twelve capitals, digits and dashes, such as NYC")
    if not is_time_zone(time_zone):
        raise OfficeRefused(f"“{time_zone}” is no time zone: use a name of the IANA list, such as America/New_York")
    with transaction.atomic():
        office, opened = FieldOffice.objects.get_or_create(
            code=code, defaults={"name": name, "time_zone": time_zone, "phone": phone}
        )
        if opened:
            record(verb="office.opened", actor=actor, now=now, subject=office, code=code)
    return office


def hire_staff(
    *,
    email: str,
    name: str,
    role: Role,
    office: FieldOffice | None,
    password: str,
    actor: Actor,
    now: datetime,
) -> Staff:
    """Give a person access, or set a new password for the one who has this e-mail."""
    with transaction.atomic():
        person = Staff.objects.select_for_update().filter(email__iexact=email).first()
        if person is None:
            person = Staff(email=email.lower(), name=name, role=role, office=office)
        person.set_password(password)
        person.save()
        record(verb="staff.access-given", actor=actor, now=now, subject=person, role=role)
    return person


def record_sign_in(*, staff: Staff, now: datetime) -> None:
    """A member of staff has signed in."""
    with transaction.atomic():
        record(verb="staff.signed-in", actor=staff.as_actor(), now=now, subject=staff)
