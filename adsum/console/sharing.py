"""Whether a participant's order asks for their place between check-ins: an officer decides, with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from adsum.console.access import staff_only
from adsum.core.text import clean_text
from adsum.offices.rules import Role
from adsum.orders.actions import SharingRefused, ask_no_more, ask_to_share
from adsum.people.queries import find_participant

if TYPE_CHECKING:
    from adsum.offices.models import Staff


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_POST
def order_sharing(request: HttpRequest, staff: Staff, participant_id: int) -> HttpResponse:
    """From the next check-in on the order asks for the place, or no longer asks for it."""
    participant = find_participant(participant_id=participant_id, seen_by=staff.as_actor())
    if participant is None:
        raise Http404
    if request.POST.get("ask") == "no":
        ask_no_more(participant=participant, officer=staff, now=timezone.now())
        messages.success(request, "The place is no longer asked for. A window that was open has ended.")
        return redirect("person", participant_id=participant_id)
    reason = clean_text(request.POST.get("reason", ""), longest=1_000)
    try:
        ask_to_share(participant=participant, officer=staff, reason=reason, now=timezone.now())
        messages.success(
            request, "From the next check-in on, the place is asked for. The participant reads your reason."
        )
    except SharingRefused as refusal:
        messages.warning(request, str(refusal))
    return redirect("person", participant_id=participant_id)
