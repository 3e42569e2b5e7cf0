"""What came on paper: the officer scans or photographs it, and it lies with the request that it brought."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from adsum.documents.actions import keep_document
from adsum.documents.rules import DocumentRefused, Kind, Refusal

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

    from adsum.documents.models import Document
    from adsum.offices.models import Staff
    from adsum.people.models import Participant

_WHY = {
    Refusal.TOO_LARGE: "The file is too large.",
    Refusal.WRONG_TYPE: "It is neither a picture nor a PDF.",
    Refusal.TOO_MANY_PIXELS: "The picture is too large.",
    Refusal.ACTIVE_PDF: "This PDF cannot be cleaned: take a photo of the paper.",
    Refusal.INFECTED: "The scanner found something harmful in it.",
    Refusal.TOO_MANY: "Too many papers of this person came today.",
}


def keep_scan(request: HttpRequest, participant: Participant, staff: Staff, now: datetime) -> Document | None:
    """The paper that the form brings, drawn anew and bound to its hash; None where it brings none. DocumentRefused."""
    file = request.FILES.get("file")
    if file is None:
        return None
    return keep_document(
        participant=participant,
        key=uuid4(),
        kind=Kind.REVIEW,
        content=file.read(),
        actor=staff.as_actor(),
        now=now,
    )


def why_not_kept(refused: DocumentRefused) -> str:
    """Why the paper was not kept, for an officer. Nothing was noted."""
    return f"Nothing was noted. {_WHY.get(refused.refusal, 'The file is empty or broken: scan it again.')}"
