"""An officer links a family, notes who acts for a child, gives one visit for all; a supervisor decides proposals."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from adsum.appointments.actions import AppointmentRefused
from adsum.appointments.rules import Kind, Wanted
from adsum.console.access import staff_only
from adsum.families.actions import (
    FamilyRefused,
    decide_family,
    end_guardianship,
    give_family_visit,
    leave_family,
    link_family,
    name_guardian,
    undo_family_decision,
)
from adsum.families.policy import FamiliesPolicy
from adsum.families.queries import families_proposed, family_decisions, family_of, guardianships_of, may_belong_together
from adsum.families.rules import TIES, is_child
from adsum.offices.rules import Role
from adsum.people.queries import find_participant, participants, search_participants
from adsum.people.rules import read_case_number
from adsum.policies.queries import in_force

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from adsum.ledger.rules import Actor
    from adsum.offices.models import Staff
    from adsum.people.models import Participant

SHOWN_DECIDED = 20
DECIDED = {"together": "Linked as one family. Nobody sees another’s file.", "apart": "Noted: not one family."}


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
        end_guardianship(guardianship_id=_number(sent.get("guardianship", "")), officer=staff, now=now)
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


@staff_only(Role.SUPERVISOR)
@require_http_methods(["GET", "HEAD", "POST"])
def families(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Who of the office may be a family, and why; each decided by one click, which another one undoes."""
    if request.method == "POST":
        try:
            messages.success(request, _judge(request.POST, staff))
        except FamilyRefused as refusal:
            messages.warning(request, str(refusal))
        return redirect(f"{reverse('families')}?page={_number(request.POST.get('page', '')) or 1}")
    me, policy = staff.as_actor(), in_force(FamiliesPolicy, now=timezone.now())
    page = Paginator(families_proposed(office_id=staff.office_id, seen_by=me), policy.proposals_per_page).get_page(
        request.GET.get("page")
    )
    decided = family_decisions(office_id=staff.office_id, seen_by=me)[:SHOWN_DECIDED]
    known = _people_in([*(one.people for one in page), *(one.people for one in decided)], staff)
    asked = [(one, [known[who] for who in one.people if who in known]) for one in page]
    shown = {
        "staff": staff,
        "page": page,
        "proposals": [(one, people, [TIES[tie] for tie in one.ties], _twice(people)) for one, people in asked],
        "decided": [(one, [known[who] for who in one.people if who in known]) for one in decided],
    }
    return render(request, "console/families.html", shown)


def _judge(sent: QueryDict, staff: Staff) -> str:
    wish, now = sent.get("do", ""), timezone.now()
    if wish == "undo":
        undo_family_decision(decision_id=_number(sent.get("decision", "")), officer=staff, now=now)
        return "Undone. They are proposed again."
    if wish not in DECIDED:
        raise FamilyRefused("Say whether they are one family.")
    people = [_number(one) for one in sent.getlist("person")]
    decide_family(people=people, together=wish == "together", officer=staff, now=now)
    return DECIDED[wish]


def _people_in(groups: Iterable[Sequence[int]], staff: Staff) -> dict[int, Participant]:
    ids = {one for group in groups for one in group}
    return participants(seen_by=staff.as_actor()).in_bulk(ids)


def _twice(people: Sequence[Participant]) -> bool:
    """Whether two of them may be the same person."""
    return len({(one.full_name.casefold(), one.date_of_birth) for one in people}) < len(people)


def _number(said: str) -> int:
    return int(said) if said.isdecimal() and len(said) < 18 else 0
