"""What a representative does about the level of the person who shows them their file: asks, appeals, and follows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from adsum.documents.rules import Kind
from adsum.people.actions import record_representatives_look
from adsum.portal.access import anyone
from adsum.portal.representatives import as_represented, file_page, representative_or_404
from adsum.portal.reviews import asked_in, standing_of, take_sent, typed_in
from adsum.reviews.actions import appeal_decision, ask_for_review
from adsum.reviews.queries import find_decision
from adsum.reviews.rules import Way

if TYPE_CHECKING:
    from adsum.documents.models import Document
    from adsum.people.models import Representative
    from adsum.reviews.models import ReviewDecision


@anyone
@require_POST
def represented_review(request: HttpRequest, token: str) -> HttpResponse:
    """A representative asks for the person whose file they may read."""
    representative = representative_or_404(token)
    person = representative.participant

    def page(**more: Any) -> HttpResponse:
        return file_page(request, representative, token, **more)

    def keep(document: Document | None) -> object:
        return ask_for_review(
            participant=person,
            way=Way.REPRESENTATIVE,
            representative=representative,
            document=document,
            now=timezone.now(),
            **asked_in(request),
        )

    return take_sent(request, person, Kind.REVIEW, keep, page, there="represented", token=token)


@anyone
@require_http_methods(["GET", "HEAD", "POST"])
def represented_decision(request: HttpRequest, token: str, decision_id: int) -> HttpResponse:
    """What was decided about the level, and an appeal in the person's name; each look is recorded."""
    representative = representative_or_404(token)
    person = representative.participant
    decision = find_decision(decision_id=decision_id, seen_by=person.as_actor())
    if decision is None:
        raise Http404

    def page(**more: Any) -> HttpResponse:
        return _decision_page(request, representative, decision, token, **more)

    def keep(document: Document | None) -> object:
        return appeal_decision(
            participant=person,
            decision_id=decision_id,
            way=Way.REPRESENTATIVE,
            representative=representative,
            words=request.POST.get("words", ""),
            wants_hearing=request.POST.get("hearing") == "yes",
            document=document,
            now=timezone.now(),
        )

    if request.method == "POST":
        return take_sent(
            request, person, Kind.REVIEW, keep, page, there="represented-decision", token=token, decision_id=decision_id
        )
    record_representatives_look(representative=representative, now=timezone.now())
    return page()


def _decision_page(
    request: HttpRequest,
    representative: Representative,
    decision: ReviewDecision,
    token: str,
    *,
    status: int = 200,
    **refused: Any,
) -> HttpResponse:
    page = {"participant": representative.participant, **standing_of(decision), **typed_in(request, **refused)}
    return as_represented(request, representative, token, "portal/represented_decision.html", page, status=status)
