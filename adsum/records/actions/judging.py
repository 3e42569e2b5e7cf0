"""Judgements: a named person says whether a record is about a participant, and why."""

from datetime import datetime

from django.db import transaction

from adsum.core.text import clean_text
from adsum.ledger.actions import record
from adsum.offices.models import Staff
from adsum.offices.rules import Role
from adsum.people.queries import participants
from adsum.policies.queries import in_force
from adsum.records.actions.asking import ask_agency
from adsum.records.models import Judgement, Lead
from adsum.records.policy import RecordsPolicy
from adsum.records.rules import Stage, Verdict, stage_after


class JudgementRefused(Exception):
    """This judgement cannot be made so; the message says what to do."""


class AlreadyJudged(JudgementRefused):
    """It waits for nobody any more: somebody else has judged, or the record is gone."""


def judge_lead(*, lead_id: int, staff: Staff, verdict: str, reason: str, now: datetime) -> Lead:
    """Say whether the record is about this participant. Raises JudgementRefused, or AlreadyJudged.

    In the grey band a second person judges without knowing what the first said; where they differ, a supervisor
    does. “The same” asks the agency at once whether the record holds; nothing else follows from it.
    """
    words, policy = clean_text(reason), in_force(RecordsPolicy, now=now)
    with transaction.atomic():
        lead = _lead_for(lead_id, staff)
        if verdict not in list(Verdict):
            raise JudgementRefused("Choose: the same, not the same, or cannot tell.")
        if not words:
            raise JudgementRefused("Write a reason: the participant and their lawyer can ask for it.")
        _refuse_twice(lead, staff)
        as_supervisor = lead.stage == Stage.SUPERVISOR
        Judgement.objects.create(
            lead=lead,
            round=lead.round,
            verdict=verdict,
            judged_by=staff,
            judged_at=now,
            reason=words,
            probability=lead.probability,
            model=lead.model,
            as_supervisor=as_supervisor,
        )
        said = [Verdict(one.verdict) for one in lead.judgements.filter(round=lead.round).order_by("pk")]
        lead.stage = stage_after(said, lead.probability, by_supervisor=as_supervisor, policy=policy)
        lead.waits_since = now if lead.waits else lead.waits_since
        lead.settled_at = None if lead.waits else now
        lead.save(update_fields=["stage", "waits_since", "settled_at"])
        record(
            verb="lead.judged",
            actor=staff.as_actor(),
            now=now,
            subject=lead,
            participant_id=lead.participant_id,
            policy=policy.version,
            verdict=verdict,
            stage=lead.stage,
        )
        if lead.stage == Stage.SAME:
            ask_agency(lead=lead, staff=staff, now=now)
    return lead


def _lead_for(lead_id: int, staff: Staff) -> Lead:
    visible = participants(seen_by=staff.as_actor())
    leads = Lead.objects.select_for_update(of=("self",)).select_related("record__source", "participant")
    lead = leads.filter(pk=lead_id, participant__in=visible).first()
    if lead is None:
        raise JudgementRefused("This possible match is not one of your office's.")
    if not lead.waits:
        raise AlreadyJudged(f"It waits for nobody any more: {lead.stage_words}.")
    if lead.stage == Stage.SUPERVISOR and staff.role != Role.SUPERVISOR:
        raise JudgementRefused("Two people disagree about this one. A supervisor judges it now.")
    return lead


def _refuse_twice(lead: Lead, staff: Staff) -> None:
    """Nobody judges twice in a round; and what a participant disputes is looked at by others than before."""
    before = lead.judgements.filter(judged_by=staff)
    if before.filter(round=lead.round).exists():
        raise JudgementRefused("You have judged this one. Now somebody else does, without knowing what you said.")
    if lead.not_me_at and before.filter(judged_at__lt=lead.not_me_at).exists():
        raise JudgementRefused("The participant says that it is not them. Somebody who has not judged it looks again.")
