"""What was decided about my missed check-ins, and saying that I do not agree."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from adsum.documents.rules import DocumentRefused, Kind
from adsum.misses.actions import contest_step
from adsum.misses.actions.contesting import ContestRefused
from adsum.misses.queries import find_step
from adsum.portal.access import participants_only
from adsum.portal.reading import read_key
from adsum.portal.uploads import keep_sent, status_of, words_of

if TYPE_CHECKING:
    from adsum.misses.models import MissStep
    from adsum.people.models import Participant


@participants_only
@require_http_methods(["GET", "HEAD", "POST"])
def my_decision(request: HttpRequest, participant: Participant, step_id: int) -> HttpResponse:
    """One decision with its reason; and a form to contest it, with a paper if there is one."""
    step = find_step(step_id=step_id, seen_by=participant.as_actor())
    if step is None or not step.is_adverse:
        raise Http404
    if request.method == "POST":
        return _take_contest(request, participant, step)
    return _page(request, participant, step, uuid4())


def _take_contest(request: HttpRequest, participant: Participant, step: MissStep) -> HttpResponse:
    """Keep the paper, if one came, then the contest; the page's script is answered in JSON."""
    by_script = request.headers.get("Accept", "") == "application/json"
    key, words = read_key({"key": request.POST.get("key", "")}) or uuid4(), request.POST.get("words", "")
    try:
        if not words.strip():
            raise ContestRefused("empty")
        with_paper = bool(request.FILES or request.POST.get("upload"))
        document = keep_sent(request, participant, Kind.CONTEST, key) if with_paper else None
        contest_step(participant=participant, step_id=step.pk, words=words, document=document, now=timezone.now())
    except DocumentRefused as refused:
        error, status = words_of(refused.refusal), status_of(refused.refusal)
        if by_script:
            return JsonResponse({"error": error, "refusal": refused.refusal}, status=status)
        return _page(request, participant, step, key, error=error, status=status)
    except ContestRefused as refused:
        problem = render_to_string("portal/contest_problem.txt", {"problem": str(refused)}).strip()
        if by_script:
            return JsonResponse({"error": problem}, status=400)
        return _page(request, participant, step, key, problem=problem, status=400)
    here = resolve_url("my-decision", step_id=step.pk)
    return JsonResponse({"page": here}) if by_script else redirect(here)


def _page(
    request: HttpRequest,
    participant: Participant,
    step: MissStep,
    key: UUID,
    *,
    problem: str = "",
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    page = {
        "participant": participant,
        "step": step,
        "is_open": not step.contested_at and not step.undone_at and step.contest_until and now < step.contest_until,
        "typed": request.POST,
        "key": key,
        "problem": problem,
        "error": error,
    }
    return render(request, "portal/decision.html", page, status=status)
