"""The signed letter about a level as paper, for the person and for whom they show their file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from adsum.people.actions import record_representatives_look
from adsum.portal.access import anyone, participants_only
from adsum.portal.representatives import representative_or_404
from adsum.reviews.actions import note_opened
from adsum.reviews.letters.paper import kept_pdf
from adsum.reviews.queries import find_decision

if TYPE_CHECKING:
    from adsum.people.models import Participant
    from adsum.reviews.models import ReviewDecision


@participants_only
@require_safe
def my_level_letter(request: HttpRequest, participant: Participant, decision_id: int) -> HttpResponse:
    """The letter of a decision about my level, to keep or to print."""
    decision = _decision_or_404(participant, decision_id)
    note_opened(decision=decision, participant=participant, now=timezone.now())
    return _paper(decision)


@anyone
@require_safe
def represented_letter(request: HttpRequest, token: str, decision_id: int) -> HttpResponse:
    """The same for a representative; each look is recorded."""
    representative = representative_or_404(token)
    decision = _decision_or_404(representative.participant, decision_id)
    record_representatives_look(representative=representative, now=timezone.now())
    return _paper(decision)


def _decision_or_404(participant: Participant, decision_id: int) -> ReviewDecision:
    decision = find_decision(decision_id=decision_id, seen_by=participant.as_actor())
    if decision is None or decision.participant_id != participant.pk:
        raise Http404
    return decision


def _paper(decision: ReviewDecision) -> HttpResponse:
    answer = HttpResponse(kept_pdf(decision.letter, made_at=decision.signed_at), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="adsum-{decision.number}.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer
