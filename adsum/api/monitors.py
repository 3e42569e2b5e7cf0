"""Pushes of Traccar: where a GPS device is, and what it warns of. What is refused is kept nowhere, and not logged."""

import json
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from adsum.api.refusing import MessageRefused, takes_messages
from adsum.monitors.actions import take_heard
from adsum.monitors.sources.traccar.reading import read_forwarded
from adsum.monitors.sources.traccar.signing import KEPT_AS, fault_of
from adsum.monitors.sources.values import ValueFault
from adsum.outbox.rules import Door, RefusedFor
from adsum.records.sources.secrets import secret_of

MOST_BYTES = 100_000


@takes_messages(Door.MONITORS)
def monitor_push(request: HttpRequest) -> JsonResponse:
    """Traccar forwards a position or an event. The same again changes nothing; outside an order nothing is kept."""
    if len(request.body) > MOST_BYTES:
        raise MessageRefused(RefusedFor.TOO_LARGE, f"it is larger than {MOST_BYTES:,} bytes")
    secret = secret_of(KEPT_AS, Path(settings.RECORDS_SECRETS))
    if fault := fault_of(request.body, request.headers, secret=secret):
        raise MessageRefused(RefusedFor(fault), "the signature is not Traccar’s, or it is not of now")
    try:
        heard = read_forwarded(json.loads(request.body))
    except ValueFault as odd:
        raise MessageRefused(RefusedFor.LAYOUT, str(odd)) from odd
    except (ValueError, RecursionError) as odd:
        raise MessageRefused(RefusedFor.LAYOUT, "no JSON") from odd
    taken = take_heard(heard=heard, now=timezone.now())
    return JsonResponse({"kept": taken.kept, "dropped": taken.dropped, "alerts": taken.alerts})
