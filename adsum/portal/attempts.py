"""What failed on its way: the page's script says so, or the server has seen it. Each leaves a signed receipt."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import Error
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from adsum.checkins.actions import note_attempt
from adsum.checkins.rules import FailedTry, Failure, NotedBy, Step, read_failed_try
from adsum.portal.access import device_of, participants_only
from adsum.portal.reading import read_key, read_moment, read_sent
from adsum.portal.receipts import signed_attempt

if TYPE_CHECKING:
    from adsum.checkins.models import Attempt
    from adsum.people.models import Participant


@participants_only
@require_POST
def attempts(request: HttpRequest, participant: Participant) -> HttpResponse:
    """The page's script says that a check-in could not be sent; the answer is a signed receipt of that."""
    sent = read_sent(request)
    key, failed = read_key(sent), read_failed_try(sent.get("step", ""), sent.get("failure", ""))
    if key is None or failed is None:
        return JsonResponse({"error": "the attempt's own key (a UUID), its step and failure are needed"}, status=400)
    attempt = note_attempt(
        participant=participant,
        key=key,
        failed=failed,
        noted_by=NotedBy.DEVICE,
        now=timezone.now(),
        said_at=read_moment(sent.get("at", "")),
    )
    return JsonResponse(signed_attempt(attempt) if attempt else {"enough": True})


def note_our_mistake(request: HttpRequest) -> Attempt | None:
    """Keep that a page of ours failed for the participant who is signed in; nothing where even that fails."""
    step = Step.SEND if request.method == "POST" else Step.OPEN
    return _note(request, FailedTry(step, Failure.SERVER), NotedBy.SERVER)


def note_expired_form(request: HttpRequest) -> Attempt | None:
    """Keep that a check-in's form came too late. Anybody can bring that about: it counts as said by the device."""
    if request.path != reverse("check-in"):
        return None
    return _note(request, FailedTry(Step.SEND, Failure.EXPIRED), NotedBy.DEVICE)


def _note(request: HttpRequest, failed: FailedTry, noted_by: NotedBy) -> Attempt | None:
    with suppress(Error, OSError, RuntimeError):
        now: datetime = timezone.now()
        if device := device_of(request):
            return note_attempt(participant=device.participant, key=uuid4(), failed=failed, noted_by=noted_by, now=now)
    return None
