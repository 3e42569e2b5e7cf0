"""What waits on the worklist's page beside flags: alerts, values on which two systems differ, late answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Q

from adsum.counterparts.queries import disagreements_to_decide
from adsum.law.queries import clocks_late
from adsum.monitors.queries import alerts_to_judge
from adsum.monitors.rules import Rating
from adsum.offices.rules import Role

if TYPE_CHECKING:
    from adsum.offices.models import Staff


def waiting_beside_flags(staff: Staff) -> dict[str, int]:
    """How many alerts there are to judge, how many urgent; how many values differ; for a supervisor, late answers."""
    me = staff.as_actor()
    alerts = alerts_to_judge(seen_by=me).order_by()
    counts = alerts.aggregate(alerts_wait=Count("pk"), alerts_urgent=Count("pk", filter=Q(rating=Rating.URGENT)))
    counts["values_differ"] = disagreements_to_decide(seen_by=me).order_by().count()
    if staff.role != Role.SUPERVISOR:
        return counts
    told = Count("pk", filter=Q(escalated_at__isnull=False))
    return counts | clocks_late(seen_by=me).order_by().aggregate(clocks_late=Count("pk"), clocks_escalated=told)
