"""Help near the participant's office, from the office's own list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from adsum.offices.queries import help_near
from adsum.portal.access import participants_only

if TYPE_CHECKING:
    from adsum.people.models import Participant


@participants_only
@require_safe
def helpers(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Legal aid and other help near my office."""
    found = help_near(office=participant.office, seen_by=participant.as_actor())
    return render(request, "portal/helpers.html", {"participant": participant, "helpers": found})
