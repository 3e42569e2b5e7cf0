"""Sharing the place after a check-in, where the order asks for it: seen, ended by itself, stopped with one tap."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from adsum.core.earth import Spot
from adsum.core.ids import in_groups
from adsum.ledger.rules import RULES
from adsum.orders.actions import make_tracking_app, share_point, stop_sharing
from adsum.orders.policy import OrdersPolicy
from adsum.orders.queries import find_tracked, order_in_force, shared_points, sharing_of
from adsum.orders.rules import PointSource
from adsum.places.policy import PlacesPolicy
from adsum.policies.queries import in_force
from adsum.portal.access import anyone, participants_only
from adsum.portal.reading import read_place

if TYPE_CHECKING:
    from adsum.people.models import Participant

SAID = ("kept", "outside", "too-soon", "refused", "timed-out", "unavailable", "stopped")


@participants_only
@require_http_methods(["GET", "HEAD", "POST"])
def sharing(request: HttpRequest, participant: Participant) -> HttpResponse:
    """How many days are left, each point that was taken, and one tap to stop."""
    wanted, now = request.POST.get("do"), timezone.now()
    if wanted == "point":
        return _said(_share_from_page(request, participant, now))
    if wanted == "stop":
        stop_sharing(participant=participant, now=now)
        return _said("stopped")
    app = None
    if wanted == "app" and sharing_of(participant_id=participant.pk, at=now, seen_by=participant.as_actor()).window:
        app = make_tracking_app(participant=participant, now=now)
    said = request.GET.get("said", "")
    me = participant.as_actor()
    order = order_in_force(participant_id=participant.pk, seen_by=me)
    policy = order.policy_at(now) if order else in_force(OrdersPolicy, now=now)
    page = {
        "participant": participant,
        "sharing": sharing_of(participant_id=participant.pk, at=now, seen_by=me),
        "points": shared_points(participant_id=participant.pk, seen_by=me),
        "every_minutes": policy.share_every_minutes,
        "keep_days": policy.keep_shared_days,
        "app": app and (app[0], in_groups(app[1])),
        "app_address": settings.PUBLIC_URL + reverse("owntracks"),
        "said": said if said in SAID else "",
    }
    return render(request, "portal/sharing.html", page)


def _said(what: str) -> HttpResponse:
    return redirect(f"{reverse('sharing')}?said={what}")


def _share_from_page(request: HttpRequest, participant: Participant, now: datetime) -> str:
    """What became of it. The page has just asked the device, so it counts as taken now, whatever the phone's clock."""
    place = read_place(request.POST.dict())
    if place.latitude is None or place.longitude is None or place.accuracy_m is None:
        return place.status
    spot = Spot(place.latitude, place.longitude, place.accuracy_m)
    return share_point(participant=participant, spot=spot, taken_at=now, source=PointSource.PAGE, now=now)


@anyone
@csrf_exempt
@require_POST
def owntracks(request: HttpRequest) -> HttpResponse:
    """What the OwnTracks app posts (HTTP mode): a point inside the window is kept, all else is dropped unread.

    Always 200 for a known app, whatever became of the point: it keeps what was not taken, and sends it again for days.
    """
    participant = _sender(request.headers.get("Authorization", ""))
    if participant is None:
        return HttpResponse(status=401, headers={"WWW-Authenticate": 'Basic realm="Adsum"'})
    point = _read_point(request.body)
    if point is not None:
        spot, taken_at = point
        share_point(participant=participant, spot=spot, taken_at=taken_at, source=PointSource.APP, now=timezone.now())
    return JsonResponse([], safe=False)


def _sender(authorization: str) -> Participant | None:
    kind, _, encoded = authorization.partition(" ")
    try:
        user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    known = kind.lower() == "basic" and "\0" not in user
    return find_tracked(user=user.upper(), password=password, seen_by=RULES) if known else None


def _read_point(body: bytes) -> tuple[Spot, datetime] | None:
    """A location of the app (owntracks.org/booklet/tech/json); None for its other messages, and for none on earth.

    One without its moment could be from any time, so it is none; one without an accuracy counts as a neighbourhood.
    """
    try:
        said: Any = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or said.get("_type") != "location":
        return None
    accuracy = said.get("acc", in_force(PlacesPolicy, now=timezone.now()).network_within_m)
    numbers = {"latitude": said.get("lat"), "longitude": said.get("lon"), "accuracy_m": accuracy}
    place = read_place({"place_status": "granted", **{name: str(number) for name, number in numbers.items()}})
    try:
        taken_at = datetime.fromtimestamp(said["tst"], UTC)
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        return None
    if place.latitude is None or place.longitude is None or place.accuracy_m is None:
        return None
    return Spot(place.latitude, place.longitude, place.accuracy_m), taken_at
