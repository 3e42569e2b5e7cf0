"""What the agency that owns a record answers, and what that leads to."""

from datetime import datetime

from django.db import transaction

from adsum.core.text import clean_line
from adsum.flags.actions import lapse_flags, raise_flag
from adsum.flags.rules import NewFlag, Reason
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES, Actor
from adsum.offices.models import Staff
from adsum.people.queries import participants
from adsum.records.actions.asking import AnswerRefused
from adsum.records.actions.closing import end_leads
from adsum.records.models import Confirmation, Lead
from adsum.records.rules import Answer, Closed


def note_answer(
    *, confirmation_id: int, answer: str, answered_by: str, staff: Staff | None = None, now: datetime
) -> Confirmation:
    """Note what the agency said, and who there said it; `staff` is None where its system answered. AnswerRefused.

    “Confirmed” puts the record before an officer to decide; anything else closes the lead and undoes what followed.
    """
    who, actor = clean_line(answered_by, longest=160), staff.as_actor() if staff else RULES
    if answer not in list(Answer):
        raise AnswerRefused("Choose what the agency said.")
    if not who:
        raise AnswerRefused("Write who at the agency said so: name or badge, and how you reached them.")
    with transaction.atomic():
        asked = Confirmation.objects.select_for_update().filter(pk=confirmation_id).first()
        visible = participants(seen_by=actor)
        leads = Lead.objects.select_for_update(of=("self",)).select_related("record__source")
        lead = leads.filter(pk=asked.lead_id, participant__in=visible).first() if asked else None
        if asked is None or lead is None:
            raise AnswerRefused("This question is not one of your office's.")
        if not asked.is_open:
            raise AnswerRefused("This question is answered, or its ground is gone.")
        asked.answered_at, asked.answer, asked.answered_by, asked.noted_by = now, answer, who, staff
        asked.save(update_fields=["answered_at", "answer", "answered_by", "noted_by"])
        person = lead.participant_id
        record(verb="confirmation.answered", actor=actor, now=now, subject=asked, participant_id=person, answer=answer)
        _follow(lead, asked, actor, now)
    return asked


def _follow(lead: Lead, asked: Confirmation, actor: Actor, now: datetime) -> None:
    about = f"lead:{lead.pk}"
    lapse_flags(about=[about], reasons=[Reason.RECORD_UNCONFIRMED], why="The agency has answered.", now=now)
    if asked.answer == Answer.CONFIRMED:
        flag = NewFlag(lead.participant_id, Reason.RECORD_CONFIRMED, about, lead.told)
        raise_flag(flag=flag, actor=actor, now=now, policy=asked.policy)
    else:
        end_leads(leads=[lead], why=Closed.AGENCY, now=now)
