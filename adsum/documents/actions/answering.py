"""What an officer answers to a document, and what somebody says who has none."""

from datetime import datetime

from django.db import transaction

from adsum.documents.models import Document, Inability
from adsum.documents.policy import DocumentsPolicy
from adsum.documents.rules import Kind, Says
from adsum.flags.actions import raise_flag
from adsum.flags.models import Flag
from adsum.flags.rules import Decision, NewFlag, Reason
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES, Actor
from adsum.notices.actions import queue_notice
from adsum.notices.rules import NoticeKind
from adsum.people.models import Participant
from adsum.policies.queries import in_force

TOLD = {
    Decision.ACCEPTED: NoticeKind.DOCUMENT_ACCEPTED,
    Decision.SAME_PERSON: NoticeKind.DOCUMENT_ACCEPTED,
    Decision.ANOTHER_WANTED: NoticeKind.DOCUMENT_WANTED,
}


def answer_document(*, flag: Flag, actor: Actor, now: datetime) -> None:
    """An officer has decided this flag: its document, if it is about one, has its answer, and the person is told."""
    with transaction.atomic():
        document = Document.objects.filter(pk=flag.about_id("document") or 0, participant=flag.participant).first()
        if document is None:
            return
        Document.objects.filter(pk=document.pk).update(decision=flag.decision, decided_at=now)
        record(
            verb="document.answered",
            actor=actor,
            now=now,
            subject=document,
            participant_id=flag.participant_id,
            policy=in_force(DocumentsPolicy, now=now).version,
            document=document.kind,
            decision=flag.decision,
        )
        if kind := TOLD.get(Decision(flag.decision)):
            queue_notice(
                kind=kind,
                participant=flag.participant,
                now=now,
                about=flag.about,
                policy=in_force(DocumentsPolicy, now=now).version,
                document=document.kind,
                reason=flag.decision_reason,
            )


def say_unable(*, participant: Participant, kind: Kind, says: Says, now: datetime) -> None:
    """The person shows no paper or photo, and says why: an officer knows it, and may help."""
    with transaction.atomic():
        said = Inability.objects.create(participant=participant, kind=kind, says=says, said_at=now)
        record(
            verb="document.unable",
            actor=participant.as_actor(),
            now=now,
            subject=said,
            participant_id=participant.pk,
            policy=in_force(DocumentsPolicy, now=now).version,
            says=says,
        )
        flag = NewFlag(participant.pk, Reason.NOTHING_TO_SHOW, kind, {"says": says})
        raise_flag(flag=flag, actor=RULES, now=now, policy=in_force(DocumentsPolicy, now=now).version)
