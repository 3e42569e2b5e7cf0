"""My level: asking that somebody looks at it, what was decided, and saying that I do not agree."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from adsum.documents.rules import DocumentRefused, Kind
from adsum.law.queries import clocks_about, open_clock
from adsum.law.rules import ClockKind
from adsum.orders.queries import order_in_force
from adsum.portal.access import participants_only
from adsum.portal.reading import read_key
from adsum.portal.uploads import keep_sent, status_of, words_of
from adsum.reviews.actions import (
    AppealRefused,
    AskRefused,
    appeal_decision,
    ask_for_review,
    note_opened,
    withdraw_appeal,
    withdraw_review,
)
from adsum.reviews.queries import decisions_of, find_decision, open_review
from adsum.reviews.rules import Because, Way, Wish

if TYPE_CHECKING:
    from adsum.documents.models import Document
    from adsum.people.models import Participant
    from adsum.reviews.models import ReviewDecision

SHOWN = 20
Keep = Callable[["Document | None"], object]
Page = Callable[..., HttpResponse]


def reviews_of_mine(participant: Participant) -> dict[str, Any]:
    """What my file tells about reviews of my level."""
    me = participant.as_actor()
    return {
        "review": open_review(participant_id=participant.pk, seen_by=me),
        "level_decisions": decisions_of(participant_id=participant.pk, seen_by=me)[:SHOWN],
    }


@participants_only
@require_http_methods(["GET", "HEAD", "POST"])
def my_review(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Ask that somebody looks at my level, add to what I have asked, and see until when they answer."""

    def page(**more: Any) -> HttpResponse:
        return _review_page(request, participant, **more)

    def keep(document: Document | None) -> object:
        return ask_for_review(
            participant=participant, way=Way.PAGE, document=document, now=timezone.now(), **asked_in(request)
        )

    if request.method == "POST":
        return take_sent(request, participant, Kind.REVIEW, keep, page, there="my-review")
    return page()


def asked_in(request: HttpRequest) -> dict[str, Any]:
    """What a form says: the wish, why, and own words. What it does not say is a plain wish for less."""
    wish, because = request.POST.get("wish", ""), set(request.POST.getlist("because"))
    return {
        "wish": Wish(wish) if wish in set(Wish) else Wish.LOWER,
        "because": [one for one in Because if one in because],
        "words": request.POST.get("words", ""),
    }


def take_sent(
    request: HttpRequest, participant: Participant, kind: Kind, keep: Keep, page: Page, *, there: str, **where: Any
) -> HttpResponse:
    """Keep the paper, if one came, then the words, and go `there`; the page's script is answered in JSON."""
    by_script = request.headers.get("Accept", "") == "application/json"
    key = read_key({"key": request.POST.get("key", "")}) or uuid4()
    with_paper = bool(request.FILES or request.POST.get("upload"))
    try:
        keep(keep_sent(request, participant, kind, key) if with_paper else None)
    except DocumentRefused as refused:
        error, status = words_of(refused.refusal), status_of(refused.refusal)
        if by_script:
            return JsonResponse({"error": error, "refusal": refused.refusal}, status=status)
        return page(key=key, error=error, status=status)
    except (AskRefused, AppealRefused) as refused:
        problem, status = problem_words(str(refused)), 429 if str(refused) == "too-many" else 409
        if by_script:
            return JsonResponse({"error": problem}, status=status)
        return page(key=key, problem=problem, status=status)
    here = resolve_url(there, **where)
    return JsonResponse({"page": here}) if by_script else redirect(here)


def typed_in(request: HttpRequest, *, key: UUID | None = None, problem: str = "", error: str = "") -> dict[str, Any]:
    """What a form is filled with again where it was not taken, and why; `key` is that of the next try."""
    chosen = request.POST.getlist("because")
    return {"typed": request.POST, "chosen": chosen, "key": key or uuid4(), "problem": problem, "error": error}


def problem_words(problem: str) -> str:
    """Why it was not taken, in the reader's language."""
    return render_to_string("portal/review_problem.txt", {"problem": problem}).strip()


def _review_page(
    request: HttpRequest,
    participant: Participant,
    *,
    status: int = 200,
    **refused: Any,
) -> HttpResponse:
    me = participant.as_actor()
    review = open_review(participant_id=participant.pk, seen_by=me)
    kind = ClockKind.EVIDENCE if review and review.more_asked else ClockKind.ANSWER
    page = {
        "participant": participant,
        "order": order_in_force(participant_id=participant.pk, seen_by=me),
        "review": review,
        "clock": open_clock(about=review.about, kind=kind, seen_by=me) if review else None,
        "wishes": list(Wish),
        "reasons": list(Because),
        **typed_in(request, **refused),
    }
    return render(request, "portal/review.html", page, status=status)


@participants_only
@require_POST
def my_review_withdrawn(request: HttpRequest, participant: Participant) -> HttpResponse:
    """I want no review any more."""
    try:
        withdraw_review(participant=participant, now=timezone.now())
    except AskRefused:
        return redirect("my-review")
    return redirect("my-file")


@participants_only
@require_http_methods(["GET", "HEAD", "POST"])
def my_level_decision(request: HttpRequest, participant: Participant, decision_id: int) -> HttpResponse:
    """What was decided about my level and why; and a form to say that I do not agree."""
    decision = find_decision(decision_id=decision_id, seen_by=participant.as_actor())
    if decision is None:
        raise Http404
    note_opened(decision=decision, participant=participant, now=timezone.now())

    def page(**more: Any) -> HttpResponse:
        return _decision_page(request, participant, decision, **more)

    def keep(document: Document | None) -> object:
        return appeal_decision(
            participant=participant,
            decision_id=decision_id,
            way=Way.PAGE,
            words=request.POST.get("words", ""),
            wants_hearing=request.POST.get("hearing") == "yes",
            document=document,
            now=timezone.now(),
        )

    if request.method == "POST":
        return take_sent(
            request, participant, Kind.REVIEW, keep, page, there="my-level-decision", decision_id=decision_id
        )
    return page()


def _decision_page(
    request: HttpRequest,
    participant: Participant,
    decision: ReviewDecision,
    *,
    status: int = 200,
    **refused: Any,
) -> HttpResponse:
    page = {
        "participant": participant,
        **standing_of(decision),
        **typed_in(request, **refused),
    }
    return render(request, "portal/level_decision.html", page, status=status)


def standing_of(decision: ReviewDecision) -> dict[str, Any]:
    """A decision with its appeals, what runs now, and until when one can go on."""
    me, appeals = decision.participant.as_actor(), list(decision.appeals.all())
    last = appeals[-1] if appeals else None
    clock = open_clock(about=(last or decision).about, kind=ClockKind.APPEAL, seen_by=me)
    return {
        "decision": decision,
        "appeals": appeals,
        "clock": clock,
        "answer_clock": clocks_about(about=[last.about], seen_by=me).get(last.about) if last else None,
        "may_appeal": bool(clock and timezone.now() < clock.ends_at),
    }


@participants_only
@require_POST
def my_appeal_withdrawn(request: HttpRequest, participant: Participant, appeal_id: int) -> HttpResponse:
    """I do not go on with my appeal."""
    try:
        appeal = withdraw_appeal(participant=participant, appeal_id=appeal_id, now=timezone.now())
    except AppealRefused as refused:
        raise Http404 from refused
    return redirect("my-level-decision", decision_id=appeal.decision_id)
