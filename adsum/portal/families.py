"""One phone for a family: who is checking in? Nobody sees another adult's file on it."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from adsum.checkins.queries import waiting_duties
from adsum.core.ids import keyed_hash
from adsum.core.languages import nearest_language
from adsum.families.actions import take_seat, take_turn
from adsum.families.queries import who_may_check_in
from adsum.families.rules import Sitter, TurnAnswer
from adsum.ledger.rules import RULES
from adsum.people.policy import PeoplePolicy
from adsum.policies.queries import in_force
from adsum.portal.access import keep_device, participants_only
from adsum.portal.choosing import keep_language
from adsum.portal.cookies import DEVICE_COOKIE, PHONE_COOKIE
from adsum.portal.reading import read_birthday_fields

if TYPE_CHECKING:
    from adsum.people.models import Participant

MONTHS = range(1, 13)


def is_shared(request: HttpRequest, participant: Participant) -> bool:
    """True where somebody else may check in on this phone."""
    return len(_sitters(request, participant)) > 1


def _sitters(request: HttpRequest, participant: Participant) -> list[Sitter]:
    return who_may_check_in(here=participant, phone_hash=_phone(request), now=timezone.now(), seen_by=RULES)


def _is_mine(request: HttpRequest, participant: Participant, wanted: int) -> bool:
    return any(one.is_mine and one.participant_id == wanted for one in _sitters(request, participant))


def _phone(request: HttpRequest) -> str:
    cookie = request.COOKIES.get(PHONE_COOKIE, "")
    return keyed_hash(settings.SECRET_KEY, "phone", cookie) if cookie else ""


def keep_seats(request: HttpRequest, response: HttpResponse, token: str) -> None:
    """Remember who is on this phone: whoever held it, and whoever has signed in now with this token."""
    now, cookie = timezone.now(), request.COOKIES.get(PHONE_COOKIE, "") or secrets.token_urlsafe(32)
    phone = keyed_hash(settings.SECRET_KEY, "phone", cookie)
    if before := request.COOKIES.get(DEVICE_COOKIE, ""):
        take_seat(phone_hash=phone, token=before, now=now)
    take_seat(phone_hash=phone, token=token, now=now)
    lasts = timedelta(days=in_force(PeoplePolicy, now=now).device_days)
    response.set_cookie(PHONE_COOKIE, cookie, max_age=lasts, secure=settings.HTTPS, httponly=True, samesite="Lax")


@participants_only
@require_http_methods(["GET", "HEAD", "POST"])
def who(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Who is checking in? A child's turn takes one tap, another adult's their date of birth."""
    wanted = request.POST.get("who", "")
    if not wanted.isdecimal() or len(wanted) > 17:
        return _page(request, participant)
    if int(wanted) == participant.pk:
        return redirect("home")
    if "born_day" not in request.POST and not _is_mine(request, participant, int(wanted)):
        return _page(request, participant, chosen=int(wanted))
    turn = take_turn(
        here=participant,
        participant_id=int(wanted),
        born=read_birthday_fields(request.POST),
        phone_hash=_phone(request),
        browser=request.headers.get("User-Agent", ""),
        now=timezone.now(),
    )
    if turn.answer is not TurnAnswer.IN:
        return _page(request, participant, chosen=int(wanted), answer=turn.answer, status=403)
    response = redirect("home")
    rotate_token(request)
    keep_device(response, turn.token)
    if language := nearest_language(turn.language):
        keep_language(response, language)
    keep_seats(request, response, turn.token)
    return response


def _page(
    request: HttpRequest, participant: Participant, *, chosen: int = 0, answer: str = "", status: int = 200
) -> HttpResponse:
    sitters = _sitters(request, participant)
    mine = [one.participant_id for one in sitters if one.is_mine]
    waiting = waiting_duties(at=timezone.now(), seen_by=RULES).filter(participant__in=mine)
    page = {
        "participant": participant,
        "sitters": sitters,
        "owing": set(waiting.values_list("participant_id", flat=True)),
        "chosen": chosen,
        "answer": answer,
        "typed": request.POST,
        "months": MONTHS,
        "shared": True,
    }
    return render(request, "portal/who.html", page, status=status)
