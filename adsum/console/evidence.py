"""What participants have shown, for the officer's eye: the pictures, and the photo from the enrolment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from adsum.console.access import staff_only
from adsum.documents.actions import keep_document, open_document
from adsum.documents.actions.keeping import DocumentMissing
from adsum.documents.queries import documents_of, inabilities_of
from adsum.documents.rules import DocumentRefused, Kind, download_headers
from adsum.ledger.rules import Actor
from adsum.offices.rules import Role
from adsum.people.queries import find_participant

if TYPE_CHECKING:
    from adsum.offices.models import Staff


def evidence_for(*, participant_id: int, seen_by: Actor) -> dict[str, Any]:
    """What a person has shown, and what they cannot show, for their page."""
    documents = list(documents_of(participant_id=participant_id, seen_by=seen_by)[:60])
    enrolment = next((one for one in documents if one.kind == Kind.ENROLMENT_PHOTO), None)
    return {
        "documents": documents,
        "documents_by_id": {document.pk: document for document in documents},
        "enrolment_photo": enrolment,
        "unable": inabilities_of(participant_id=participant_id, seen_by=seen_by)[:5],
    }


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_safe
def document(request: HttpRequest, staff: Staff, document_id: int) -> HttpResponse:
    """A picture or paper that a participant has shown. The look is recorded."""
    try:
        found, content = open_document(document_id=document_id, actor=staff.as_actor(), now=timezone.now())
    except DocumentMissing as missing:
        raise Http404 from missing
    return HttpResponse(content, found.media_type, headers=download_headers(found.pk, found.media_type))


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_POST
def enrolment_photo(request: HttpRequest, staff: Staff, participant_id: int) -> HttpResponse:
    """The photo from the enrolment, with which officers compare later ones."""
    participant = find_participant(participant_id=participant_id, seen_by=staff.as_actor())
    if participant is None:
        raise Http404
    file = request.FILES.get("file")
    try:
        keep_document(
            participant=participant,
            key=uuid4(),
            kind=Kind.ENROLMENT_PHOTO,
            content=file.read() if file else b"",
            actor=staff.as_actor(),
            now=timezone.now(),
        )
        messages.success(request, f"The enrolment photo of {participant.full_name} is kept.")
    except DocumentRefused as refused:
        messages.error(request, f"This file was not kept: {refused.refusal.replace('-', ' ')}.")
    return redirect("person", participant_id=participant.pk)
