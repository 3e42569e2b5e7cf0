"""People and things for tests, made through the real actions wherever there is one."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from itertools import count
from typing import Any
from uuid import uuid4

from PIL import Image

from adsum.appointments.actions import give_appointment
from adsum.appointments.models import Appointment
from adsum.appointments.rules import Kind, Wanted
from adsum.checkins.actions import PlanStart, start_plans
from adsum.checkins.models import Duty
from adsum.checkins.policy import CheckinPolicy
from adsum.documents.actions import keep_document
from adsum.documents.models import Document
from adsum.documents.rules import Kind as DocumentKind
from adsum.enrolment.rules import COLUMNS, Row
from adsum.ledger.rules import OPERATOR
from adsum.offices.actions import hire_staff, open_office
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role
from adsum.people.actions import add_participants, sign_in_device
from adsum.people.models import Participant
from adsum.people.rules import NewPerson
from adsum.places.actions import add_addresses
from adsum.places.rules import NewAddress
from adsum.policies.actions import propose_policy
from adsum.policies.models import PolicyVersion
from adsum.policies.rules import Scope

NOW = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)
_NUMBERS = count(200_000_001)
_IDENTITY = ("case_number", "given_names", "surnames", "date_of_birth", "language")


def make_office(code: str = "NYC", zone: str = "America/New_York") -> FieldOffice:
    """A field office."""
    return open_office(
        code=code, name=f"Office {code}", time_zone=zone, phone="(212) 555-0100", actor=OPERATOR, now=NOW
    )


def make_staff(
    office: FieldOffice | None, role: Role = Role.OFFICER, email: str = "", name: str = "Ana Rivera"
) -> Staff:
    """A member of staff whose password is “a long password”."""
    email = email or f"staff{next(_NUMBERS)}@example.org"
    return hire_staff(
        email=email, name=name, role=role, office=office, password="a long password", actor=OPERATOR, now=NOW
    )


def make_participant(office: FieldOffice, *, active: bool = True, **given: Any) -> Participant:
    """A participant with an address; `active`: signed in on a device."""
    fields: dict[str, Any] = {
        "case_number": f"A{next(_NUMBERS)}",
        "given_names": "Maria",
        "surnames": "Lopez Garcia",
        "date_of_birth": date(1988, 3, 14),
        "language": "es",
        "enrolled_at": NOW - timedelta(days=60),
        **given,
    }
    new = NewPerson(
        office_id=office.pk, officer_id=None, sex="", country="", **{name: fields.pop(name) for name in _IDENTITY}
    )
    (pk,) = add_participants(people=[new], actor=OPERATOR, now=NOW)
    Participant.objects.filter(pk=pk).update(**fields)
    person = Participant.objects.select_related("office", "officer").get(pk=pk)
    home = NewAddress(pk, "123 Main St", "Apt 4", "Brooklyn", "NY", "11226", None, None, [], "operator")
    add_addresses(addresses=[home], actor=OPERATOR, now=NOW - timedelta(days=60))
    if active:
        sign_in_device(participant=person, browser="test", now=NOW - timedelta(days=50))
        person.refresh_from_db()
    return person


def make_duty(person: Participant, *, due_on: date, interval_days: int = 28, now: datetime = NOW) -> Duty:
    """The first duty of a new plan, counting since a month before `now`."""
    start_plans(
        starts=[PlanStart(person, interval_days, due_on, "check-in")], actor=OPERATOR, now=now - timedelta(days=30)
    )
    return Duty.objects.get(participant=person, due_on=due_on)


def make_appointment(
    person: Participant, *, kind: Kind = Kind.OFFICE_VISIT, days: float = 5, now: datetime = NOW, **given: Any
) -> Appointment:
    """An appointment that an officer of the person's office gave, so many days after `now`."""
    wanted = Wanted(kind, now + timedelta(days=days), **given)
    return give_appointment(participant=person, wanted=wanted, by=make_staff(person.office), now=now)


def make_picture(width: int = 60, height: int = 40, *, form: str = "PNG", **options: Any) -> bytes:
    """A picture file whose left half is red and whose right half is blue."""
    picture = Image.new("RGB", (width, height), "blue")
    picture.paste("red", (0, 0, width // 2, height))
    written = BytesIO()
    picture.save(written, form, **options)
    return written.getvalue()


def make_document(
    person: Participant, *, kind: DocumentKind = DocumentKind.ADDRESS_PROOF, now: datetime = NOW
) -> Document:
    """A document that the person has sent."""
    return keep_document(
        participant=person, key=uuid4(), kind=kind, content=make_picture(), actor=person.as_actor(), now=now
    )


def make_version(by: Staff, **changes: Any) -> PolicyVersion:
    """A proposed version: 48 hours of grace in the author's office, three days after NOW."""
    given: dict[str, Any] = {
        "kind": CheckinPolicy,
        "values": {"grace_hours": 48},
        "scope": Scope(by.office_id),
        "valid_from": NOW + timedelta(days=3),
        "reason": "Bridges are closed",
        "source": "Memo 12",
        "author": by.as_actor(),
        "now": NOW,
    }
    return propose_policy(**{**given, **changes})


def make_row(number: int = 2, **values: str) -> Row:
    """A clean row of an agency's export; `values` make it dirty."""
    clean = {
        "case_number": f"A{next(_NUMBERS)}",
        "given_names": "Maria",
        "surnames": "Lopez Garcia",
        "date_of_birth": "1988-03-14",
        "sex": "F",
        "country": "Honduras",
        "language": "es",
        "phone": "+12125550123",
        "email": "maria@example.org",
        "address": "123 Main St",
        "unit": "Apt 4",
        "city": "Brooklyn",
        "state": "NY",
        "postal_code": "11226",
        "field_office": "NYC",
        "level": "check-in",
        "interval_days": "28",
        "first_due_on": "2026-12-14",
    }
    assert set(clean) == set(COLUMNS)
    return Row(number, {**clean, **values})
