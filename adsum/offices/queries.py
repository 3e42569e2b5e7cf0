"""Offices and staff."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from adsum.ledger.rules import Actor, ActorKind
from adsum.offices.models import ClosedDay, FieldOffice, HelpPlace, SignInTry, Staff, StaffPasskey
from adsum.offices.rules import Role


def find_office(*, code: str, seen_by: Actor) -> FieldOffice | None:
    """The field office with this code; everybody may know that an office exists."""
    return FieldOffice.objects.filter(code=code).first()


def officers_of(*, office: FieldOffice, seen_by: Actor) -> QuerySet[Staff]:
    """Who carries a caseload there, in a stable order; strangers and participants see none."""
    officers = Staff.objects.filter(office=office, role=Role.OFFICER, is_active=True).order_by("pk")
    if seen_by.kind in (ActorKind.STRANGER, ActorKind.PARTICIPANT):
        return officers.none()
    return officers


def staff_names(*, ids: set[int], seen_by: Actor) -> dict[int, str]:
    """Names by id, for staff and operators, who may know who acted."""
    if seen_by.kind not in (ActorKind.STAFF, ActorKind.OPERATOR):
        return {}
    return dict(Staff.objects.filter(pk__in=ids).values_list("pk", "name"))


def list_offices(*, seen_by: Actor) -> QuerySet[FieldOffice]:
    """Every field office, in the order of opening."""
    return FieldOffice.objects.order_by("pk")


def help_near(*, office: FieldOffice, seen_by: Actor) -> QuerySet[HelpPlace]:
    """Who helps near this office, as it lists them; everybody may know."""
    return HelpPlace.objects.filter(office=office).order_by("position")


def closed_days(*, offices: Collection[int], since: date, seen_by: Actor) -> dict[int, dict[date, str]]:
    """The days since then on which these offices are closed, with the reason, by the office's id; anybody may know."""
    found = ClosedDay.objects.filter(office__in=offices, day__gte=since).order_by("day")
    by_office: dict[int, dict[date, str]] = {}
    for office, day, why in found.values_list("office_id", "day", "why"):
        by_office.setdefault(office, {})[day] = why
    return by_office


def list_staff(*, seen_by: Actor) -> QuerySet[Staff]:
    """Everybody who has access; for the operator."""
    staff = Staff.objects.order_by("pk")
    return staff if seen_by.kind == ActorKind.OPERATOR else staff.none()


def staff_passkeys(*, staff_id: int, seen_by: Actor) -> QuerySet[StaffPasskey]:
    """The keys with which a member of staff signs in; only they themselves see them."""
    held = StaffPasskey.objects.filter(staff=staff_id, ended_at__isnull=True).order_by("pk")
    return held if seen_by.kind == ActorKind.STAFF and seen_by.id == staff_id else held.none()


@dataclass(frozen=True)
class Tries:
    """How often somebody failed to sign in of late."""

    account: int
    network: int


def count_sign_in_tries(*, account_hash: str, network_hash: str, since: datetime, seen_by: Actor) -> Tries:
    """Failed sign-ins since then on this account and from this network; only the rules may ask."""
    if seen_by.kind != ActorKind.RULES:
        return Tries(0, 0)
    recent = SignInTry.objects.filter(at__gte=since)
    return Tries(recent.filter(account_hash=account_hash).count(), recent.filter(network_hash=network_hash).count())
