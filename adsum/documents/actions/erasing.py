"""Erasing documents on their date, and uploads that were given up."""

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import QuerySet

from adsum.documents.models import Document, Inability, Upload
from adsum.documents.policy import DocumentsPolicy
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES
from adsum.people.models import Participant
from adsum.policies.queries import in_force


def forget(*, before: datetime, now: datetime) -> None:
    """Erase documents received before this moment, rows and files; the count stays in the ledger."""
    with transaction.atomic():
        old = list(Document.objects.filter(received_at__lt=before))
        Document.objects.filter(pk__in=[document.pk for document in old]).delete()
        Inability.objects.filter(said_at__lt=before).delete()
        kept = {document.path for document in _sharing(old)}
        for path in {document.path for document in old} - kept:
            transaction.on_commit(partial(path.unlink, missing_ok=True))
        record(
            verb="documents.forgotten",
            actor=RULES,
            now=now,
            policy=in_force(DocumentsPolicy, now=now).version,
            count=len(old),
        )


def erase_documents(*, participant: Participant, now: datetime) -> None:
    """Erase all that this person has sent, rows and files, and what is on its way."""
    with transaction.atomic():
        mine = list(Document.objects.filter(participant=participant))
        uploads = list(Upload.objects.filter(participant=participant))
        Document.objects.filter(participant=participant).delete()
        Upload.objects.filter(participant=participant).delete()
        for path in {one.path for one in mine} | {one.path for one in uploads}:
            transaction.on_commit(partial(path.unlink, missing_ok=True))
        policy = in_force(DocumentsPolicy, now=now).version
        record(
            verb="documents.erased",
            actor=RULES,
            now=now,
            participant_id=participant.pk,
            policy=policy,
            count=len(mine),
        )


def _sharing(gone: list[Document]) -> QuerySet[Document]:
    """Documents that are left and have the same content as one of these."""
    return Document.objects.filter(
        sha256__in={document.sha256 for document in gone}, participant__in={one.participant_id for one in gone}
    )


def erase_unfinished(*, now: datetime) -> int:
    """Erase uploads that were begun too long ago and never ended; returns how many."""
    with transaction.atomic():
        given_up = Upload.objects.select_for_update(skip_locked=True).filter(
            started_at__lt=now - timedelta(hours=in_force(DocumentsPolicy, now=now).unfinished_hours)
        )
        uploads = list(given_up)
        for upload in uploads:
            transaction.on_commit(partial(upload.path.unlink, missing_ok=True))
        Upload.objects.filter(pk__in=[upload.pk for upload in uploads]).delete()
        if uploads:
            record(
                verb="uploads.forgotten",
                actor=RULES,
                now=now,
                policy=in_force(DocumentsPolicy, now=now).version,
                count=len(uploads),
            )
    return len(uploads)
