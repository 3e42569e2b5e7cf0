"""What follows when the ground of a lead is gone: questions lapse, flags lapse, and whoever acted is told."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction

from adsum.flags.actions import lapse_flags, raise_flags
from adsum.flags.queries import decided_about
from adsum.flags.rules import NewFlag, Reason
from adsum.ledger.actions import record, record_lines
from adsum.ledger.rules import RULES, Line
from adsum.outbox.actions import emit_events
from adsum.outbox.rules import Event
from adsum.records.models import Confirmation, Lead, OutsideRecord, Subscription, Watched
from adsum.records.rules import CLOSED_WORDS, WAITING, Closed, Stage, waits_again

ABOUT_LEADS = (Reason.RECORD_CONFIRMED, Reason.RECORD_UNCONFIRMED)


def close_leads(*, record_ids: Collection[int], why: Closed, now: datetime) -> int:
    """Close every lead of these records, undo what hangs on them, and say so to whoever acted; returns how many."""
    with transaction.atomic():
        leads = Lead.objects.select_for_update().filter(record__in=record_ids).exclude(stage=Stage.CLOSED)
        gone = list(leads.order_by("pk"))
        end_leads(leads=gone, why=why, now=now)
    return len(gone)


def end_watch(*, participant_id: int, now: datetime) -> int:
    """Somebody has left: leads that nobody has judged close, and sources are asked to tell no more; returns how many.

    What was judged stays in their file as long as the file does.
    """
    with transaction.atomic():
        waiting = Lead.objects.select_for_update().filter(participant=participant_id, stage__in=WAITING)
        leads = list(waiting.order_by("pk"))
        end_leads(leads=leads, why=Closed.LEFT, now=now)
        asked = Subscription.objects.filter(participant=participant_id, cancel_asked_at=None, ended_at=None)
        count = asked.update(cancel_asked_at=now)
    return len(leads) + count


def resume_watch(*, participant_id: int, now: datetime) -> int:
    """They are back: they are held anew against all records, and what waited when they left waits on; returns how many.

    Judgements of its round count on. A record that was taken back meanwhile, or says other facts, is left to matching.
    """
    with transaction.atomic():
        Watched.objects.filter(participant=participant_id).delete()
        left = Lead.objects.filter(participant=participant_id, stage=Stage.CLOSED, why_closed=Closed.LEFT)
        about = OutsideRecord.objects.filter(pk__in=left.values("record"))
        records = {one.pk: one for one in about.select_for_update().order_by("pk")}
        leads = list(left.filter(record__in=records).select_for_update().order_by("pk"))
        gone = [lead.pk for lead in leads if records[lead.record_id].withdrawn_at]
        Lead.objects.filter(pk__in=gone).update(why_closed=Closed.WITHDRAWN)
        held = [lead for lead in leads if lead.pk not in gone and lead.facts in {"", records[lead.record_id].facts}]
        for lead in held:
            lead.stage = waits_again(lead.judgements.filter(round=lead.round).count())
            lead.waits_since, lead.closed_at, lead.why_closed = now, None, ""
        Lead.objects.bulk_update(held, ["stage", "waits_since", "closed_at", "why_closed"])
        lines = (Line("lead.reopened", RULES, "lead", lead.pk, lead.participant_id) for lead in held)
        record_lines(lines=lines, now=now)
    return len(held)


def end_leads(*, leads: Sequence[Lead], why: Closed, now: datetime) -> None:
    """Close these leads, which the caller has locked."""
    with transaction.atomic(savepoint=False):
        undo_what_followed(leads=leads, why=CLOSED_WORDS[why], now=now)
        for lead in leads:
            lead.stage, lead.closed_at, lead.why_closed = Stage.CLOSED, now, why
        Lead.objects.bulk_update(leads, ["stage", "closed_at", "why_closed"])
        lines = (Line("lead.closed", RULES, "lead", lead.pk, lead.participant_id, "", {"why": why}) for lead in leads)
        record_lines(lines=lines, now=now)
        emit_events(events=[Event("lead.closed", lead.participant_id, {"lead": lead.pk}) for lead in leads], now=now)


def undo_what_followed(*, leads: Sequence[Lead], why: str, now: datetime) -> None:
    """The agency need not answer any more, open flags lapse; what a person decided by it is put before a person."""
    with transaction.atomic(savepoint=False):
        mine = {f"lead:{lead.pk}": lead for lead in leads}
        Confirmation.objects.filter(lead__in=leads, answered_at__isnull=True, lapsed_at__isnull=True).update(
            lapsed_at=now
        )
        lapse_flags(about=mine, reasons=ABOUT_LEADS, why=f"{why[:1].upper()}{why[1:]}.", now=now)
        acted = decided_about(about=mine, reasons=ABOUT_LEADS, seen_by=RULES)
        flags = [
            NewFlag(flag.participant_id, Reason.RECORD_GONE, flag.about, {"why": why, "decision": flag.decision})
            for flag in acted
        ]
        raise_flags(flags=flags, actor=RULES, now=now)
        lines = (Line("lead.undone", RULES, "lead", lead.pk, lead.participant_id, "", {}) for lead in leads)
        record_lines(lines=lines, now=now)


def open_again(*, lead: Lead, why: str, now: datetime) -> None:
    """A new round, without the words of the one before; what followed from that one is undone."""
    with transaction.atomic(savepoint=False):
        undo_what_followed(leads=[lead], why=why, now=now)
        lead.stage, lead.round, lead.waits_since = Stage.OPEN, lead.round + 1, now
        lead.settled_at, lead.closed_at, lead.why_closed = None, None, ""
        lead.facts = lead.record.facts
        lead.save(update_fields=["stage", "round", "waits_since", "settled_at", "closed_at", "why_closed", "facts"])
        record(verb="lead.reopened", actor=RULES, now=now, subject=lead, participant_id=lead.participant_id)
