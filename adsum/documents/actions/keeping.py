"""Keeping a document once it is whole, and giving it out again to who may see it."""

import hashlib
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction

from adsum.core.keeping import keep_once
from adsum.core.scanning import Verdict, scan_content
from adsum.documents.models import Document, Upload
from adsum.documents.policy import DocumentsPolicy
from adsum.documents.queries import find_document, quarantined
from adsum.documents.rules import Clean, DocumentRefused, Kind, Refusal, Scan, make_clean
from adsum.flags.actions import raise_flag
from adsum.flags.rules import NewFlag, Reason
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES, Actor
from adsum.people.models import Participant
from adsum.places.queries import current_address
from adsum.policies.queries import in_force

log = structlog.get_logger(__name__)
FLAGGED = {Kind.ADDRESS_PROOF: Reason.ADDRESS_PROOF, Kind.PHOTO: Reason.PHOTO}


class DocumentMissing(Exception):
    """There is no such document, or none that this person may see, or its file is damaged."""


def keep_document(
    *,
    participant: Participant,
    key: UUID,
    kind: Kind,
    content: bytes,
    actor: Actor,
    now: datetime,
    upload: UUID | None = None,
) -> Document:
    """Clean, scan and keep a file; an officer is to look at it. The same key again is the same document.

    `upload` names a finished upload that holds the content. Raises DocumentRefused; then the upload stays as it was.
    """
    if known := Document.objects.filter(participant=participant, key=key).first():
        return known
    sent = _uploaded(participant, upload) if upload else content
    clean = make_clean(sent, kind=kind, policy=in_force(DocumentsPolicy, now=now))
    scan = _scan(clean, now)
    document = Document(
        participant=participant,
        key=key,
        kind=kind,
        address=current_address(participant_id=participant.pk, seen_by=RULES) if kind == Kind.ADDRESS_PROOF else None,
        media_type=clean.media_type,
        size=len(clean.content),
        sha256=hashlib.sha256(clean.content).hexdigest(),
        sent_sha256=hashlib.sha256(sent).hexdigest(),
        scan=scan,
        given_by=actor.kind,
        received_at=now,
    )
    with transaction.atomic():
        Participant.objects.select_for_update().get(pk=participant.pk)
        if known := Document.objects.filter(participant=participant, key=key).first():
            return known
        _refuse_too_many(participant, now)
        keep_once(document.path, clean.content)
        document.save(force_insert=True)
        record(
            verb="document.kept",
            actor=actor,
            now=now,
            subject=document,
            participant_id=participant.pk,
            policy=in_force(DocumentsPolicy, now=now).version,
            document=kind,
            sha256=document.sha256,
            scan=scan,
        )
        if document.is_shown:
            _flag(document, now)
        if upload:
            _end_upload(participant, upload)
    return document


def _uploaded(participant: Participant, key: UUID) -> bytes:
    """What a finished upload holds: all of it, and what its sender meant."""
    upload = Upload.objects.filter(participant=participant, key=key).first()
    if upload is None:
        raise DocumentRefused(Refusal.NOT_FOUND)
    content = upload.path.read_bytes() if upload.path.exists() else b""
    if len(content) != upload.length:
        raise DocumentRefused(Refusal.INCOMPLETE)
    if upload.sha256 and hashlib.sha256(content).hexdigest() != upload.sha256:
        raise DocumentRefused(Refusal.BROKEN)
    return content


def _end_upload(participant: Participant, key: UUID) -> None:
    """The file goes after the commit: a power cut before it leaves the upload whole."""
    for upload in Upload.objects.filter(participant=participant, key=key):
        transaction.on_commit(partial(upload.path.unlink, missing_ok=True))
        upload.delete()


def _scan(clean: Clean, now: datetime) -> Scan:
    if not settings.CLAMD:
        return Scan.NOT_CONFIGURED
    verdict = scan_content(clean.content, at=settings.CLAMD, seconds=in_force(DocumentsPolicy, now=now).scanner_seconds)
    if verdict == Verdict.INFECTED:
        raise DocumentRefused(Refusal.INFECTED)
    return Scan.CLEAN if verdict == Verdict.CLEAN else Scan.QUARANTINED


def _refuse_too_many(participant: Participant, now: datetime) -> None:
    of_a_day = Document.objects.filter(participant=participant, received_at__gt=now - timedelta(days=1))
    if of_a_day.count() >= in_force(DocumentsPolicy, now=now).most_a_day:
        raise DocumentRefused(Refusal.TOO_MANY)


def _flag(document: Document, now: datetime) -> None:
    """Put it on the worklist; an enrolment photo, which staff bring, needs no look."""
    reason = FLAGGED.get(Kind(document.kind))
    if reason:
        flag = NewFlag(document.participant_id, reason, f"document:{document.pk}")
        raise_flag(flag=flag, actor=RULES, now=now, policy=in_force(DocumentsPolicy, now=now).version)


def scan_again(*, now: datetime) -> int:
    """Ask the scanner about what is in quarantine; returns how many documents came out of it. Infected ones go."""
    verdicts = {document: _verdict(document, now) for document in quarantined(seen_by=RULES)}
    settled = {document: verdict for document, verdict in verdicts.items() if verdict != Verdict.NO_ANSWER}
    with transaction.atomic():
        for document, verdict in settled.items():
            _settle_scan(document, verdict, now)
    return len(settled)


def _verdict(document: Document, now: datetime) -> Verdict:
    if not settings.CLAMD or not document.path.exists():
        return Verdict.NO_ANSWER
    return scan_content(
        document.path.read_bytes(), at=settings.CLAMD, seconds=in_force(DocumentsPolicy, now=now).scanner_seconds
    )


def _settle_scan(document: Document, verdict: Verdict, now: datetime) -> None:
    waiting = Document.objects.filter(pk=document.pk, scan=Scan.QUARANTINED)
    if verdict == Verdict.INFECTED:
        if waiting.delete()[0]:
            transaction.on_commit(partial(document.path.unlink, missing_ok=True))
    elif waiting.update(scan=Scan.CLEAN):
        _flag(document, now)
    record(
        verb="document.scanned",
        actor=RULES,
        now=now,
        subject=document,
        participant_id=document.participant_id,
        policy=in_force(DocumentsPolicy, now=now).version,
        verdict=verdict,
    )


def open_document(*, document_id: int, actor: Actor, now: datetime) -> tuple[Document, bytes]:
    """Give out a document to somebody who may see it; the look is recorded. Raises DocumentMissing.

    A file that is not what its SHA-256 says is not given out.
    """
    with transaction.atomic():
        document = find_document(document_id=document_id, seen_by=actor)
        if document is None:
            raise DocumentMissing
        content = document.path.read_bytes() if document.path.exists() else b""
        if hashlib.sha256(content).hexdigest() != document.sha256:
            log.error("document.damaged", document=document.pk)
            raise DocumentMissing
        record(
            verb="document.viewed",
            actor=actor,
            now=now,
            subject=document,
            participant_id=document.participant_id,
            document=document.kind,
        )
    return document, content
