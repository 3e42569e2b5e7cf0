"""Each day every open clock is counted anew; a late answer alarms the supervisor, then the programme."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from adsum.flags.actions import raise_flags
from adsum.flags.rules import NewFlag, Reason
from adsum.law.actions.reckoning import BATCH, reckon_clocks
from adsum.law.models import Clock
from adsum.law.policy import LawPolicy
from adsum.law.queries import clocks_late, clocks_to_alarm
from adsum.ledger.actions import record_lines
from adsum.ledger.rules import RULES, Line
from adsum.offices.queries import list_offices
from adsum.policies.queries import in_force


def sweep_clocks(*, now: datetime) -> int:
    """Apply what begins to hold today, then tell of late answers; returns of how many. It refuses nothing."""
    with transaction.atomic():
        reckon_clocks(clocks=Clock.objects.filter(_counted_before_today(now)), now=now)
        return _alarm(now) + _escalate(now)


def _counted_before_today(now: datetime) -> Q:
    """Clocks that were not counted yet on the day that it is at their office."""
    due = Q(pk__in=[])
    for zone in {office.zone for office in list_offices(seen_by=RULES)}:
        due |= Q(participant__office__time_zone=zone.key, reckoned_on__lt=now.astimezone(zone).date())
    return due


def _alarm(now: datetime) -> int:
    late = list(clocks_to_alarm(now=now, seen_by=RULES).select_for_update(of=("self",), skip_locked=True)[:BATCH])
    policy = in_force(LawPolicy, now=now).version
    Clock.objects.filter(pk__in=[one.pk for one in late]).update(alarmed_at=now)
    flags = [
        NewFlag(
            one.participant_id,
            Reason.CLOCK_LATE,
            one.flag_about,
            {"clock": one.kind, "thing": one.about, "last_day": one.last_day.isoformat()},
        )
        for one in late
    ]
    raise_flags(flags=flags, actor=RULES, now=now, policy=policy)
    record_lines(lines=[_line("clock.late", one, policy) for one in late], now=now)
    return len(late)


def _escalate(now: datetime) -> int:
    policy = in_force(LawPolicy, now=now)
    told = clocks_late(seen_by=RULES).filter(
        alarmed_at__lte=now - timedelta(days=policy.escalate_days), escalated_at__isnull=True
    )
    late = list(told.select_for_update(of=("self",), skip_locked=True)[:BATCH])
    Clock.objects.filter(pk__in=[one.pk for one in late]).update(escalated_at=now)
    record_lines(lines=[_line("clock.escalated", one, policy.version) for one in late], now=now)
    return len(late)


def _line(verb: str, clock: Clock, policy: str) -> Line:
    facts = {"kind": clock.kind, "last_day": clock.last_day.isoformat()}
    return Line(verb, RULES, "clock", clock.pk, clock.participant_id, policy, facts)
