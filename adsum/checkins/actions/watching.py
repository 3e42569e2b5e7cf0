"""That overdue check-ins were looked at is written down, so that a replay of the past waits where the worker stood."""

from datetime import datetime, timedelta

from django.db import transaction

from adsum.checkins.models import SweepRun
from adsum.checkins.policy import CheckinPolicy
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES
from adsum.policies.queries import in_force


def note_sweep(*, now: datetime) -> None:
    """All that is overdue now was looked at: the run goes on, or after a longer pause a new one begins, with a line.

    Several may sweep side by side, at the same moment: it is one run.
    """
    policy = in_force(CheckinPolicy, now=now)
    with transaction.atomic():
        last = SweepRun.objects.select_for_update().order_by("-last_at").first()
        if last is not None and now - last.last_at <= timedelta(seconds=policy.sweep_pause_seconds):
            SweepRun.objects.filter(pk=last.pk, last_at__lt=now).update(last_at=now)
            return
        run, is_new = SweepRun.objects.get_or_create(began_at=now, defaults={"last_at": now})
        if is_new:
            since = last.last_at.isoformat() if last else ""
            record(verb="sweep.began", actor=RULES, now=now, subject=run, policy=policy.version, not_since=since)
