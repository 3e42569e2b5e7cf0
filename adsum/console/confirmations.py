"""Questions to the agencies that own records: the clock that runs, the number to call, and what they said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from adsum.console.access import staff_only
from adsum.offices.rules import Role
from adsum.policies.queries import in_force
from adsum.records.actions import AnswerRefused, ask_again, note_answer
from adsum.records.policy import RecordsPolicy
from adsum.records.queries import confirmations_open, find_lead, leads_to_judge
from adsum.records.rules import ANSWERS

if TYPE_CHECKING:
    from adsum.offices.models import Staff


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_safe
def confirmations(request: HttpRequest, staff: Staff) -> HttpResponse:
    """What agencies are asked and have not answered, late ones first."""
    return _page(request, staff)


def _page(request: HttpRequest, staff: Staff, *, error: str = "", of: int = 0) -> HttpResponse:
    me, now = staff.as_actor(), timezone.now()
    policy = in_force(RecordsPolicy, now=now, office_id=staff.office_id)
    page = {
        "staff": staff,
        "page": Paginator(confirmations_open(seen_by=me), policy.check_pages).get_page(request.GET.get("page")),
        "late": confirmations_open(seen_by=me).filter(answer_by__lte=now).count(),
        "waiting": leads_to_judge(seen_by=me).count(),
        "answers": list(ANSWERS.items()),
        "error": error,
        "error_of": of,
        "typed": request.POST,
    }
    return render(request, "console/confirmations.html", page, status=400 if error else 200)


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_POST
def confirmation(request: HttpRequest, staff: Staff, confirmation_id: int) -> HttpResponse:
    """Note what the agency said, and who there said it."""
    if not confirmations_open(seen_by=staff.as_actor()).filter(pk=confirmation_id).exists():
        raise Http404
    answer, who = request.POST.get("answer", ""), request.POST.get("answered_by", "")
    try:
        asked = note_answer(
            confirmation_id=confirmation_id, answer=answer, answered_by=who, staff=staff, now=timezone.now()
        )
    except AnswerRefused as refused:
        return _page(request, staff, error=str(refused), of=confirmation_id)
    messages.success(request, f"Noted: {asked}.")
    return redirect("confirmations")


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_POST
def question(request: HttpRequest, staff: Staff, lead_id: int) -> HttpResponse:
    """Ask the agency once more; the clock begins anew."""
    found = find_lead(lead_id=lead_id, seen_by=staff.as_actor())
    if found is None:
        raise Http404
    try:
        ask_again(lead_id=lead_id, staff=staff, now=timezone.now())
        messages.success(request, f"{found.record.source.agency} is asked again.")
    except AnswerRefused as refused:
        messages.warning(request, str(refused))
    return redirect("confirmations")
