"""What was shown, and what is on its way."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from adsum.documents.models import Document, FormSent, Inability, Upload
from adsum.documents.policy import DocumentsPolicy
from adsum.documents.rules import FormCode, FormDue, Kind, Scan, forms_due
from adsum.flags.rules import Decision
from adsum.ledger.rules import Actor, ActorKind, FilePart
from adsum.people.models import Participant
from adsum.people.queries import participants
from adsum.places.models import Address
from adsum.places.queries import current_address
from adsum.policies.queries import in_force


def documents_of(*, participant_id: int, seen_by: Actor, kinds: Collection[Kind] = tuple(Kind)) -> QuerySet[Document]:
    """One person's documents of these kinds, newest first."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    found = Document.objects.filter(participant__in=visible, kind__in=kinds)
    return found.select_related("address").order_by("-received_at", "-pk")


def find_document(*, document_id: int, seen_by: Actor) -> Document | None:
    """One document, or None where this person may not see it or the scanner has not answered yet."""
    visible = participants(seen_by=seen_by)
    return Document.objects.filter(pk=document_id, participant__in=visible).exclude(scan=Scan.QUARANTINED).first()


def find_upload(*, key: UUID, participant_id: int, seen_by: Actor) -> Upload | None:
    """This person's upload of this key while it is on its way."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    return Upload.objects.filter(key=key, participant__in=visible).first()


def inabilities_of(*, participant_id: int, seen_by: Actor) -> QuerySet[Inability]:
    """What one person has said that they cannot show, newest first."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    return Inability.objects.filter(participant__in=visible).order_by("-said_at", "-pk")


@dataclass(frozen=True)
class FormToSend:
    """A form for another agency: by when, and since when the person says that it is sent."""

    due: FormDue
    address: Address
    sent_at: datetime | None


def forms_to_send(*, participant: Participant, now: datetime, seen_by: Actor) -> list[FormToSend]:
    """The forms that the person's last change of address needs; none for the address that the agency's file gave.

    The field office has its own from Adsum: it counts as sent when the person told Adsum.
    """
    address = current_address(participant_id=participant.pk, seen_by=seen_by)
    if address is None or address.given_by != ActorKind.PARTICIPANT:
        return []
    sent = dict(FormSent.objects.filter(address=address).values_list("form", "sent_at"))
    sent.setdefault(FormCode.OFFICE, address.since)
    changed_on = address.since.astimezone(participant.office.zone).date()
    return [
        FormToSend(due, address, sent.get(due.doc.code))
        for due in forms_due(changed_on, policy=in_force(DocumentsPolicy, now=now))
    ]


def photo_answered_at(*, participant_id: int, seen_by: Actor) -> datetime | None:
    """When the person last sent a photo that no officer asks to repeat, or said that they cannot take one."""
    photos = documents_of(participant_id=participant_id, seen_by=seen_by, kinds=[Kind.PHOTO])
    good = photos.exclude(decision=Decision.ANOTHER_WANTED).values_list("received_at", flat=True)
    said = inabilities_of(participant_id=participant_id, seen_by=seen_by).filter(kind=Kind.PHOTO)
    return max(filter(None, (good.first(), said.values_list("said_at", flat=True).first())), default=None)


def quarantined(*, seen_by: Actor, most: int = 100) -> list[Document]:
    """Documents that wait for the scanner, oldest first; for the rules, who ask it again."""
    if seen_by.kind != ActorKind.RULES:
        return []
    return list(Document.objects.filter(scan=Scan.QUARANTINED).select_related("participant").order_by("pk")[:most])


def everything_about(*, participant_id: int, seen_by: Actor) -> FilePart:
    """This domain's part of a person's file: what was shown and what became of it. The pictures are a tap away."""
    fields = ("kind", "media_type", "size", "sha256", "scan", "given_by", "received_at", "decision", "decided_at")
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    forms = FormSent.objects.filter(participant__in=visible).order_by("-sent_at")
    said = inabilities_of(participant_id=participant_id, seen_by=seen_by)
    return {
        "documents": list(documents_of(participant_id=participant_id, seen_by=seen_by).values("id", *fields)),
        "forms_sent": list(forms.values("form", "sent_at")),
        "documents_not_shown": list(said.values("kind", "says", "said_at")),
    }
