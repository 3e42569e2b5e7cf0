"""Getting a device ready: language, place, photo; then a check-in for practice, which reports nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from adsum.checkins.queries import reports_of, standing_of
from adsum.funnel.actions import take_steps
from adsum.funnel.queries import steps_reached
from adsum.funnel.rules import DEVICE_SAYS, Failed, Step, StepTaken
from adsum.orders.queries import sharing_of
from adsum.places.policy import PlacesPolicy
from adsum.places.queries import current_address
from adsum.policies.queries import in_force
from adsum.portal.access import participants_only
from adsum.portal.evidence import is_photo_asked
from adsum.portal.questions import asked_of
from adsum.portal.way_in import device_seen

if TYPE_CHECKING:
    from adsum.people.models import Participant


def getting_ready_of(participant: Participant) -> dict[str, Any]:
    """What the start page offers: to get ready, until somebody has practiced or checked in."""
    me = participant.as_actor()
    over = {Step.PRACTICED, Step.ACTIVE} & steps_reached(participant_id=participant.pk, seen_by=me)
    return {"get_ready": not over and not reports_of(participant_id=participant.pk, seen_by=me).exists()}


@participants_only
@require_http_methods(["GET", "HEAD", "POST"])
def get_ready(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Language, place, photo. What does not work is noted, and keeps nobody from going on."""
    now = timezone.now()
    if request.method == "POST":
        return _go_on(request, participant)
    page = {
        "participant": participant,
        "keep_days": in_force(PlacesPolicy, now=now).keep_fix_days,
        "sharing": sharing_of(participant_id=participant.pk, at=now, seen_by=participant.as_actor()),
        "photo_asked": is_photo_asked(participant, now),
    }
    return render(request, "portal/get_ready.html", page)


def _go_on(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Ready, unless a photo is still asked for: that comes first."""
    now = timezone.now()
    device = device_seen(request, network=request.POST.get("network", ""))
    failed, wants_photo = request.POST.get("failed", ""), is_photo_asked(participant, now)
    steps = [StepTaken(participant.pk, Step.READY, device, failed=failed)] if failed in DEVICE_SAYS else []
    if not wants_photo:
        steps.append(StepTaken(participant.pk, Step.READY, device))
    take_steps(steps=steps, actor=participant.as_actor(), now=now)
    return redirect("my-photo" if wants_photo else "practice")


@participants_only
@require_http_methods(["GET", "HEAD", "POST"])
def practice(request: HttpRequest, participant: Participant) -> HttpResponse:
    """The form of a check-in, to try it. What is sent from here is not read and not kept."""
    me, now = participant.as_actor(), timezone.now()
    if request.method == "POST":
        step = StepTaken(participant.pk, Step.PRACTICED, device_seen(request))
        take_steps(steps=[step], actor=me, now=now)
        return redirect("got-ready")
    page = {
        "practice": True,
        "participant": participant,
        "address": current_address(participant_id=participant.pk, seen_by=me),
        "template": asked_of(participant),
        "key": uuid4(),
        "keep_days": in_force(PlacesPolicy, now=now).keep_fix_days,
        "sharing": sharing_of(participant_id=participant.pk, at=now, seen_by=me),
    }
    return render(request, "portal/check_in.html", page)


@participants_only
@require_safe
def got_ready(request: HttpRequest, participant: Participant) -> HttpResponse:
    """You are ready, and this is when the first check-in is due."""
    standing = standing_of(participant_id=participant.pk, at=timezone.now(), seen_by=participant.as_actor())
    return render(request, "portal/got_ready.html", {"participant": participant, "standing": standing})


@participants_only
@require_POST
def ready_problems(request: HttpRequest, participant: Participant) -> HttpResponse:
    """A page's script says what did not work, by its class; anything else it says is not kept."""
    failed = request.POST.get("failed", "")
    if failed not in DEVICE_SAYS:
        return HttpResponse(status=400)
    device = device_seen(request, network=request.POST.get("network", ""))
    step = StepTaken(participant.pk, DEVICE_SAYS[Failed(failed)], device, failed=failed)
    take_steps(steps=[step], actor=participant.as_actor(), now=timezone.now())
    return HttpResponse(status=204)
