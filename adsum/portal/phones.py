"""My phone number: a code goes to the new one, and who types it writes from there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from adsum.enrolment.actions import PhoneRefused, ask_phone_code, confirm_phone
from adsum.enrolment.queries import open_phone_change
from adsum.notices.channels.all import channels_set_up
from adsum.notices.rules import Channel
from adsum.people.queries import find_participant
from adsum.people.rules import ContactKind
from adsum.portal.access import participants_only

if TYPE_CHECKING:
    from adsum.people.models import Participant


@participants_only
@require_http_methods(["GET", "HEAD", "POST"])
def my_number(request: HttpRequest, participant: Participant) -> HttpResponse:
    """My number, and a new one: typed, then proved by the code that came to it."""
    if request.method != "POST":
        return _page(request, participant)
    if problem := _do(request, participant):
        return _page(request, participant, problem=problem)
    return redirect("/my-reminders/number/?saved=1" if "code" in request.POST else "my-number")


def _do(request: HttpRequest, participant: Participant) -> str:
    now = timezone.now()
    if "code" in request.POST:
        is_right = confirm_phone(participant=participant, typed_code=request.POST["code"][:40], now=now)
        return "" if is_right else "code"
    try:
        ask_phone_code(participant=participant, typed=request.POST.get("number", "")[:40], now=now)
    except PhoneRefused as refusal:
        return str(refusal)
    return ""


def _page(request: HttpRequest, participant: Participant, *, problem: str = "") -> HttpResponse:
    me = participant.as_actor()
    found = find_participant(participant_id=participant.pk, seen_by=me)
    page = {
        "participant": participant,
        "phones": [one for one in found.contacts.all() if one.kind == ContactKind.PHONE] if found else [],
        "waiting": open_phone_change(participant_id=participant.pk, now=timezone.now(), seen_by=me),
        "can_text": Channel.SMS in channels_set_up(),
        "problem": problem,
        "typed": request.POST.get("number", "")[:40],
        "saved": "saved" in request.GET,
    }
    return render(request, "portal/my_number.html", page, status=400 if problem else 200)
