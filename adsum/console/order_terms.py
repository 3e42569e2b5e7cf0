"""An order's terms, and the day on which the level is looked at again."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from adsum.console.access import staff_only
from adsum.offices.rules import Role
from adsum.orders.actions import TermsRefused, set_review_day, set_terms
from adsum.people.queries import find_participant

if TYPE_CHECKING:
    from adsum.offices.models import Staff


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_POST
def order_terms(request: HttpRequest, staff: Staff, participant_id: int) -> HttpResponse:
    """Write down the terms, with a reason, or the day on which a person looks again."""
    participant = find_participant(participant_id=participant_id, seen_by=staff.as_actor())
    if participant is None:
        raise Http404
    sent, now = request.POST, timezone.now()
    try:
        if sent.get("do") == "review":
            set_review_day(participant=participant, on=_day(sent.get("on", "")), actor=staff.as_actor(), now=now)
            messages.success(request, "The day is kept.")
        else:
            terms, reason = sent.get("terms", "").splitlines(), sent.get("reason", "")
            set_terms(participant=participant, terms=terms, officer=staff, reason=reason, now=now)
            messages.success(request, "The terms are kept. The participant reads them in their file.")
    except TermsRefused as refusal:
        messages.warning(request, f"Nothing was changed. {refusal}")
    return redirect("person", participant_id=participant_id)


def _day(sent: str) -> date:
    with suppress(ValueError):
        return date.fromisoformat(sent)
    raise TermsRefused("Please give a day.")
