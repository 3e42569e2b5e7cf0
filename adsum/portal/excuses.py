"""“I could not, or cannot, check in”: say why, show a paper, read the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from adsum.checkins.actions import ask_excuse
from adsum.checkins.actions.excuses import AskRefused
from adsum.checkins.queries import askable_duties, excuse_requests_of
from adsum.checkins.rules import AskedReason, Through
from adsum.documents.rules import DocumentRefused, Kind
from adsum.portal.access import participants_only
from adsum.portal.reading import read_key
from adsum.portal.uploads import keep_sent, status_of, words_of

if TYPE_CHECKING:
    from adsum.people.models import Participant

SHOWN = 20
STATUS = {"reason": 400, "no-duty": 409, "too-many": 429}


def excuses_of(participant: Participant) -> dict[str, Any]:
    """What the start page and the file tell about my requests."""
    asked = excuse_requests_of(participant_id=participant.pk, seen_by=participant.as_actor())
    return {"excuse_requests": asked[:SHOWN]}


@participants_only
@require_http_methods(["GET", "HEAD", "POST"])
def my_excuses(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Say why I could not, or cannot, check in, with a paper if I have one; and read the answers."""
    if request.method == "POST":
        return _take_request(request, participant)
    return _page(request, participant, uuid4())


def _take_request(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Keep the paper, if one came, then the request; the page's script is answered in JSON."""
    by_script = request.headers.get("Accept", "") == "application/json"
    key, given = read_key({"key": request.POST.get("key", "")}) or uuid4(), request.POST.get("duty", "")
    reason = request.POST.get("reason", "")
    try:
        if reason not in set(AskedReason):
            raise AskRefused("reason")
        with_paper = bool(request.FILES or request.POST.get("upload"))
        document = keep_sent(request, participant, Kind.EXCUSE, key) if with_paper else None
        ask_excuse(
            participant=participant,
            duty_id=int(given) if given.isascii() and given.isdigit() else 0,
            reason=AskedReason(reason),
            words=request.POST.get("words", ""),
            through=Through.WEB,
            document=document,
            now=timezone.now(),
        )
    except DocumentRefused as refused:
        words, status = words_of(refused.refusal), status_of(refused.refusal)
        if by_script:
            return JsonResponse({"error": words, "refusal": refused.refusal}, status=status)
        return _page(request, participant, key, error=words, status=status)
    except AskRefused as refused:
        status = STATUS[str(refused)]
        if by_script:
            words = render_to_string("portal/excuse_problem.txt", {"problem": str(refused)}).strip()
            return JsonResponse({"error": words}, status=status)
        return _page(request, participant, key, problem=str(refused), status=status)
    return JsonResponse({"page": resolve_url("my-excuses")}) if by_script else redirect("my-excuses")


def _page(
    request: HttpRequest, participant: Participant, key: UUID, *, problem: str = "", error: str = "", status: int = 200
) -> HttpResponse:
    now, typed = timezone.now(), request.POST
    duties = askable_duties(participant=participant, now=now, seen_by=participant.as_actor())
    page = {
        "participant": participant,
        "duties": duties,
        "chosen": typed.get("duty") or (str(duties[0].pk) if duties else ""),
        "reasons": list(AskedReason),
        "typed": typed,
        "key": key,
        "problem": problem,
        "error": error,
        **excuses_of(participant),
    }
    return render(request, "portal/excuses.html", page, status=status)
