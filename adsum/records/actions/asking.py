"""Asking the agency that owns a record whether it holds, on a clock."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from adsum.flags.actions import raise_flags
from adsum.flags.rules import NewFlag, Reason
from adsum.ledger.actions import record, record_lines
from adsum.ledger.rules import RULES, Actor, Line
from adsum.offices.models import Staff
from adsum.outbox.actions import emit_events
from adsum.outbox.rules import Event
from adsum.people.queries import participants
from adsum.policies.queries import in_force
from adsum.records.actions.closing import undo_what_followed
from adsum.records.models import Confirmation, Lead
from adsum.records.policy import RecordsPolicy
from adsum.records.rules import Stage, answer_by

AT_ONCE = 500


class AnswerRefused(Exception):
    """The answer cannot be noted, or the question not asked, like this; the message says what to do."""


def ask_agency(*, lead: Lead, staff: Staff, now: datetime, actor: Actor | None = None) -> Confirmation:
    """Ask whether the record holds and is about this person. The clock is the policy's, urgent or routine.

    `staff` is whose question it is; `actor` who asks now, where that is not the same.
    """
    policy, urgent = in_force(RecordsPolicy, now=now), lead.record.urgent
    with transaction.atomic():
        asked = Confirmation.objects.create(
            lead=lead,
            asked_by=staff,
            asked_at=now,
            answer_by=answer_by(now, urgent=urgent, policy=policy),
            urgent=urgent,
            policy=policy.version,
        )
        person, source = lead.participant_id, lead.record.source.code
        asker = actor or staff.as_actor()
        record(verb="confirmation.asked", actor=asker, now=now, subject=asked, participant_id=person)
        body = {"confirmation": asked.pk, "source": source, "record": lead.record.record_id, "urgent": urgent}
        emit_events(events=[Event("confirmation.asked", person, body)], now=now)
    return asked


def ask_again(*, lead_id: int, staff: Staff, now: datetime) -> Confirmation:
    """Ask once more, where the agency has not answered in time. Raises AnswerRefused."""
    with transaction.atomic():
        lead = _lead_of(lead_id, staff.as_actor())
        open_ones = lead.confirmations.filter(answered_at__isnull=True, lapsed_at__isnull=True)
        if lead.stage != Stage.SAME or open_ones.filter(overdue_at__isnull=True).exists():
            raise AnswerRefused("The agency is asked already, or the record is not judged “the same person”.")
        open_ones.update(lapsed_at=now)
        record(verb="confirmation.lapsed", actor=staff.as_actor(), now=now, subject=lead)
        return ask_agency(lead=lead, staff=staff, now=now)


def ask_about_changes(*, record_ids: Collection[int], now: datetime) -> int:
    """Records say something else about the same people: what followed is undone, and the agency is asked anew.

    Whom a record is about stays as people judged it. Returns how many questions were put.
    """
    with transaction.atomic():
        mine = Lead.objects.select_for_update(of=("self",)).filter(record__in=record_ids, stage=Stage.SAME)
        leads = list(mine.select_related("record__source").order_by("pk"))
        undo_what_followed(leads=leads, why="the agency changed what the record says", now=now)
        for lead in leads:
            before = lead.confirmations.select_related("asked_by").order_by("-asked_at").first()
            if before is not None:
                ask_agency(lead=lead, staff=before.asked_by, now=now, actor=RULES)
    return len(leads)


def sweep_confirmations(*, now: datetime) -> int:
    """Put questions that were not answered in time before an officer; returns how many. Nothing else follows."""
    with transaction.atomic():
        late = Confirmation.objects.select_for_update(of=("self",), skip_locked=True).filter(
            answered_at__isnull=True, lapsed_at__isnull=True, overdue_at__isnull=True, answer_by__lte=now
        )
        due = list(late.select_related("lead__record__source").order_by("answer_by")[:AT_ONCE])
        Confirmation.objects.filter(pk__in=[one.pk for one in due]).update(overdue_at=now)
        flags = [
            NewFlag(one.lead.participant_id, Reason.RECORD_UNCONFIRMED, f"lead:{one.lead_id}", one.lead.told)
            for one in due
        ]
        raise_flags(flags=flags, actor=RULES, now=now, policy=in_force(RecordsPolicy, now=now).version)
        lines = [Line("confirmation.overdue", RULES, "confirmation", one.pk, one.lead.participant_id) for one in due]
        record_lines(lines=lines, now=now)
    return len(due)


def _lead_of(lead_id: int, actor: Actor) -> Lead:
    visible = participants(seen_by=actor)
    leads = Lead.objects.select_for_update(of=("self",)).select_related("record__source")
    lead = leads.filter(pk=lead_id, participant__in=visible).first()
    if lead is None:
        raise AnswerRefused("This record is not one of your office's.")
    return lead
