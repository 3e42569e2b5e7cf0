"""Who carries how many people, and who would get whom."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet

from adsum.families.queries import families_of_office
from adsum.ledger.rules import Actor, ActorKind
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role
from adsum.people.models import Participant
from adsum.people.queries import participants
from adsum.policies.queries import in_force
from adsum.staffing.policy import StaffingPolicy
from adsum.staffing.rules import Carried, Caseloads, Handing, Load, hand_out


def caseloads_of(*, office_id: int, now: datetime, seen_by: Actor) -> Caseloads:
    """The officers of an office with how many people each has; for staff and the rules, of any office: counts only."""
    policy = in_force(StaffingPolicy, now=now, office_id=office_id)
    if seen_by.kind in (ActorKind.STRANGER, ActorKind.PARTICIPANT):
        return Caseloads((), policy)
    carried = Participant.objects.filter(office=office_id, left_at=None, officer__isnull=False).order_by()
    counts = dict(carried.values_list("officer").annotate(Count("pk")))
    officers = Staff.objects.filter(office=office_id, role=Role.OFFICER, is_active=True).order_by("pk")
    loads = [Load(one.pk, frozenset(one.languages), counts.get(one.pk, 0)) for one in officers]
    return Caseloads(loads, policy)


def staff_of_office(*, office_id: int, seen_by: Actor) -> QuerySet[Staff]:
    """Everybody who works there, those with access first; for its own staff and for who sees every office."""
    staff = Staff.objects.filter(office=office_id).order_by("-is_active", "role", "name", "pk")
    may = seen_by.kind == ActorKind.OPERATOR or seen_by.sees_every_office
    return staff if may or (seen_by.kind == ActorKind.STAFF and seen_by.office_id == office_id) else staff.none()


def find_colleague(*, staff_id: int, seen_by: Actor) -> Staff | None:
    """Somebody of the same office, or None."""
    found = Staff.objects.filter(pk=staff_id).select_related("office").first()
    if found is None or found.office_id is None:
        return None
    return staff_of_office(office_id=found.office_id, seen_by=seen_by).filter(pk=staff_id).first()


def count_caseload(*, staff_id: int, seen_by: Actor) -> int:
    """How many people who are here an officer has."""
    return participants(seen_by=seen_by).filter(officer=staff_id, left_at=None).count()


@dataclass(frozen=True)
class Proposal:
    """Who would get whom, and how many people each officer has before and after."""

    handings: list[Handing]
    before: dict[int, int]
    after: dict[int, int]


def propose_caseloads(*, office: FieldOffice, level: bool, now: datetime, seen_by: Actor) -> Proposal:
    """What the rule of this office would do now; `level`: also take from who has too many."""
    caseloads = caseloads_of(office_id=office.pk, now=now, seen_by=seen_by)
    here = participants(seen_by=seen_by).filter(office=office, left_at=None).select_related(None).order_by("pk")
    families = families_of_office(office_id=office.pk, seen_by=seen_by)
    people = [
        Carried(person, language, families.get(person), officer)
        for person, language, officer in here.values_list("pk", "language", "officer")
    ]
    before = dict(caseloads.people)
    handings = list(hand_out(people, caseloads, level=level))
    return Proposal(handings, before, dict(caseloads.people))
