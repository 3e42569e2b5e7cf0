"""The signed letter about a level as paper, for the person and for whom they show their file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from adsum.ledger.rules import RULES
from adsum.people.actions import record_representatives_look
from adsum.people.queries import find_representative
from adsum.people.rules import hash_token
from adsum.portal.access import anyone, participants_only
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
    now = timezone.now()
    representative = find_representative(token_hash=hash_token(token), now=now, seen_by=RULES)
    if representative is None:
        raise Http404
    decision = _decision_or_404(representative.participant, decision_id)
    record_representatives_look(representative=representative, now=now)
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
