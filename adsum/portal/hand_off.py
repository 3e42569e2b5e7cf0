"""From a computer that does not know its place to a phone that does, into the same check-in, by a code."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from adsum.checkins.actions import hand_over_place, offer_hand_off
from adsum.checkins.policy import CheckinPolicy
from adsum.checkins.queries import find_hand_off
from adsum.checkins.rules import HANDED_OVER, GivenPlace, HandOffAnswer, ReportContent
from adsum.core.ids import in_groups, read_code
from adsum.core.network import origin_of
from adsum.core.squares import draw_square
from adsum.policies.queries import in_force
from adsum.portal.access import anyone, participants_only
from adsum.portal.reading import read_key, read_place

if TYPE_CHECKING:
    from adsum.people.models import Participant

OF_THIS_PAGE = ("csrfmiddlewaretoken", "code", "place_status", "latitude", "longitude", "accuracy_m", "taken_at")


@participants_only
@require_http_methods(["GET", "HEAD", "POST"])
def hand_off(request: HttpRequest, participant: Participant) -> HttpResponse:
    """The code for the phone, as picture and as text; the answers of the check-in wait in the page."""
    key = read_key(request.POST.dict())
    if request.method != "POST" or key is None:
        return redirect("check-in")
    shown = request.POST.get("code", "")
    offer = offer_hand_off(participant=participant, key=key, shown_code=shown, now=timezone.now())
    link = f"{settings.PUBLIC_URL}/p/{offer.code}/"
    page = {
        "participant": participant,
        "key": key,
        "offer": offer,
        "code": in_groups(offer.code, 3),
        "address": settings.PUBLIC_URL.partition("://")[2] + "/p/",
        "qr": draw_square(link, error="m", scale=6),
        "minutes": in_force(CheckinPolicy, now=timezone.now()).hand_off_minutes,
        "looked_again": bool(shown),
        "carried": [(name, value) for name, value in request.POST.items() if name not in OF_THIS_PAGE],
    }
    return render(request, "portal/hand_off.html", page)


@participants_only
@require_safe
def hand_off_arrived(request: HttpRequest, participant: Participant, key: UUID) -> HttpResponse:
    """Whether the phone's place has arrived, and whether its code still works: what the waiting page asks."""
    offered = find_hand_off(participant_id=participant.pk, key=key, seen_by=participant.as_actor())
    arrived = offered is not None and offered.used_at is not None
    return JsonResponse({"arrived": arrived, "open": offered is not None and offered.expires_at > timezone.now()})


def with_handed_place(participant: Participant, key: UUID | None, content: ReportContent) -> ReportContent:
    """The report with the place that a phone gave for it, if it says that one did; else as it is, unlocated."""
    if content.place.status != HANDED_OVER or key is None:
        return content
    given = find_hand_off(participant_id=participant.pk, key=key, seen_by=participant.as_actor())
    if given is None or given.used_at is None:
        return content
    place = replace(
        content.place,
        latitude=given.latitude,
        longitude=given.longitude,
        accuracy_m=given.accuracy_m,
        taken_at=given.taken_at,
    )
    return replace(content, place=place)


@anyone
@require_http_methods(["GET", "HEAD", "POST"])
def phone(request: HttpRequest) -> HttpResponse:
    """What the phone opens: it gives its place to the check-in on the computer, without a sign-in."""
    if request.method != "POST":
        return _phone_page(request, "")
    typed, place = request.POST.get("code", ""), read_place(request.POST.dict())
    if place.latitude is None:
        return _phone_page(request, typed, _why_not(place), status=400)
    network = origin_of(request.META, behind_proxy=settings.BEHIND_PROXY)
    answer = hand_over_place(typed_code=typed, place=place, network=network, now=timezone.now())
    return _phone_page(request, typed, answer, status=200 if answer is HandOffAnswer.TAKEN else 403)


@anyone
@require_safe
def phone_with_code(request: HttpRequest, code: str) -> HttpResponse:
    """The link in the picture: the same page with the code filled in. Looking at it uses nothing up."""
    return _phone_page(request, code)


def _why_not(place: GivenPlace) -> str:
    return place.status if place.status in ("refused", "timed-out") else "unavailable"


def _phone_page(request: HttpRequest, code: str, answer: str = "", status: int = 200) -> HttpResponse:
    page = {"code": in_groups(read_code(code)[:12], 3), "answer": answer}
    response = render(request, "portal/phone.html", page, status=status)
    response["Cache-Control"] = "no-store"
    return response
