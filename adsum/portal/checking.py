"""Receipts, as anybody can check them: that something was received, and when; nothing of whom or what."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from adsum.checkins.actions import look_for_receipt
from adsum.checkins.actions.calendars import TooManyMisses
from adsum.checkins.queries import attempts_of
from adsum.core.ids import in_groups, read_code
from adsum.core.network import origin_of
from adsum.portal import views
from adsum.portal.access import anyone, device_of
from adsum.portal.receipts import check_text, public_key, qr_of

if TYPE_CHECKING:
    from adsum.people.models import Participant

LONGEST_TEXT = 1_000
NUMBER_LENGTH = 12


@anyone
@require_safe
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """Proof that a check-in has arrived. Others than its sender learn only that it did, and when."""
    device = device_of(request)
    if device is not None:
        try:
            return views.receipt(request, number=number)
        except Http404:
            pass
    return _look_up(request, number, device.participant if device else None)


@anyone
@require_http_methods(["GET", "HEAD", "POST"])
def receipts(request: HttpRequest) -> HttpResponse:
    """Check a receipt: by its number, or by the text of its QR code."""
    text = request.POST.get("said", "")[:LONGEST_TEXT].replace("\0", "")
    if not text.strip():
        return _answer(request, {})
    if said := check_text(text):
        return _answer(request, {"said": said, "moment": said.received_at})
    number = read_code(text)
    if len(number) != NUMBER_LENGTH:
        return _answer(request, {"unreadable": True}, status=400)
    return redirect("receipt", number=number)


def _look_up(request: HttpRequest, number: str, participant: Participant | None) -> HttpResponse:
    code, network = read_code(number), origin_of(request.META, behind_proxy=settings.BEHIND_PROXY)
    if len(code) != NUMBER_LENGTH:
        return _answer(request, {"unknown": True}, status=404)
    try:
        found = look_for_receipt(number=code, network=network, now=timezone.now())
    except TooManyMisses:
        return _answer(request, {"wait": True}, status=429)
    if found is None:
        return _answer(request, {"unknown": True}, status=404)
    mine = None
    if participant is not None:
        own = attempts_of(participant_id=participant.pk, seen_by=participant.as_actor())
        mine = own.filter(receipt_number=code).first()
    page = {"found": found, "moment": found.received_at, "number": in_groups(code)}
    return _answer(request, page | {"qr": qr_of(mine) if mine else "", "participant": participant})


def _answer(request: HttpRequest, page: dict[str, Any], status: int = 200) -> HttpResponse:
    with timezone.override(UTC):
        response = render(request, "portal/receipts.html", {"public_key": public_key(), **page}, status=status)
    response["Cache-Control"] = "no-store"
    return response
