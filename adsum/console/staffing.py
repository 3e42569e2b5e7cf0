"""A supervisor sees who works in the office, evens out caseloads by its rule, and ends somebody's access."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from adsum.console.access import staff_only
from adsum.offices.rules import Role
from adsum.people.queries import participants
from adsum.policies.queries import in_force
from adsum.staffing.actions import StaffRefused, assign_caseloads, end_access, hand_over_caseload
from adsum.staffing.policy import StaffingPolicy
from adsum.staffing.queries import caseloads_of, propose_caseloads, staff_of_office
from adsum.staffing.rules import WHY_WORDS

if TYPE_CHECKING:
    from adsum.offices.models import Staff


@staff_only(Role.SUPERVISOR)
@require_safe
def office_staff(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Who works here, which languages they speak, how many people each has."""
    office_id, me = staff.office_id or 0, staff.as_actor()
    everybody = list(staff_of_office(office_id=office_id, seen_by=me))
    carried = caseloads_of(office_id=office_id, now=timezone.now(), seen_by=me).people
    page = {
        "staff": staff,
        "everybody": [(one, carried.get(one.pk)) for one in everybody],
        "officers": [one for one in everybody if one.pk in carried],
        "nobodys": participants(seen_by=me).filter(officer=None, left_at=None).count(),
    }
    return render(request, "console/staff.html", page)


@staff_only(Role.SUPERVISOR)
@require_POST
def colleague(request: HttpRequest, staff: Staff, staff_id: int) -> HttpResponse:
    """Hand their caseload over, or end their access."""
    to, now = request.POST.get("to", ""), timezone.now()
    to_id = int(to) if to.isdecimal() and len(to) < 18 else None
    try:
        if request.POST.get("do") == "end":
            ended = end_access(staff_id=staff_id, actor=staff.as_actor(), now=now)
            messages.success(request, f"{ended.name} has no access any more.")
        else:
            count = hand_over_caseload(staff_id=staff_id, to_id=to_id, actor=staff.as_actor(), now=now)
            messages.success(request, f"{count} people have another officer now.")
    except StaffRefused as refusal:
        messages.warning(request, str(refusal))
    return redirect("office-staff")


@staff_only(Role.SUPERVISOR)
@require_http_methods(["GET", "HEAD", "POST"])
def caseloads(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Who would go to whom and why, before it is done; then it is done."""
    me, now, office = staff.as_actor(), timezone.now(), staff.office
    assert office is not None
    level = (request.POST if request.method == "POST" else request.GET).get("level") == "yes"
    if request.method == "POST":
        done = assign_caseloads(office=office, level=level, actor=me, now=now)
        messages.success(request, f"{len(done.handings)} people have an officer by the rule now.")
        return redirect("office-staff")
    proposal = propose_caseloads(office=office, level=level, now=now, seen_by=me)
    policy = in_force(StaffingPolicy, now=now, office_id=office.pk)
    shown = proposal.handings[: policy.shown_most]
    people = participants(seen_by=me).in_bulk([one.person_id for one in shown])
    names = {one.pk: one for one in staff_of_office(office_id=office.pk, seen_by=me)}
    page = {
        "staff": staff,
        "policy": policy,
        "level": level,
        "count": len(proposal.handings),
        "rows": [
            (people[one.person_id], names.get(one.before or 0), names[one.officer_id], WHY_WORDS[one.why])
            for one in shown
        ],
        "loads": [(names[one], before, proposal.after[one]) for one, before in proposal.before.items()],
    }
    return render(request, "console/caseloads.html", page)
