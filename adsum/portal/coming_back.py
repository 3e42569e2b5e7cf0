"""Coming back without a code, on one's own device: by its passkey, or by six numbers that work there only."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from adsum.core.ids import keyed_hash
from adsum.core.languages import nearest_language
from adsum.core.passkeys import (
    Challenge,
    Site,
    ask_for_new,
    ask_to_show,
    new_challenge,
    open_challenge,
    read_new,
    seal_challenge,
)
from adsum.enrolment.actions import PinRefused, come_back_by_passkey, come_back_by_pin, keep_passkey, set_pin
from adsum.enrolment.policy import ComingBackPolicy
from adsum.enrolment.rules import Activation, ActivationAnswer
from adsum.people.actions import end_ways_back
from adsum.people.queries import count_pins, open_passkeys
from adsum.policies.queries import in_force
from adsum.portal.access import anyone, device_of, keep_device, participants_only
from adsum.portal.choosing import keep_language
from adsum.portal.cookies import CHALLENGE_COOKIE, PASSKEY_COOKIE, PIN_COOKIE
from adsum.portal.families import keep_seats

if TYPE_CHECKING:
    from adsum.people.models import Participant

LONGEST_ANSWER = 20_000  # characters of what a browser says of a passkey


@anyone
@require_http_methods(["GET", "HEAD", "POST"])
def come_back(request: HttpRequest) -> HttpResponse:
    """The way in for who was in before on this device. The page is the same for everybody."""
    if request.method != "POST":
        return redirect("home") if device_of(request) else _come_back_page(request)
    activation = _try(request)
    if activation.answer is not ActivationAnswer.IN:
        return _come_back_page(request, "pin" if "pin" in request.POST else "passkey", status=403)
    response = redirect("home")
    response.delete_cookie(CHALLENGE_COOKIE)
    keep_device(response, activation.token)
    keep_seats(request, response, activation.token)
    language = nearest_language(activation.language)
    if language and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        keep_language(response, language)
    return response


def _try(request: HttpRequest) -> Activation:
    browser, now = request.headers.get("User-Agent", ""), timezone.now()
    if "pin" in request.POST:
        key = request.COOKIES.get(PIN_COOKIE, "")
        return come_back_by_pin(key=key, pin=request.POST["pin"].strip()[:20], browser=browser, now=now)
    challenge = _challenge_of(request, "show") or new_challenge(now)
    answer = request.POST.get("answer", "")[:LONGEST_ANSWER]
    return come_back_by_passkey(answer=answer, site=_site(request), challenge=challenge, browser=browser, now=now)


def _come_back_page(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    site, challenge = _site(request), new_challenge(timezone.now())
    page = {
        "problem": problem,
        "has_pin": PIN_COOKIE in request.COOKIES,
        "passkey": ask_to_show(site, challenge) if site.can_have_passkeys else "",
    }
    response = render(request, "portal/come_back.html", page, status=status)
    return _with_challenge(response, challenge, "show")


@participants_only
@require_http_methods(["GET", "HEAD", "POST"])
def my_device(request: HttpRequest, participant: Participant) -> HttpResponse:
    """How this person comes back on this device: a passkey, a PIN, or only a new code."""
    if getattr(request, "kiosk_seconds", 0):
        raise Http404
    if request.method != "POST":
        return _my_device_page(request, participant, done=request.GET.get("done", ""))
    response = redirect(f"{request.path}?done=yes")
    problem = ""
    match request.POST.get("do"):
        case "passkey":
            problem = _make_passkey(request, participant, response)
        case "pin":
            problem = _set_pin(request, participant, response)
        case "end":
            end_ways_back(participant=participant, actor=participant.as_actor(), now=timezone.now())
            response.delete_cookie(PIN_COOKIE)
            response.delete_cookie(PASSKEY_COOKIE)
    return _my_device_page(request, participant, problem=problem, status=400) if problem else response


def _make_passkey(request: HttpRequest, participant: Participant, response: HttpResponse) -> str:
    challenge, now = _challenge_of(request, f"make {participant.pk}"), timezone.now()
    answer = request.POST.get("answer", "")[:LONGEST_ANSWER]
    made = read_new(answer, _site(request), challenge) if challenge else None
    if challenge is None or made is None:
        return "passkey"
    if not keep_passkey(participant=participant, made=made, challenge=challenge, now=now):
        return "enough"
    response.delete_cookie(CHALLENGE_COOKIE)
    _keep(response, PASSKEY_COOKIE, "yes")
    return ""


def _set_pin(request: HttpRequest, participant: Participant, response: HttpResponse) -> str:
    pin = request.POST.get("pin", "").strip()
    if pin != request.POST.get("again", "").strip():
        return "not-again"
    try:
        _keep(response, PIN_COOKIE, set_pin(participant=participant, pin=pin, now=timezone.now()))
    except PinRefused as refusal:
        return str(refusal)
    return ""


def _my_device_page(
    request: HttpRequest, participant: Participant, *, problem: str = "", done: str = "", status: int = 200
) -> HttpResponse:
    me, now = participant.as_actor(), timezone.now()
    site, challenge = _site(request), new_challenge(now)
    known = open_passkeys(participant_id=participant.pk, seen_by=me)
    handle = keyed_hash(settings.SECRET_KEY, "passkey", str(participant.pk))
    name = participant.given_names or "Adsum"
    page = {
        "participant": participant,
        "problem": problem,
        "done": done and not problem,
        "has_pin_here": PIN_COOKIE in request.COOKIES,
        "passkeys": len(known),
        "pins": count_pins(participant_id=participant.pk, now=now, seen_by=me),
        "passkey": ask_for_new(site, challenge, handle=handle, name=name, known=known)
        if site.can_have_passkeys
        else "",
    }
    response = render(request, "portal/my_device.html", page, status=status)
    return _with_challenge(response, challenge, f"make {participant.pk}")


def _site(request: HttpRequest) -> Site:
    return Site(f"{request.scheme}://{request.get_host()}")


def _challenge_of(request: HttpRequest, purpose: str) -> Challenge | None:
    now = timezone.now()
    minutes = in_force(ComingBackPolicy, now=now).challenge_minutes
    sealed = request.COOKIES.get(CHALLENGE_COOKIE, "")
    return open_challenge(sealed, secret=settings.SECRET_KEY, purpose=purpose, minutes=minutes, now=now)


def _with_challenge(response: HttpResponse, challenge: Challenge, purpose: str) -> HttpResponse:
    minutes = in_force(ComingBackPolicy, now=timezone.now()).challenge_minutes
    sealed = seal_challenge(challenge, secret=settings.SECRET_KEY, purpose=purpose)
    response.set_cookie(
        CHALLENGE_COOKIE, sealed, max_age=minutes * 60, secure=settings.HTTPS, httponly=True, samesite="Strict"
    )
    response["Cache-Control"] = "no-store"
    return response


def _keep(response: HttpResponse, cookie: str, value: str) -> None:
    age = timedelta(days=in_force(ComingBackPolicy, now=timezone.now()).pin_days)
    response.set_cookie(cookie, value, max_age=age, secure=settings.HTTPS, httponly=True, samesite="Lax")
