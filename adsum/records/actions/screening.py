"""What the engine found becomes leads. What a person said before is remembered and never overwritten."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from adsum.ledger.actions import record_lines
from adsum.ledger.rules import RULES, Line
from adsum.records.actions.closing import end_leads, open_again
from adsum.records.models import Lead, OutsideRecord
from adsum.records.rules import WAITING, Closed, Found, Stage, opens_again


def take_found(*, record_id: int, identity: str, found: Sequence[Found], crowd: int, model: str, now: datetime) -> int:
    """Keep who may be meant by a record; returns how many leads wait for a person because of it.

    `identity` is the digest of what was matched: where the record has changed meanwhile, nothing is kept and it is
    matched again. `crowd`: how many more people fit as well and could not be looked at closely.
    """
    with transaction.atomic():
        outside = OutsideRecord.objects.select_for_update().filter(pk=record_id, withdrawn_at__isnull=True).first()
        if outside is None or outside.identity != identity:
            return 0
        return _put(outside, found, crowd, model, now)


def add_found(*, record_id: int, found: Found, model: str, now: datetime) -> int:
    """Keep one more participant who may be meant: somebody enrolled, or corrected, after the record came."""
    with transaction.atomic():
        outside = OutsideRecord.objects.select_for_update().filter(pk=record_id, withdrawn_at__isnull=True).first()
        if outside is None:
            return 0
        mine = Lead.objects.filter(record=outside, participant=found.participant_id)
        known = {lead.participant_id: lead for lead in mine.select_for_update()}
        return _keep(outside, [found], known, model, now)


def _put(outside: OutsideRecord, found: Sequence[Found], crowd: int, model: str, now: datetime) -> int:
    known = {lead.participant_id: lead for lead in Lead.objects.select_for_update().filter(record=outside)}
    fits = {one.participant_id for one in found}
    opened = _keep(outside, found, known, model, now)
    gone = [lead for person, lead in known.items() if person not in fits and lead.stage in WAITING]
    end_leads(leads=gone, why=Closed.CORRECTED, now=now)
    for person, lead in known.items():
        if person not in fits and lead.stage == Stage.SAME and lead.facts != outside.facts:
            open_again(lead=lead, why="the agency corrected the record", now=now)
            opened += 1
    outside.screened_at, outside.crowd = now, crowd
    outside.save(update_fields=["screened_at", "crowd"])
    return opened


def _keep(outside: OutsideRecord, found: Sequence[Found], known: Mapping[int, Lead], model: str, now: datetime) -> int:
    opened = 0
    remembered = _judged_before(outside, [one.participant_id for one in found if one.participant_id not in known])
    unknown = (one for one in found if one.participant_id not in known)
    fresh = [_new(outside, one, remembered.get(one.participant_id), model, now) for one in unknown]
    Lead.objects.bulk_create(fresh)
    lines = [Line("lead.found", RULES, "lead", lead.pk, lead.participant_id, "", {"model": model}) for lead in fresh]
    record_lines(lines=lines, now=now)
    opened += sum(lead.stage == Stage.OPEN for lead in fresh)
    for one in found:
        lead = known.get(one.participant_id)
        if lead is None:
            continue
        stage, why = Stage(lead.stage), lead.why_closed
        judged_of = lead.facts or outside.facts
        if opens_again(stage, why, facts_changed=judged_of != outside.facts):
            open_again(lead=lead, why="the agency corrected the record", now=now)
            _refresh(lead, one, model, outside.facts)
            opened += 1
        elif stage in WAITING:
            _refresh(lead, one, model, outside.facts)
    return opened


def _judged_before(outside: OutsideRecord, people: Sequence[int]) -> dict[int, Lead]:
    """By person, leads judged “not the same”: the same record, or the same person of that source, written anew."""
    same = Q(record__identity=outside.identity)
    if outside.their_person:
        same |= Q(record__their_person=outside.their_person)
    judged = Lead.objects.filter(
        same, stage=Stage.NOT_SAME, record__source=outside.source_id, participant__in=people
    ).exclude(record=outside)
    return {lead.participant_id: lead for lead in judged.order_by("settled_at")}


def _new(outside: OutsideRecord, found: Found, before: Lead | None, model: str, now: datetime) -> Lead:
    return Lead(
        record=outside,
        participant_id=found.participant_id,
        stage=Stage.NOT_SAME if before else Stage.OPEN,
        settled_at=before.settled_at if before else None,
        remembered=before,
        facts=outside.facts,
        probability=found.probability,
        model=model,
        explanation=list(found.explanation),
        rivals=found.rivals,
        found_at=now,
        waits_since=now,
        round=1,
    )


def _refresh(lead: Lead, found: Found, model: str, facts: str) -> None:
    lead.probability, lead.explanation, lead.rivals = found.probability, list(found.explanation), found.rivals
    lead.model, lead.facts = model, facts
    lead.save(update_fields=["probability", "explanation", "rivals", "model", "facts"])
