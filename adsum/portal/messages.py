"""Messages between a participant and their officer, and asking for a correction of the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from adsum.flags.actions import MessageRefused, write_message
from adsum.flags.queries import messages_of
from adsum.portal.access import participants_only

if TYPE_CHECKING:
    from adsum.people.models import Participant

SHOWN = 50


@participants_only
@require_http_methods(["GET", "HEAD", "POST"])
def my_messages(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Write to my officer, or ask for a correction; and read the answers."""
    words, asks_correction = request.POST.get("words", ""), request.POST.get("about") == "correction"
    refusal = ""
    if request.method == "POST":
        try:
            write_message(participant=participant, words=words, asks_correction=asks_correction, now=timezone.now())
        except MessageRefused as refused:
            refusal = str(refused)
        else:
            return redirect("my-messages")
    page = {
        "participant": participant,
        "thread": messages_of(participant_id=participant.pk, seen_by=participant.as_actor())[:SHOWN],
        "refusal": refusal,
        "words": words,
        "correction": asks_correction or request.GET.get("about") == "correction",
    }
    return render(request, "portal/messages.html", page, status=400 if refusal else 200)
