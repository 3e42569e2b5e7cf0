"""An officer links a family, notes who acts for a child, and gives one visit for all of them."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from adsum.appointments.actions import AppointmentRefused
from adsum.appointments.rules import Kind, Wanted
from adsum.console.access import staff_only
from adsum.families.actions import (
    FamilyRefused,
    end_guardianship,
    give_family_visit,
    leave_family,
    link_family,
    name_guardian,
)
from adsum.families.policy import FamiliesPolicy
from adsum.families.queries import family_of, guardianships_of, may_belong_together
from adsum.families.rules import is_child
from adsum.offices.rules import Role
from adsum.people.queries import find_participant, search_participants
from adsum.people.rules import read_case_number
from adsum.policies.queries import in_force

if TYPE_CHECKING:
    from adsum.ledger.rules import Actor
    from adsum.offices.models import Staff
    from adsum.people.models import Participant


def family_for(participant: Participant, *, seen_by: Actor) -> dict[str, Any]:
    """What the person's page shows of their family."""
    policy = in_force(FamiliesPolicy, now=timezone.now(), office_id=participant.office_id)
    return {
        "family": family_of(participant_id=participant.pk, seen_by=seen_by),
        "proposed": may_belong_together(participant=participant, seen_by=seen_by),
        "guardianships": guardianships_of(participant_id=participant.pk, seen_by=seen_by),
        "is_child": is_child(born=participant.date_of_birth, today=timezone.localdate(), policy=policy),
        "child_below_years": policy.child_below_years,
    }


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_POST
def family(request: HttpRequest, staff: Staff, participant_id: int) -> HttpResponse:
    """Link, name a guardian, end it, leave, or give a visit for all; then the person's page again."""
    participant = find_participant(participant_id=participant_id, seen_by=staff.as_actor())
    if participant is None:
        raise Http404
    try:
        messages.success(request, _do(request.POST, participant, staff))
    except (FamilyRefused, AppointmentRefused) as refusal:
        messages.warning(request, str(refusal))
    return redirect("person", participant_id=participant_id)


def _do(sent: QueryDict, participant: Participant, staff: Staff) -> str:
    wish, now, who = sent.get("do", ""), timezone.now(), participant.pk
    if wish == "leave":
        leave_family(participant_id=who, officer=staff, now=now)
        return "Taken out of the family."
    if wish == "end-guardian":
        held = sent.get("guardianship", "")
        number = int(held) if held.isdecimal() and len(held) < 18 else 0
        end_guardianship(guardianship_id=number, officer=staff, now=now)
        return "Ended. Messages for the child go to them no more."
    if wish == "visit":
        wanted = Wanted(Kind.OFFICE_VISIT, _moment(sent, participant), instructions=sent.get("instructions", ""))
        count = give_family_visit(participant_id=who, wanted=wanted, officer=staff, now=now)
        return f"One visit for {count} people. Each has been told."
    other = _other(sent, staff)
    if wish == "guardian":
        name_guardian(child_id=who, guardian_id=other, evidence=sent.get("evidence", ""), officer=staff, now=now)
        return "Noted. They can check in for this child on their own phone."
    link_family(participant_id=who, other_id=other, officer=staff, now=now)
    return "Linked. Nobody sees the other's file."


def _other(sent: QueryDict, staff: Staff) -> int:
    number = read_case_number(sent.get("case_number", ""))
    found = search_participants(words=number, seen_by=staff.as_actor()).first() if number else None
    if found is None:
        raise FamilyRefused("There is nobody with this case number in your office.")
    return found.pk


def _moment(sent: QueryDict, participant: Participant) -> datetime:
    with suppress(ValueError, OverflowError):
        return datetime.fromisoformat(sent.get("starts_at", "")).replace(tzinfo=participant.office.zone)
    raise AppointmentRefused("Please give the day and the hour.")
