"""Where check-ins by phone are switched off, what fell due counts as done; nobody is missed for it."""

from datetime import datetime

from django.db import transaction

from adsum.checkins.models import Duty, Excuse
from adsum.checkins.rules import ExcuseReason, Outcome
from adsum.ledger.actions import record_lines
from adsum.ledger.rules import RULES, Line
from adsum.pilots.policy import PilotPolicy
from adsum.policies.queries import highest_of, in_force

BATCH = 2_000


def rest_where_off(*, now: datetime) -> int:
    """Excuse what is overdue, before the sweep marks it, where its office had no check-ins at its due moment.

    Returns how many. The switch of the due moment decides, also when the worker comes later.
    """
    overdue = Duty.objects.filter(outcome__isnull=True, set_aside="", missed_after__lte=now)
    rested = 0
    for due_at in overdue.order_by("due_at").values_list("due_at", flat=True).distinct():
        if not highest_of(PilotPolicy, "check_in_off", now=due_at):
            continue
        offices = overdue.filter(due_at=due_at).order_by().values_list("participant__office", flat=True).distinct()
        for office_id in offices:
            policy = in_force(PilotPolicy, now=due_at, office_id=office_id)
            while policy.check_in_off and (count := _rest(office_id, due_at, policy.version, now)):
                rested += count
    return rested


def _rest(office_id: int, due_at: datetime, version: str, now: datetime) -> int:
    with transaction.atomic():
        owed = Duty.objects.filter(
            outcome__isnull=True, set_aside="", missed_after__lte=now, due_at=due_at, participant__office=office_id
        )
        duties = list(owed.select_for_update(of=("self",), skip_locked=True).order_by("pk")[:BATCH])
        Duty.objects.filter(pk__in=[duty.pk for duty in duties]).update(outcome=Outcome.EXCUSED, settled_at=now)
        Excuse.objects.bulk_create(Excuse(duty=duty, reason=ExcuseReason.SWITCHED_OFF, at=now) for duty in duties)
        facts = ({"due_on": duty.due_on.isoformat(), "why": str(ExcuseReason.SWITCHED_OFF)} for duty in duties)
        lines = [
            Line("checkin.excused", RULES, "duty", duty.pk, duty.participant_id, version, said)
            for duty, said in zip(duties, facts, strict=True)
        ]
        record_lines(lines=lines, now=now)
    return len(duties)
