"""Pushes of Traccar: where a GPS device is, and what it warns of. What is refused is kept nowhere, and not logged."""

from __future__ import annotations

import json
from pathlib import Path

import structlog
from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from adsum.api.access import machines
from adsum.monitors.actions import take_heard
from adsum.monitors.sources.traccar.reading import read_forwarded
from adsum.monitors.sources.traccar.signing import KEPT_AS, is_ours
from adsum.monitors.sources.values import ValueFault
from adsum.records.sources.secrets import secret_of

log = structlog.get_logger(__name__)
MOST_BYTES = 100_000


@machines
@csrf_exempt
@require_POST
def monitor_push(request: HttpRequest) -> JsonResponse:
    """Traccar forwards a position or an event. The same again changes nothing; outside an order nothing is kept."""
    if len(request.body) > MOST_BYTES:
        return JsonResponse({"error": f"it is larger than {MOST_BYTES:,} bytes"}, status=413)
    secret = secret_of(KEPT_AS, Path(settings.RECORDS_SECRETS))
    if not is_ours(request.body, dict(request.headers.items()), secret=secret):
        log.warning("monitors.push-refused", why="signature")
        return JsonResponse({"error": "the signature is not Traccar’s"}, status=401)
    try:
        heard = read_forwarded(json.loads(request.body))
    except (ValueFault, ValueError, RecursionError) as fault:
        log.warning("monitors.push-refused", why="layout")
        return JsonResponse({"error": str(fault) if isinstance(fault, ValueFault) else "no JSON"}, status=422)
    taken = take_heard(heard=heard, now=timezone.now())
    return JsonResponse({"kept": taken.kept, "dropped": taken.dropped, "alerts": taken.alerts})
