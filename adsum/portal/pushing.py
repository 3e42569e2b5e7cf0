"""Messages on this phone: a participant lets us push to the device that they hold, and takes that back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from adsum.notices.channels.push.sending import is_set_up, our_push_key, read_target
from adsum.notices.queries import wish_of
from adsum.people.actions import end_push, start_push
from adsum.people.queries import open_pushes
from adsum.pilots.policy import PilotPolicy
from adsum.pilots.rules import Feature, is_on
from adsum.policies.queries import in_force
from adsum.portal.access import device_of, participants_only
from adsum.portal.reading import read_sent

if TYPE_CHECKING:
    from adsum.people.models import Participant


def push_card(request: HttpRequest, participant: Participant) -> dict[str, Any] | None:
    """What the card needs; None where there are no pushes: not set up, or on a kiosk, which is nobody's phone."""
    device = device_of(request)
    if device is None or not _can_push(request, participant):
        return None
    me, now = participant.as_actor(), timezone.now()
    here = {one.device_id for one in open_pushes(among=[participant.pk], now=now, seen_by=me)}
    return {
        "on": device.pk in here,
        "key": our_push_key(),
        "failed": "push" in request.GET,
        "discreet": wish_of(participant_id=participant.pk, seen_by=me).discreet,
    }


def _can_push(request: HttpRequest, participant: Participant) -> bool:
    policy = in_force(PilotPolicy, now=timezone.now(), office_id=participant.office_id)
    return is_set_up() and is_on(Feature.PUSH, participant.pk, policy=policy) and not hasattr(request, "kiosk_seconds")


@participants_only
@require_POST
def tell_this_phone(request: HttpRequest, participant: Participant) -> HttpResponse:
    """The browser has let us push to this device: from now on messages come here too."""
    given = [request.POST.get(name, "") for name in ("endpoint", "p256dh", "auth")]
    device, target = device_of(request), read_target(*given)
    if device is None or target is None or not _can_push(request, participant):
        return redirect("/my-reminders/?push=failed")
    start_push(device=device, endpoint=target.endpoint, p256dh=target.p256dh, auth=target.auth, now=timezone.now())
    return redirect("/my-reminders/?saved=1")


@csrf_exempt  # a service worker has no form; who knows where the pushes went until now is that browser
@participants_only
@require_POST
def renew_this_phone(request: HttpRequest, participant: Participant) -> HttpResponse:
    """The browser itself has changed where pushes to this device go: from now on they go there."""
    sent, device, now = read_sent(request), device_of(request), timezone.now()
    target = read_target(*(sent.get(name, "") for name in ("endpoint", "p256dh", "auth")))
    before = open_pushes(among=[participant.pk], now=now, seen_by=participant.as_actor())
    known = before.filter(device=device, endpoint=sent.get("before", "")).exclude(endpoint="").exists()
    if device is None or target is None or not known or not _can_push(request, participant):
        return HttpResponse(status=409)
    start_push(device=device, endpoint=target.endpoint, p256dh=target.p256dh, auth=target.auth, now=now)
    return HttpResponse(status=204)


@participants_only
@require_POST
def leave_this_phone(request: HttpRequest, participant: Participant) -> HttpResponse:
    """No more messages on this device."""
    if device := device_of(request):
        end_push(device=device, now=timezone.now())
    return redirect("/my-reminders/?saved=1")
