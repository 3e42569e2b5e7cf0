"""An officer says what an alert was. Nothing follows from it but the device's record."""

from datetime import datetime

from django.db import transaction

from adsum.core.text import clean_text
from adsum.ledger.actions import record
from adsum.monitors.models import DeadSpot, MonitorAlert
from adsum.monitors.past_queries import place_of_alert
from adsum.monitors.queries import find_alert
from adsum.monitors.rules import AlertKind, Said
from adsum.offices.models import Staff
from adsum.offices.rules import Role

DECIMALS = 3  # of a degree: some hundred metres, so that a dead spot is no address


class AlertRefused(Exception):
    """An alert cannot be judged like this; the message says what is missing, or who was faster."""


def judge_alert(
    *, alert_id: int, officer: Staff, said: str, reason: str, now: datetime, is_dead_spot: bool = False
) -> MonitorAlert:
    """What a named officer says of an alert. Raises AlertRefused."""
    words = clean_text(reason, longest=2_000)
    with transaction.atomic():
        found = find_alert(alert_id=alert_id, seen_by=officer.as_actor())
        if found is None or officer.role not in (Role.OFFICER, Role.SUPERVISOR):
            raise AlertRefused("This alert is not your office's.")
        alert = MonitorAlert.objects.select_for_update(of=("self",)).select_related("said_by").get(pk=found.pk)
        if not alert.is_open:
            raise AlertRefused(f"{alert.said_by.name if alert.said_by else ''} has judged this already.")
        if said not in set(Said) or not words:
            raise AlertRefused("Choose what it was, and write a reason: they and their lawyer can ask for it.")
        alert.said, alert.said_by, alert.said_at, alert.said_why = said, officer, now, words
        alert.save(update_fields=["said", "said_by", "said_at", "said_why"])
        if is_dead_spot and said == Said.FALSE and alert.kind == AlertKind.SIGNAL:
            _note_dead_spot(alert, officer, now)
        record(
            verb="monitor.alert-judged",
            actor=officer.as_actor(),
            now=now,
            subject=alert,
            participant_id=alert.participant_id,
            policy=alert.policy,
            said=said,
        )
    return alert


def _note_dead_spot(alert: MonitorAlert, officer: Staff, now: datetime) -> None:
    place = place_of_alert(alert=alert, seen_by=officer.as_actor())
    if place is not None and officer.office is not None:
        DeadSpot.objects.update_or_create(
            office=officer.office,
            latitude=round(place.latitude, DECIMALS),
            longitude=round(place.longitude, DECIMALS),
            defaults={"noted_by": officer, "noted_at": now},
        )
