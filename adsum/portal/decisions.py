"""What was decided about my missed check-ins, and saying that I do not agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from adsum.misses.actions import contest_step
from adsum.misses.actions.contesting import ContestRefused
from adsum.misses.queries import find_step
from adsum.portal.access import participants_only

if TYPE_CHECKING:
    from adsum.people.models import Participant


@participants_only
@require_http_methods(["GET", "HEAD", "POST"])
def my_decision(request: HttpRequest, participant: Participant, step_id: int) -> HttpResponse:
    """One decision with its reason; and a form to contest it."""
    step = find_step(step_id=step_id, seen_by=participant.as_actor())
    if step is None or not step.is_adverse:
        raise Http404
    refusal, now = "", timezone.now()
    if request.method == "POST":
        try:
            contest_step(participant=participant, step_id=step.pk, words=request.POST.get("words", ""), now=now)
        except ContestRefused as refused:
            refusal = str(refused)
        else:
            return redirect("my-decision", step_id=step.pk)
    is_open = not step.contested_at and not step.undone_at and step.contest_until and now < step.contest_until
    page = {"participant": participant, "step": step, "is_open": is_open, "refusal": refusal}
    return render(request, "portal/decision.html", page, status=400 if refusal else 200)
