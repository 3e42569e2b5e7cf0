"""Somebody works here no more: first their people go to others, then their access ends."""

from datetime import datetime

from django.db import transaction

from adsum.families.queries import families_of_office
from adsum.ledger.actions import record
from adsum.ledger.rules import Actor
from adsum.offices.models import Staff
from adsum.people.models import Participant
from adsum.people.queries import participants
from adsum.staffing.actions.caseloads import give_to_officer
from adsum.staffing.queries import caseloads_of, count_caseload, find_colleague
from adsum.staffing.rules import Carried, Caseloads, Handing, Why, hand_out


class StaffRefused(Exception):
    """It cannot be done so; the message says what to do first."""


def hand_over_caseload(*, staff_id: int, to_id: int | None, actor: Actor, now: datetime) -> int:
    """All people of one officer go to another one, or, with no `to_id`, to the others by the rule. StaffRefused."""
    with transaction.atomic():
        giver = _colleague(staff_id, actor)
        assert giver.office is not None
        here = participants(seen_by=actor).filter(officer=giver, left_at=None).order_by("pk")
        families = families_of_office(office_id=giver.office.pk, seen_by=actor)
        people = here.values_list("pk", "language")
        carried = [Carried(pk, language, families.get(pk), None) for pk, language in people]
        loads = caseloads_of(office_id=giver.office.pk, now=now, seen_by=actor)
        others = [load for load in loads.loads if load.officer_id != giver.pk and to_id in (None, load.officer_id)]
        if carried and not others:
            raise StaffRefused("Choose another officer of this office who has access.")
        caseloads = Caseloads(others, loads.policy)
        theirs = participants(seen_by=actor).filter(pk__in=families, left_at=None).exclude(officer=giver)
        for pk, officer_id in theirs.exclude(officer=None).order_by("pk").values_list("pk", "officer_id"):
            caseloads.keep_family(families[pk], officer_id)
        handings = [
            Handing(one.person_id, giver.pk, one.officer_id, one.why if to_id is None else Why.NAMED)
            for one in hand_out(carried, caseloads, level=False)
        ]
        give_to_officer(handings=handings, office=giver.office, actor=actor, now=now)
        Participant.objects.filter(officer=giver, left_at__isnull=False).update(officer=None)
        record(verb="caseload.handed-over", actor=actor, now=now, subject=giver, count=len(handings), to=to_id)
    return len(handings)


def end_access(*, staff_id: int, actor: Actor, now: datetime) -> Staff:
    """They can sign in no more, and what they are signed in to ends with the next page. Raises StaffRefused."""
    with transaction.atomic():
        staff = _colleague(staff_id, actor)
        if staff.pk == actor.id:
            raise StaffRefused("You cannot end your own access: another supervisor does.")
        if count := count_caseload(staff_id=staff.pk, seen_by=actor):
            raise StaffRefused(f"{staff.name} has {count} people still. Hand them over first.")
        staff.is_active = False
        staff.set_unusable_password()
        staff.save(update_fields=["is_active", "password"])
        record(verb="staff.access-ended", actor=actor, now=now, subject=staff)
    return staff


def _colleague(staff_id: int, actor: Actor) -> Staff:
    found = find_colleague(staff_id=staff_id, seen_by=actor)
    if found is None or not found.is_active:
        raise StaffRefused("There is nobody with access of this number in your office.")
    return Staff.objects.select_for_update(of=("self",)).select_related("office").get(pk=found.pk)
