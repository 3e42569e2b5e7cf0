"""What reaches its end: positions on their date or with their order, dead spots, old alerts and histories."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from adsum.ledger.actions import record
from adsum.ledger.rules import RULES
from adsum.monitors.models import (
    DeadSpot,
    DroppedCount,
    MonitorAlert,
    MonitorEvent,
    MonitorIssue,
    MonitorPosition,
)
from adsum.monitors.policy import MonitorsPolicy
from adsum.orders.models import Order
from adsum.policies.queries import in_force


def forget(*, before: datetime, now: datetime) -> None:
    """Erase positions whose date has come or whose order has ended, and what was judged or ended before this moment."""
    policy = in_force(MonitorsPolicy, now=now)
    holding = Order.objects.filter(
        participant=OuterRef("participant_id"), ended_at__isnull=True, level=OuterRef("issue__monitor__level")
    )
    with transaction.atomic():
        due, _ = MonitorPosition.objects.filter(erase_at__lte=now).delete()
        uncovered, _ = MonitorPosition.objects.filter(~Exists(holding)).delete()
        DeadSpot.objects.filter(noted_at__lt=now - timedelta(days=policy.keep_dead_spot_days)).delete()
        DroppedCount.objects.filter(on_day__lt=before.date()).delete()
        alerts, _ = MonitorAlert.objects.filter(said_at__lt=before).delete()
        MonitorIssue.objects.filter(ended_at__lt=before).filter(alerts__isnull=True).delete()
        MonitorEvent.objects.filter(at__lt=before, participant__isnull=False).delete()
        record(
            verb="monitors.forgotten",
            actor=RULES,
            now=now,
            policy=policy.version,
            positions=due + uncovered,
            rows=alerts,
        )
