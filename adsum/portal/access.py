"""Who may enter which page of the portal, and from where they come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, TypeVar

from django.conf import settings
from django.db.utils import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from adsum.core.asking import give_back
from adsum.core.gathering import Gatherer
from adsum.ledger.rules import RULES
from adsum.people.policy import PeoplePolicy
from adsum.people.queries import devices_by_hash
from adsum.people.rules import hash_token
from adsum.policies.queries import in_force
from adsum.portal.cookies import DEVICE_COOKIE

if TYPE_CHECKING:
    from adsum.people.models import Device, Participant

    PersonView = Callable[Concatenate[HttpRequest, Participant, ...], HttpResponse]

View = Callable[..., HttpResponse]
V = TypeVar("V", bound=View)


def anyone(view: V) -> V:
    """This page is for everybody."""
    view.who_may_enter = "anyone"  # type: ignore[attr-defined]
    return view


def participants_only(view: PersonView) -> View:
    """This page is for the participant who is signed in on this device; others are shown the way in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        device = device_of(request)
        if device is None:
            return redirect("start")
        with timezone.override(device.participant.office.zone):
            response = view(request, device.participant, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response

    guarded.who_may_enter = "participant"  # type: ignore[attr-defined]
    return guarded


def device_of(request: HttpRequest) -> Device | None:
    """The signed-in device that sends this request. Requests that arrive together ask together."""
    token = request.COOKIES.get(DEVICE_COOKIE, "")
    return _DEVICES.put(hash_token(token)) if token else None


def _find_devices(token_hashes: Sequence[str]) -> list[Device | None]:
    try:
        found = devices_by_hash(token_hashes=token_hashes, now=timezone.now(), seen_by=RULES)
    finally:
        give_back()
    return [found.get(token_hash) for token_hash in token_hashes]


_DEVICES = Gatherer(_find_devices, most=64, everybodys=(OperationalError, InterfaceError))


def keep_device(response: HttpResponse, token: str) -> None:
    """Put the device's token into a cookie that scripts cannot read."""
    response.set_cookie(
        DEVICE_COOKIE,
        token,
        max_age=timedelta(days=in_force(PeoplePolicy, now=timezone.now()).device_days),
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
