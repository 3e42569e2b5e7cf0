"""Whether a participant's order asks for photos: an officer decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from adsum.console.access import staff_only
from adsum.offices.rules import Role
from adsum.orders.actions import PhotosRefused, ask_for_photos
from adsum.people.queries import find_participant

if TYPE_CHECKING:
    from adsum.offices.models import Staff


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_POST
def order_photos(request: HttpRequest, staff: Staff, participant_id: int) -> HttpResponse:
    """Every so many days the order asks for a photo; 0 asks for none."""
    me, days = staff.as_actor(), request.POST.get("days", "")
    participant = find_participant(participant_id=participant_id, seen_by=me)
    if participant is None:
        raise Http404
    every_days = int(days) if days.isdecimal() and len(days) < 5 else -1
    try:
        ask_for_photos(participant=participant, every_days=every_days, actor=me, now=timezone.now())
        messages.success(request, "A photo is asked for." if every_days else "No photo is asked for.")
    except PhotosRefused as refusal:
        messages.warning(request, str(refusal))
    return redirect("person", participant_id=participant_id)
