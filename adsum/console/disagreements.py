"""Values on which two systems differ: the list, one of them with both sides, the decision, and the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from adsum.console.access import staff_only
from adsum.counterparts.actions import DecisionRefused, decide_disagreement
from adsum.counterparts.queries import (
    disagreements_of,
    disagreements_to_decide,
    find_disagreement,
    next_to_decide,
    twins_of,
)
from adsum.counterparts.rules import Holds
from adsum.flags.policy import FlagsPolicy
from adsum.offices.rules import Role
from adsum.people.actions import record_look
from adsum.policies.queries import in_force

if TYPE_CHECKING:
    from adsum.ledger.rules import Actor
    from adsum.offices.models import Staff

SHOWN = 12


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_safe
def disagreements(request: HttpRequest, staff: Staff) -> HttpResponse:
    """What waits for a decision in this office, the oldest first, each with both values."""
    size = in_force(FlagsPolicy, now=timezone.now()).page_size
    pages = Paginator(disagreements_to_decide(seen_by=staff.as_actor()), size)
    page = {"staff": staff, "page": pages.get_page(request.GET.get("page"))}
    return render(request, "console/disagreements.html", page)


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_http_methods(["GET", "HEAD", "POST"])
def disagreement(request: HttpRequest, staff: Staff, disagreement_id: int) -> HttpResponse:
    """One of them, and the decision; then the next. The look is recorded."""
    if request.method != "POST":
        return _page(request, staff, disagreement_id)
    if find_disagreement(disagreement_id=disagreement_id, seen_by=staff.as_actor()) is None:
        raise Http404
    holds, reason = request.POST.get("holds", ""), request.POST.get("reason", "")
    try:
        decided = decide_disagreement(
            disagreement_id=disagreement_id, holds=holds, reason=reason, officer=staff, now=timezone.now()
        )
    except DecisionRefused as refusal:
        return _page(request, staff, disagreement_id, error=str(refusal))
    whose = "our file" if decided.holds == Holds.OURS else decided.twin.counterpart.subscriber.title
    messages.success(request, f"{decided.participant.full_name}, {decided.title.lower()}: what {whose} says holds.")
    following = next_to_decide(after=decided, seen_by=staff.as_actor())
    return redirect("disagreement", disagreement_id=following.pk) if following else redirect("disagreements")


def _page(request: HttpRequest, staff: Staff, disagreement_id: int, *, error: str = "") -> HttpResponse:
    me = staff.as_actor()
    found = find_disagreement(disagreement_id=disagreement_id, seen_by=me)
    if found is None:
        raise Http404
    record_look(participant=found.participant, actor=me, now=timezone.now())
    page = {
        "staff": staff,
        "asked": found,
        "waiting": disagreements_to_decide(seen_by=me).count(),
        "error": error,
        "typed": request.POST,
    }
    return render(request, "console/disagreement.html", page, status=400 if error else 200)


def other_files_for(*, participant_id: int, seen_by: Actor) -> dict[str, Any]:
    """What other systems say of a person, and on what they differed, for their page."""
    return {
        "other_files": twins_of(participant_id=participant_id, seen_by=seen_by),
        "disagreements": disagreements_of(participant_id=participant_id, seen_by=seen_by)[:SHOWN],
    }
