"""Requests to be excused, for the officer's eye; and the note of what somebody said by phone."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from adsum.checkins.actions import ask_excuse
from adsum.checkins.actions.excuses import AskRefused
from adsum.checkins.queries import askable_duties, excuse_requests_of
from adsum.checkins.rules import ASKED_REASONS, AskedReason, Through
from adsum.console.access import staff_only
from adsum.offices.rules import Role
from adsum.people.queries import find_participant

if TYPE_CHECKING:
    from adsum.ledger.rules import Actor
    from adsum.offices.models import Staff
    from adsum.people.models import Participant

WHY_NOT = {
    "no-duty": "Choose a check-in that is open or missed.",
    "too-many": "There were many requests of this person today. Write in the reason of your decision instead.",
}


def excuses_for(*, participant: Participant, now: datetime, seen_by: Actor) -> dict[str, Any]:
    """What a person asks to be excused from, and what they can ask about, for their page."""
    return {
        "excuse_requests": list(excuse_requests_of(participant_id=participant.pk, seen_by=seen_by)[:60]),
        "askable": askable_duties(participant=participant, now=now, seen_by=seen_by),
        "asked_reasons": list(ASKED_REASONS.items()),
    }


def read_new_date(raw: str) -> date | None:
    """The new day of a check-in, as the form's date field sends it; None for none."""
    try:
        return date.fromisoformat(raw)
    except ValueError:
        return None


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_POST
def excuse_note(request: HttpRequest, staff: Staff, participant_id: int) -> HttpResponse:
    """Somebody said by phone or at the desk that they could not, or cannot, check in: noted as their request."""
    participant = find_participant(participant_id=participant_id, seen_by=staff.as_actor())
    if participant is None:
        raise Http404
    given, reason = request.POST.get("duty", ""), request.POST.get("reason", "")
    try:
        ask_excuse(
            participant=participant,
            duty_id=int(given) if given.isascii() and given.isdigit() else 0,
            reason=AskedReason(reason) if reason in set(AskedReason) else AskedReason.OTHER,
            words=request.POST.get("words", ""),
            through=Through.PHONE,
            noted_by=staff,
            now=timezone.now(),
        )
        messages.success(request, "Noted as their request; they are told. It waits for a decision above.")
    except AskRefused as refused:
        messages.error(request, WHY_NOT[str(refused)])
    return redirect("person", participant_id=participant.pk)
