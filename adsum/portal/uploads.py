"""The door for files: whole in a form, or in pieces over a bad network (in the manner of tus 1.0). docs/uploads.md."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from adsum.documents.actions import keep_document, open_document, start_upload, take_piece
from adsum.documents.actions.keeping import DocumentMissing
from adsum.documents.actions.uploading import PieceRefused
from adsum.documents.policy import DocumentsPolicy
from adsum.documents.queries import find_upload
from adsum.documents.rules import DocumentRefused, Kind, Refusal, download_headers
from adsum.policies.queries import in_force
from adsum.portal.access import participants_only
from adsum.portal.reading import read_key, read_sent

if TYPE_CHECKING:
    from adsum.documents.models import Document, Upload
    from adsum.people.models import Participant

STATUS = {Refusal.NOT_FOUND: 404, Refusal.TOO_LARGE: 413, Refusal.TOO_MANY: 429}


def words_of(refusal: Refusal) -> str:
    """Why a file was not kept, in the person's language, and what to do."""
    return render_to_string(
        "portal/refusal.txt",
        {"refusal": refusal, "megabytes": in_force(DocumentsPolicy, now=timezone.now()).largest_megabytes},
    ).strip()


def status_of(refusal: Refusal) -> int:
    """The HTTP status that goes with a refusal."""
    return STATUS.get(refusal, 422)


def _refuse(refusal: Refusal) -> JsonResponse:
    return JsonResponse({"error": words_of(refusal), "refusal": refusal}, status=status_of(refusal))


@participants_only
@require_POST
def uploads(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Announce a file: its key, its length in bytes, its SHA-256. The same again tells how much of it is kept."""
    sent = read_sent(request)
    key, length, sha256 = read_key(sent), sent.get("length", ""), sent.get("sha256", "")
    if key is None or not re.fullmatch(r"[0-9]{1,12}", length) or not re.fullmatch(r"([0-9a-f]{64})?", sha256):
        return JsonResponse({"error": "key (a UUID), length (bytes) and sha256 (hex) are needed"}, status=400)
    now = timezone.now()
    try:
        started = start_upload(participant=participant, key=key, length=int(length), sha256=sha256, now=now)
    except DocumentRefused as refused:
        return _refuse(refused.refusal)
    return _standing(started, 201)


def _standing(upload: Upload, status: int) -> HttpResponse:
    place, piece = (
        reverse("upload", kwargs={"upload_key": upload.key}),
        in_force(DocumentsPolicy, now=timezone.now()).piece_kilobytes * 1_000,
    )
    response = JsonResponse({"place": place, "offset": upload.kept, "piece": piece}, status=status)
    response["Location"], response["Upload-Length"] = place, str(upload.length)
    response["Upload-Offset"] = str(upload.kept)
    return response


@participants_only
@require_http_methods(["GET", "HEAD", "PATCH"])
def upload(request: HttpRequest, participant: Participant, upload_key: UUID) -> HttpResponse:
    """One file on its way: HEAD tells how much of it is kept, PATCH adds the next piece at that offset."""
    if request.method == "PATCH":
        return _piece(request, participant, upload_key)
    found = find_upload(key=upload_key, participant_id=participant.pk, seen_by=participant.as_actor())
    if found is None:
        raise Http404
    return _standing(found, 200)


def _piece(request: HttpRequest, participant: Participant, key: UUID) -> HttpResponse:
    offset = request.headers.get("Upload-Offset", "")
    if not re.fullmatch(r"[0-9]{1,12}", offset):
        return JsonResponse({"error": "the header Upload-Offset is needed"}, status=400)
    try:
        kept = take_piece(participant=participant, key=key, offset=int(offset), piece=request.body, now=timezone.now())
    except DocumentRefused as refused:
        return _refuse(refused.refusal)
    except PieceRefused as refused:
        said = {"error": str(refused), "offset": refused.kept}
        return JsonResponse(said, status=409, headers={"Upload-Offset": str(refused.kept)})
    return HttpResponse(status=204, headers={"Upload-Offset": str(kept)})


def keep_sent(request: HttpRequest, participant: Participant, kind: Kind, key: UUID) -> Document:
    """Keep what a form brings: its file, or the upload that its script has finished. Raises DocumentRefused."""
    file = request.FILES.get("file")
    return keep_document(
        participant=participant,
        key=key,
        kind=kind,
        content=file.read() if file else b"",
        upload=read_key({"key": request.POST.get("upload", "")}),
        actor=participant.as_actor(),
        now=timezone.now(),
    )


@participants_only
@require_safe
def my_document(request: HttpRequest, participant: Participant, document_id: int) -> HttpResponse:
    """A picture or paper that I have sent, as it is kept."""
    try:
        document, content = open_document(document_id=document_id, actor=participant.as_actor(), now=timezone.now())
    except DocumentMissing as missing:
        raise Http404 from missing
    return HttpResponse(content, document.media_type, headers=download_headers(document.pk, document.media_type))
