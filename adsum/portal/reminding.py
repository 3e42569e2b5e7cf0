"""How Adsum writes to me: over what, at which hours, how openly; and starting texts again after a stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from adsum.notices.actions import choose_messages, start_texts
from adsum.notices.channels.all import channels_set_up
from adsum.notices.queries import messages_to, stopped_numbers, wish_of
from adsum.notices.rules import CHOSEN_CHANNELS, Hours
from adsum.portal.access import participants_only
from adsum.portal.pushing import push_card

if TYPE_CHECKING:
    from adsum.people.models import Participant

SHOWN = 10


@participants_only
@require_http_methods(["GET", "HEAD", "POST"])
def my_reminders(request: HttpRequest, participant: Participant) -> HttpResponse:
    """How Adsum reminds me, what it has sent, and how to change that."""
    me = participant.as_actor()
    if request.method == "POST":
        chosen = set(request.POST.getlist("channel"))
        hours = request.POST.get("hours", "")
        choose_messages(
            participant=participant,
            channels=[channel for channel in CHOSEN_CHANNELS if channel in chosen],
            hours=Hours(hours) if hours in set(Hours) else Hours.ANY,
            discreet=request.POST.get("discreet") == "yes",
            now=timezone.now(),
        )
        return redirect("/my-reminders/?saved=1")
    page = {
        "participant": participant,
        "wish": wish_of(participant_id=participant.pk, seen_by=me),
        "ready": channels_set_up(),
        "stopped": stopped_numbers(participant_id=participant.pk, seen_by=me),
        "sent": messages_to(participant_id=participant.pk, seen_by=me)[:SHOWN],
        "saved": "saved" in request.GET,
        "push": push_card(request, participant),
    }
    return render(request, "portal/my_reminders.html", page)


@participants_only
@require_POST
def texts_again(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Get text messages again on the numbers that said stop."""
    me = participant.as_actor()
    for number in stopped_numbers(participant_id=participant.pk, seen_by=me):
        start_texts(number=number, actor=me, participant_id=participant.pk, now=timezone.now())
    return redirect("/my-reminders/?saved=1")
