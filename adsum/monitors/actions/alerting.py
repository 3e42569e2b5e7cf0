"""Signals of an alert become one matter, rated by what is known of the device."""

from datetime import datetime, timedelta

from django.db import transaction

from adsum.core.earth import Spot
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES
from adsum.monitors.models import AlertSignal, MonitorAlert
from adsum.monitors.past_queries import Wearing, is_dead_spot, place_of_alert
from adsum.monitors.queries import record_of_monitor
from adsum.monitors.rules import AlertKind, Facts, Heard, Rated, rate


def take_alert(*, one: Heard, kind: AlertKind, wearing: Wearing, now: datetime) -> int:
    """A signal joins the open alert about the same matter, or begins one. Returns 0 where it was known already."""
    mine = AlertSignal.objects.filter(monitor=wearing.monitor, kind=kind, at=one.at)
    with transaction.atomic():
        if mine.exists():
            return 0
        alert = _joined(one, kind, wearing) or MonitorAlert(
            monitor=wearing.monitor,
            participant_id=wearing.issue.participant_id,
            issue=wearing.issue,
            kind=kind,
            began_at=one.at,
            last_at=one.at,
            times=0,
        )
        is_new = alert.pk is None
        alert.times += 1
        alert.began_at, alert.last_at = min(alert.began_at, one.at), max(alert.last_at, one.at)
        rated = _rate(alert, kind, wearing, now)
        alert.rating, alert.policy = rated.rating, wearing.policy.version
        alert.doubts, alert.graves = list(rated.doubts), list(rated.graves)
        alert.save()
        AlertSignal.objects.create(monitor=wearing.monitor, alert=alert, kind=kind, at=one.at)
        if is_new:
            record(
                verb="monitor.alert",
                actor=RULES,
                now=now,
                subject=alert,
                participant_id=alert.participant_id,
                policy=alert.policy,
                kind=kind,
                rating=alert.rating,
            )
    return 1


def _joined(one: Heard, kind: AlertKind, wearing: Wearing) -> MonitorAlert | None:
    near = timedelta(minutes=wearing.policy.join_minutes)
    same = MonitorAlert.objects.filter(issue=wearing.issue, kind=kind, said="")
    return same.filter(last_at__gte=one.at - near, began_at__lte=one.at + near).order_by("-last_at").first()


def _rate(alert: MonitorAlert, kind: AlertKind, wearing: Wearing, now: datetime) -> Rated:
    monitor, policy = wearing.monitor, wearing.policy
    since = now - timedelta(days=policy.record_days)
    kept = place_of_alert(alert=alert, seen_by=RULES)
    place = Spot(kept.latitude, kept.longitude, kept.accuracy_m) if kept else None
    office, near = wearing.issue.participant.office_id, policy.dead_spot_m
    facts = Facts(
        is_charging=monitor.is_charging,
        battery_percent=monitor.battery_percent,
        in_dead_spot=place is not None and is_dead_spot(place=place, office_id=office, within_m=near, seen_by=RULES),
        lasted_minutes=(alert.last_at - alert.began_at) / timedelta(minutes=1),
        times=alert.times,
        accuracy_m=place.accuracy_m if place else None,
        record=record_of_monitor(monitor_id=monitor.pk, since=since, seen_by=RULES),
    )
    return rate(kind, facts, policy=policy)
