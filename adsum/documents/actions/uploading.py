"""Bringing a file in pieces over a bad network, in the manner of tus 1.0: what is kept is never sent again."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from adsum.core.keeping import keep_piece
from adsum.documents.models import Upload
from adsum.documents.policy import DocumentsPolicy
from adsum.documents.rules import DocumentRefused, Refusal, piece_fault
from adsum.ledger.actions import record
from adsum.people.models import Participant
from adsum.policies.queries import in_force


class PieceRefused(Exception):
    """The piece does not fit; `kept` is how many bytes are there, and where the next one begins."""

    def __init__(self, why: str, kept: int) -> None:
        super().__init__(why)
        self.kept = kept


def start_upload(*, participant: Participant, key: UUID, length: int, sha256: str, now: datetime) -> Upload:
    """Announce a file of `length` bytes; the same key again is the same upload. Raises DocumentRefused."""
    if length <= 0:
        raise DocumentRefused(Refusal.EMPTY)
    if length > in_force(DocumentsPolicy, now=now).largest_megabytes * 1_000_000:
        raise DocumentRefused(Refusal.TOO_LARGE)
    with transaction.atomic():
        Participant.objects.select_for_update().get(pk=participant.pk)
        mine = Upload.objects.filter(participant=participant)
        if known := mine.filter(key=key, length=length).first():
            return known
        if mine.count() >= in_force(DocumentsPolicy, now=now).most_unfinished:
            _drop_oldest(participant)
        mine.filter(key=key).delete()
        upload = Upload.objects.create(participant=participant, key=key, length=length, sha256=sha256, started_at=now)
        upload.path.unlink(missing_ok=True)
        record(
            verb="upload.started",
            actor=participant.as_actor(),
            now=now,
            subject=upload,
            participant_id=participant.pk,
            policy=in_force(DocumentsPolicy, now=now).version,
            size=length,
        )
    return upload


def _drop_oldest(participant: Participant) -> None:
    """The one that was given up the longest ago makes room: somebody who tries anew is never locked out."""
    oldest = Upload.objects.filter(participant=participant).earliest("started_at", "pk")
    oldest.path.unlink(missing_ok=True)
    oldest.delete()


def take_piece(*, participant: Participant, key: UUID, offset: int, piece: bytes, now: datetime) -> int:
    """Keep the next piece, on the disk; returns how many bytes are there now. Raises PieceRefused, DocumentRefused.

    Its announcement is the ledger's line; the document will have its own.
    """
    with transaction.atomic():
        upload = Upload.objects.select_for_update().filter(participant=participant, key=key).first()
        if upload is None:
            raise DocumentRefused(Refusal.NOT_FOUND)
        kept = upload.kept
        fault = piece_fault(
            offset=offset, piece=len(piece), kept=kept, length=upload.length, policy=in_force(DocumentsPolicy, now=now)
        )
        if fault:
            raise PieceRefused(fault, kept)
        keep_piece(upload.path, at=offset, piece=piece)
    return kept + len(piece)
