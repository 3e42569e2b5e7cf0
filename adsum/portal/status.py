"""The public log of the service: when it was down, for how long, and that nobody was late for it."""

from datetime import UTC, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from adsum.checkins.queries import outages_since
from adsum.ledger.rules import STRANGER
from adsum.portal.access import anyone

SHOWN_DAYS = 400


@anyone
@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """When this service was down. Everybody may read it."""
    now = timezone.now()
    outages = outages_since(since=now - timedelta(days=SHOWN_DAYS), now=now, seen_by=STRANGER)
    with timezone.override(UTC):
        return render(request, "portal/status.html", {"outages": outages[:200], "now": now})
