"""Everything about one person as one signed file, for who answers for their office; and from where somebody came."""

from __future__ import annotations

from contextlib import ExitStack
from itertools import islice
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from adsum.console.access import staff_only
from adsum.console.pieces import InPieces, zip_in_pieces
from adsum.handover.actions import HandoverRefused, make_bundle
from adsum.handover.queries import handings_of, old_facts, prove_chapter, take_overs_of
from adsum.offices.rules import Role
from adsum.people.actions import record_look
from adsum.people.queries import find_participant

if TYPE_CHECKING:
    from adsum.offices.models import Staff
    from adsum.people.models import Participant

LINES_SHOWN = 200


@staff_only(Role.SUPERVISOR)
@require_http_methods(["GET", "HEAD", "POST"])
def handing_over(request: HttpRequest, staff: Staff, participant_id: int) -> HttpResponseBase:
    """Say why, and get the file; the person can read that it was made. Below: what the site they came from told."""
    participant = find_participant(participant_id=participant_id, seen_by=staff.as_actor())
    if participant is None:
        raise Http404
    if request.method != "POST":
        return _page(request, staff, participant)
    try:
        return _bundle(participant, staff, request.POST.get("reason", ""))
    except HandoverRefused as refusal:
        return _page(request, staff, participant, error=str(refusal))


def _bundle(participant: Participant, staff: Staff, reason: str) -> InPieces:
    me, now = staff.as_actor(), timezone.now()
    with ExitStack() as closing:
        packed = closing.enter_context(TemporaryFile())
        make_bundle(participant_id=participant.pk, reason=reason, actor=me, to=packed, now=now, staff=staff)
        closing.pop_all()
    return zip_in_pieces(packed, name=f"adsum-{participant.case_number}.zip")


def _page(request: HttpRequest, staff: Staff, participant: Participant, *, error: str = "") -> HttpResponse:
    me = staff.as_actor()
    record_look(participant=participant, actor=me, now=timezone.now())
    chapters: list[dict[str, Any]] = [
        {
            "taken": one,
            "proof": prove_chapter(take_over_id=one.pk, seen_by=me),
            "facts": list(islice(old_facts(take_over_id=one.pk, seen_by=me), LINES_SHOWN)),
        }
        for one in take_overs_of(participant_id=participant.pk, seen_by=me)
    ]
    page = {
        "staff": staff,
        "participant": participant,
        "handings": handings_of(participant_id=participant.pk, seen_by=me)[:20],
        "chapters": chapters,
        "error": error,
    }
    return render(request, "console/handing_over.html", page, status=400 if error else 200)
