"""What every way in for staff ends with: a session of their own, and the page they wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from adsum.offices.rules import DECIDERS, Role

if TYPE_CHECKING:
    from datetime import datetime

    from adsum.offices.models import Staff

CHALLENGE_COOKIE = "adsum_staff_challenge"  # a sealed challenge that waits for the answer of a passkey


PROVED_AT = "proved_at"  # in the session: when they last showed who they are, in seconds since 1970


def let_in(request: HttpRequest, staff: Staff, wanted: str) -> HttpResponse:
    """Sign this person in under a fresh session key, and lead them where they wanted to go, if that is ours."""
    login(request, staff)
    note_proof(request, timezone.now())
    safe = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    response = HttpResponseRedirect(wanted if safe else resolve_url(_first_page(Role(staff.role))))
    response.delete_cookie(CHALLENGE_COOKIE)
    return response


def note_proof(request: HttpRequest, now: datetime) -> None:
    """In this session they have just shown who they are."""
    request.session[PROVED_AT] = now.timestamp()


def _first_page(role: Role) -> str:
    if role in DECIDERS:
        return "worklist"
    return "security" if role is Role.OPERATOR else "policies"
