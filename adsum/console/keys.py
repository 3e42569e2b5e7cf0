"""Passkeys of staff: signing in by one, and keeping one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from adsum.console.access import anyone, staff_only
from adsum.console.letting_in import CHALLENGE_COOKIE, let_in
from adsum.core.ids import keyed_hash
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
from adsum.offices.actions import check_passkey, end_staff_passkey, keep_staff_passkey
from adsum.offices.policy import OfficesPolicy
from adsum.offices.queries import staff_passkeys
from adsum.offices.rules import Role
from adsum.policies.queries import in_force

if TYPE_CHECKING:
    from adsum.offices.models import Staff

LONGEST_ANSWER = 20_000  # characters of what a browser says of a passkey


def sign_in_page(request: HttpRequest, page: dict[str, Any], status: int = 200) -> HttpResponse:
    """The ways in for staff: password, the agency's own service, passkey."""
    site, challenge = site_of(request), new_challenge(timezone.now())
    ways = {
        "provider": settings.OIDC_NAME if settings.OIDC_ISSUER else "",
        "passkey": ask_to_show(site, challenge) if site.can_have_passkeys else "",
    }
    response = render(request, "console/sign_in.html", {**page, **ways}, status=status)
    return with_challenge(response, challenge, "show")


@anyone
@require_POST
def passkey_sign_in(request: HttpRequest) -> HttpResponse:
    """A passkey, unlocked on its device, signs its owner in."""
    now, wanted = timezone.now(), request.POST.get("next", "")
    challenge = challenge_of(request, "show") or new_challenge(now)
    answer = request.POST.get("answer", "")[:LONGEST_ANSWER]
    staff = check_passkey(answer=answer, site=site_of(request), challenge=challenge, now=now)
    if staff is None:
        page = {"next": wanted, "other_failed": "This passkey is not known here, or it ended."}
        return sign_in_page(request, page, status=403)
    return let_in(request, staff, wanted)


@staff_only(*Role)
@require_http_methods(["GET", "HEAD", "POST"])
def my_keys(request: HttpRequest, staff: Staff) -> HttpResponse:
    """One's own passkeys: make one, end one."""
    if request.method != "POST":
        return _keys_page(request, staff)
    now, number = timezone.now(), request.POST.get("end", "")
    if number:
        end_staff_passkey(staff=staff, passkey_id=int(number) if number.isdecimal() else 0, now=now)
        messages.success(request, "It works no more.")
        return redirect("my-keys")
    challenge = challenge_of(request, f"make {staff.pk}")
    made = read_new(request.POST.get("answer", "")[:LONGEST_ANSWER], site_of(request), challenge) if challenge else None
    name = request.POST.get("name", "")
    if challenge and made and keep_staff_passkey(staff=staff, name=name, made=made, challenge=challenge, now=now):
        messages.success(request, "Kept. Next time, sign in with it.")
    else:
        messages.error(request, "This device made no passkey. Try again.")
    return redirect("my-keys")


def _keys_page(request: HttpRequest, staff: Staff) -> HttpResponse:
    site, challenge = site_of(request), new_challenge(timezone.now())
    keys = list(staff_passkeys(staff_id=staff.pk, seen_by=staff.as_actor()))
    known = [key.credential_id for key in keys if key.credential_id]
    handle = keyed_hash(settings.SECRET_KEY, "staff passkey", str(staff.pk))
    options = ask_for_new(site, challenge, handle=handle, name=staff.email, known=known)
    page = {"staff": staff, "keys": keys, "passkey": options if site.can_have_passkeys else ""}
    return with_challenge(render(request, "console/keys.html", page), challenge, f"make {staff.pk}")


def site_of(request: HttpRequest) -> Site:
    """Where passkeys of this console belong to."""
    return Site(f"{request.scheme}://{request.get_host()}")


def challenge_of(request: HttpRequest, purpose: str) -> Challenge | None:
    """The challenge that this browser was given for this, while it is young enough."""
    now = timezone.now()
    minutes = in_force(OfficesPolicy, now=now).challenge_minutes
    sealed = request.COOKIES.get(CHALLENGE_COOKIE, "")
    return open_challenge(sealed, secret=settings.SECRET_KEY, purpose=f"staff {purpose}", minutes=minutes, now=now)


def with_challenge(response: HttpResponse, challenge: Challenge, purpose: str) -> HttpResponse:
    """The same answer, with this challenge sealed in a cookie."""
    minutes = in_force(OfficesPolicy, now=timezone.now()).challenge_minutes
    sealed = seal_challenge(challenge, secret=settings.SECRET_KEY, purpose=f"staff {purpose}")
    response.set_cookie(
        CHALLENGE_COOKIE, sealed, max_age=minutes * 60, secure=settings.HTTPS, httponly=True, samesite="Strict"
    )
    return response
