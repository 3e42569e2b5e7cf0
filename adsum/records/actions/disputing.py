"""A participant says that a record is about somebody else."""

from datetime import datetime

from django.db import transaction

from adsum.core.text import clean_text
from adsum.flags.actions import raise_flag
from adsum.flags.rules import NewFlag, Reason
from adsum.ledger.actions import record
from adsum.people.models import Participant
from adsum.records.actions.closing import open_again
from adsum.records.actions.judging import JudgementRefused
from adsum.records.models import Confirmation, Lead
from adsum.records.rules import Answer, Stage


def say_not_me(*, lead_id: int, participant: Participant, words: str, now: datetime) -> Lead:
    """A participant says that a confirmed record is about somebody else. Others look again; nothing holds till then."""
    text = clean_text(words, longest=4000)
    with transaction.atomic():
        mine = Lead.objects.select_for_update(of=("self",)).select_related("record")
        lead = mine.filter(pk=lead_id, participant=participant, stage=Stage.SAME, not_me_at__isnull=True).first()
        if lead is None or not Confirmation.objects.filter(lead=lead, answer=Answer.CONFIRMED).exists():
            raise JudgementRefused("This record does not stand in your file, or somebody looks at it again already.")
        open_again(lead=lead, why="the participant says that it is about somebody else", now=now)
        lead.not_me_at, lead.not_me_words = now, text
        lead.save(update_fields=["not_me_at", "not_me_words"])
        actor, details = participant.as_actor(), {"words": text, "lead": lead.pk}
        record(verb="lead.disputed", actor=actor, now=now, subject=lead, participant_id=participant.pk)
        raise_flag(
            flag=NewFlag(participant.pk, Reason.RECORD_DISPUTED, f"lead:{lead.pk}", details), actor=actor, now=now
        )
    return lead
