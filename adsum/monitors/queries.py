"""Which devices there are, who wears them, and what they warned of."""

from datetime import datetime

from django.db.models import Count, Q, QuerySet

from adsum.ledger.rules import Actor, ActorKind, FilePart
from adsum.monitors.models import Monitor, MonitorAlert, MonitorEvent, MonitorIssue, MonitorPosition
from adsum.monitors.models.alerts import SOONEST
from adsum.monitors.rules import DeviceRecord, Rating, Said, State
from adsum.people.queries import participants


def monitors_of_office(*, seen_by: Actor) -> QuerySet[Monitor]:
    """The devices of this person's office, by kind and serial number."""
    every = Monitor.objects.select_related("office").order_by("level", "serial")
    if seen_by.kind in (ActorKind.RULES, ActorKind.OPERATOR) or (
        seen_by.kind == ActorKind.STAFF and seen_by.sees_every_office
    ):
        return every
    is_staff = seen_by.kind == ActorKind.STAFF and seen_by.office_id is not None
    return every.filter(office_id=seen_by.office_id) if is_staff else every.none()


def find_monitor(*, monitor_id: int, seen_by: Actor) -> Monitor | None:
    """One device, or None where it is another office's."""
    return monitors_of_office(seen_by=seen_by).filter(pk=monitor_id).first()


def monitors_in_stock(*, level: str, seen_by: Actor) -> QuerySet[Monitor]:
    """What could be handed out under an order of this level."""
    return monitors_of_office(seen_by=seen_by).filter(level=level, state=State.STOCK)


def issues_open(*, seen_by: Actor) -> QuerySet[MonitorIssue]:
    """Who wears a device now; those whose order has ended first, because theirs must come off."""
    worn = MonitorIssue.objects.filter(ended_at__isnull=True, participant__in=participants(seen_by=seen_by))
    worn = worn.select_related("monitor", "participant__office", "order", "issued_by")
    return worn.order_by("order__ended_at", "issued_at")


def monitor_of(*, participant_id: int, seen_by: Actor) -> MonitorIssue | None:
    """The device that this participant wears now, as it was handed out."""
    return issues_open(seen_by=seen_by).filter(participant_id=participant_id).first()


def events_of_monitor(*, monitor_id: int, seen_by: Actor) -> QuerySet[MonitorEvent]:
    """What was done with a device, newest first."""
    mine = monitors_of_office(seen_by=seen_by).filter(pk=monitor_id)
    return MonitorEvent.objects.filter(monitor__in=mine).select_related("participant", "by").order_by("-at", "-pk")


def monitor_history_of(*, participant_id: int, seen_by: Actor) -> QuerySet[MonitorEvent]:
    """What was done with the devices that one person has worn, newest first."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    return MonitorEvent.objects.filter(participant__in=visible).select_related("monitor", "by").order_by("-at", "-pk")


def alerts_to_judge(*, seen_by: Actor) -> QuerySet[MonitorAlert]:
    """The open alerts, the urgent first, then the oldest."""
    open_ones = MonitorAlert.objects.filter(said="", participant__in=participants(seen_by=seen_by))
    open_ones = open_ones.select_related("monitor", "participant__office", "said_by")
    return open_ones.annotate(soonest=SOONEST).order_by("soonest", "began_at", "pk")


def alerts_of(*, participant_id: int, seen_by: Actor) -> QuerySet[MonitorAlert]:
    """What the devices of one person have warned of, newest first."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    return (
        MonitorAlert.objects.filter(participant__in=visible).select_related("monitor", "said_by").order_by("-last_at")
    )


def find_alert(*, alert_id: int, seen_by: Actor) -> MonitorAlert | None:
    """One alert, or None where this person may not see it."""
    found = MonitorAlert.objects.filter(pk=alert_id, participant__in=participants(seen_by=seen_by))
    return found.select_related("monitor", "participant__office", "said_by", "issue").first()


def alerts_by_rating(*, participant_id: int, since: datetime, seen_by: Actor) -> dict[str, int]:
    """How many alerts of each rating there were, and what officers have said of them; 0 stands for none.

    The keys: `likely-false`, `needs-look`, `urgent`; `judged-true`, `judged-false`, `judged-device-fault`, `open`.
    """
    mine = alerts_of(participant_id=participant_id, seen_by=seen_by).filter(last_at__gte=since).order_by()
    counted = mine.aggregate(
        **{rating.value: Count("pk", filter=Q(rating=rating)) for rating in Rating},
        **{f"judged-{said.value}": Count("pk", filter=Q(said=said)) for said in Said},
        open=Count("pk", filter=Q(said="")),
    )
    return dict(counted)


def record_of_monitor(*, monitor_id: int, since: datetime, seen_by: Actor) -> DeviceRecord:
    """What became of a device's alerts since then, whoever wore it."""
    mine = MonitorAlert.objects.filter(monitor_id=monitor_id, last_at__gte=since)
    if not monitors_of_office(seen_by=seen_by).filter(pk=monitor_id).exists():
        return DeviceRecord()
    counted = mine.aggregate(
        alerts=Count("pk"),
        judged=Count("pk", filter=~Q(said="")),
        false=Count("pk", filter=Q(said=Said.FALSE)),
        faults=Count("pk", filter=Q(said=Said.FAULT)),
    )
    return DeviceRecord(**counted)


def is_swap_proposed(*, issue: MonitorIssue, seen_by: Actor) -> bool:
    """True where an officer has said of an alert that this device, worn now, is at fault."""
    mine = alerts_of(participant_id=issue.participant_id, seen_by=seen_by)
    return mine.filter(issue=issue, said=Said.FAULT).exists()


def positions_of(*, participant_id: int, seen_by: Actor) -> QuerySet[MonitorPosition]:
    """Where a person's device was, as far as it is kept, newest first."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    return MonitorPosition.objects.filter(participant__in=visible).order_by("-taken_at")


def everything_about(*, participant_id: int, seen_by: Actor) -> FilePart:
    """This domain's part of a person's file."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    worn = MonitorIssue.objects.filter(participant__in=visible).order_by("-issued_at")
    when = ("kind", "began_at", "last_at", "times", "rating", "doubts", "graves")
    alerts = alerts_of(participant_id=participant_id, seen_by=seen_by)
    positions = positions_of(participant_id=participant_id, seen_by=seen_by)
    return {
        "gps_devices": list(worn.values("monitor__serial", "monitor__level", "issued_at", "ended_at", "end_reason")),
        "gps_alerts": list(alerts.values(*when, "said", "said_by__name", "said_at", "said_why")),
        "gps_positions": list(positions.values("latitude", "longitude", "accuracy_m", "taken_at", "erase_at")),
    }
