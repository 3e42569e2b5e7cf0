"""Lists of staff and offices: all of a list or nothing of it; the same list again changes nothing."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from adsum.ledger.actions import record
from adsum.ledger.rules import Actor
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role
from adsum.staffing.queries import count_caseload
from adsum.staffing.rules import OfficeRow, RowFault, StaffRow, faults_of_repeats


class ImportRefused(Exception):
    """Nothing of the list was kept. `faults` says what is wrong, row by row."""

    def __init__(self, faults: Sequence[RowFault]) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = list(faults)


def import_offices(*, rows: Sequence[OfficeRow], actor: Actor, now: datetime) -> Counter[str]:
    """Open the offices that are new, and rename the others. Raises ImportRefused.

    The time zone of an open office stands: its deadlines count in it. Returns how many were new, changed, the same.
    """
    with transaction.atomic():
        _alone()
        known = {office.code: office for office in FieldOffice.objects.filter(code__in=[row.code for row in rows])}
        faults = faults_of_repeats(((row.row, row.code) for row in rows), "code")
        faults += [
            RowFault(row.row, "time_zone", f"{row.code} is open in {known[row.code].time_zone}; it stays so")
            for row in rows
            if row.code in known and known[row.code].time_zone != row.time_zone
        ]
        if faults:
            raise ImportRefused(sorted(faults, key=lambda fault: fault.row))
        done = Counter(_keep_office(row, known.get(row.code)) for row in rows)
        record(verb="offices.imported", actor=actor, now=now, counts=dict(done))
    return done


def _keep_office(row: OfficeRow, office: FieldOffice | None) -> str:
    if office is None:
        FieldOffice.objects.create(code=row.code, name=row.name, time_zone=row.time_zone, phone=row.phone)
        return "new"
    if (office.name, office.phone) == (row.name, row.phone):
        return "same"
    office.name, office.phone = row.name, row.phone
    office.save(update_fields=["name", "phone"])
    return "changed"


def import_staff(*, rows: Sequence[StaffRow], actor: Actor, now: datetime) -> Counter[str]:
    """Give access to who is new, and change the others to what the list says. Raises ImportRefused.

    Nobody gets a password: they sign in by the agency's own sign-in, or get one from `adsum staff add`. Who is not on
    the list stays as they are. Returns how many were new, changed, the same.
    """
    with transaction.atomic():
        _alone()
        offices = {office.code: office for office in FieldOffice.objects.all()}
        emails = [row.email for row in rows]
        known = {one.email.lower(): one for one in Staff.objects.select_for_update().filter(email__in=emails)}
        faults = faults_of_repeats(((row.row, row.email) for row in rows), "email")
        faults += [
            RowFault(row.row, "office", f"there is no office {row.office}")
            for row in rows
            if row.office and row.office not in offices
        ]
        faults += [fault for row in rows if (fault := _left_behind(row, known.get(row.email), actor))]
        if faults:
            raise ImportRefused(sorted(faults, key=lambda fault: fault.row))
        done: Counter[str] = Counter()
        for row in rows:
            done[_keep_staff(row, offices.get(row.office), known.get(row.email), actor, now)] += 1
        record(verb="staff.imported", actor=actor, now=now, counts=dict(done))
    return done


def _alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('adsum.staffing'))")


def _left_behind(row: StaffRow, staff: Staff | None, actor: Actor) -> RowFault | None:
    """An officer who would go elsewhere, or become something else, and has people still."""
    if staff is None or (staff.role, staff.office.code if staff.office else "") == (row.role, row.office):
        return None
    count = count_caseload(staff_id=staff.pk, seen_by=actor) if staff.role == Role.OFFICER else 0
    return (
        RowFault(row.row, "office", f"{staff.email} has {count} people there: hand them over first") if count else None
    )


def _keep_staff(row: StaffRow, office: FieldOffice | None, staff: Staff | None, actor: Actor, now: datetime) -> str:
    wanted = (row.name, row.role, office.pk if office else None, list(row.languages), True)
    if staff is not None and wanted == (staff.name, staff.role, staff.office_id, staff.languages, staff.is_active):
        return "same"
    person = staff or Staff(email=row.email)
    person.name, person.role, person.office, person.languages, person.is_active = (
        row.name,
        row.role,
        office,
        list(row.languages),
        True,
    )
    if staff is None:
        person.set_unusable_password()
    person.save()
    record(verb="staff.access-given", actor=actor, now=now, subject=person, role=row.role)
    return "new" if staff is None else "changed"
