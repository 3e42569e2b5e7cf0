"""A rule of law is entered by one person, approved by another, and may be vacated: then it is as if it never was."""

from datetime import datetime

from django.db import transaction

from adsum.core.text import clean_text
from adsum.law.actions.reckoning import reckon_clocks, tell
from adsum.law.models import Clock, LawRule
from adsum.law.past_queries import clocks_moved_by
from adsum.law.policy import LawPolicy
from adsum.law.queries import find_rule
from adsum.law.rules import ClockKind, Rule, fault_in_rule
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES
from adsum.offices.models import Staff
from adsum.offices.rules import Role
from adsum.policies.queries import in_force

ENTERERS = frozenset({Role.SUPERVISOR, Role.PROGRAMME})


class RuleRefused(Exception):
    """This rule cannot be entered, approved or vacated so; the message says why."""


def enter_rule(*, kind: ClockKind, rule: Rule, reason: str, by: Staff, now: datetime) -> LawRule:
    """Write down a rule with its source. It changes nothing before a second person approves it. Raises RuleRefused."""
    source, why = clean_text(rule.source, longest=500), clean_text(reason, longest=2_000)
    if by.role not in ENTERERS:
        raise RuleRefused("A supervisor or the programme enters rules.")
    if fault := fault_in_rule(rule, source=source, reason=why):
        raise RuleRefused(fault)
    with transaction.atomic():
        entered = LawRule.objects.create(
            kind=kind,
            days=rule.days,
            unit=rule.unit,
            counts_from=rule.counts_from,
            mail_days=rule.mail_days,
            rolls=rule.rolls,
            tolls_outage=rule.tolls_outage,
            tolls_request=rule.tolls_request,
            starts_on=rule.starts_on or now.date(),
            ends_on=rule.ends_on,
            source=source,
            reason=why,
            entered_by=by,
            entered_at=now,
        )
        _remember("law.entered", entered, by, now)
    return entered


def approve_rule(*, rule_id: int, by: Staff, now: datetime) -> LawRule:
    """A second person lets it hold from its day on; open clocks are counted anew. Raises RuleRefused."""
    with transaction.atomic():
        rule = _locked(rule_id, by)
        if not rule.waits:
            raise RuleRefused("It has been approved or vacated already.")
        if rule.entered_by_id == by.pk:
            raise RuleRefused("A second person approves it: you have entered it yourself.")
        rule.approved_by, rule.approved_at = by, now
        rule.save(update_fields=["approved_by", "approved_at"])
        _remember("law.approved", rule, by, now)
        reckon_clocks(clocks=Clock.objects.filter(kind=rule.kind), now=now)
    return rule


def vacate_rule(*, rule_id: int, why: str, by: Staff, now: datetime) -> LawRule:
    """It is as if it had never been: who lost days by it has them again. Raises RuleRefused.

    Who could read in their file that it would change their day, and now does not, is told that the day stays.
    """
    words = clean_text(why, longest=2_000)
    with transaction.atomic():
        rule = _locked(rule_id, by)
        if rule.vacated_at is not None:
            raise RuleRefused("It has been vacated already.")
        if not words:
            raise RuleRefused("Say why it is vacated, and who has decided that.")
        promised = clocks_moved_by(rule=rule, now=now, seen_by=RULES) if rule.approved_at else []
        rule.vacated_by, rule.vacated_at, rule.vacate_reason = by, now, words
        rule.save(update_fields=["vacated_by", "vacated_at", "vacate_reason"])
        _remember("law.vacated", rule, by, now)
        told = reckon_clocks(clocks=Clock.objects.filter(kind=rule.kind), now=now)
        running = [one for one in promised if one.paused_at is None and one.ends_at > now]
        stays = [(one, one.last_day, True) for one in running if one.participant_id not in told]
        tell(moved=stays, now=now)
    return rule


def _locked(rule_id: int, by: Staff) -> LawRule:
    if by.role != Role.PROGRAMME:
        raise RuleRefused("A rule holds in every office: the programme approves and vacates it.")
    if find_rule(rule_id=rule_id, seen_by=by.as_actor()) is None:
        raise RuleRefused("There is no such rule.")
    return LawRule.objects.select_for_update().get(pk=rule_id)


def _remember(verb: str, rule: LawRule, by: Staff, now: datetime) -> None:
    record(
        verb=verb,
        actor=by.as_actor(),
        now=now,
        subject=rule,
        policy=in_force(LawPolicy, now=now).version,
        kind=rule.kind,
        days=rule.days,
        unit=rule.unit,
        starts_on=rule.starts_on.isoformat(),
    )
