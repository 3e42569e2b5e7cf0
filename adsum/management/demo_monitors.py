"""The demo's GPS devices: some people at a GPS level wear one, and their alerts are as elsewhere: mostly false."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from adsum.core.earth import Spot
from adsum.ledger.rules import OPERATOR
from adsum.monitors.actions import add_monitor, issue_monitor, judge_alert, take_heard
from adsum.monitors.queries import alerts_to_judge
from adsum.monitors.rules import KINDS, AlertKind, Heard, Said
from adsum.orders.queries import order_in_force
from adsum.people.queries import participants

if TYPE_CHECKING:
    from adsum.monitors.models import MonitorIssue
    from adsum.offices.models import Staff

WORN, SPARE, LOOKED_AT, LAST_DAYS = 8, 3, 400, 2
BROOKLYN = Spot(40.65, -73.95, 15.0)
_WHYS = {
    Said.FALSE: "I called: they were at home, and all was well",
    Said.FAULT: "I looked at it: the clasp does not close any more",
    Said.TRUE: "I called: it had not been charged over night",
}


def hand_out_monitors(*, officer: Staff, now: datetime, seed: int) -> None:
    """Devices in the stock and on people, with some weeks of positions and alerts, most of them judged already."""
    random = Random(seed)  # noqa: S311 - made-up devices, not secrets
    began = now - timedelta(days=20)
    worn = _issued(officer, now - timedelta(days=12))
    for number, kind in enumerate([*KINDS] * SPARE):
        add_monitor(serial=f"DEMO-S{number:03d}", kind=kind, officer=officer, now=began)
    told, lately = [one for issue in worn for one in _told(random, issue, now)], now - timedelta(days=LAST_DAYS)
    take_heard(heard=[one for one in told if one.at < lately], now=now)
    for number, alert in enumerate(alerts_to_judge(seen_by=officer.as_actor()).order_by("began_at")):
        said = (Said.TRUE, Said.FAULT)[number // 5 % 2] if number % 5 == 4 else Said.FALSE
        judge_alert(alert_id=alert.pk, officer=officer, said=said, reason=_WHYS[said], now=now)
    take_heard(heard=[one for one in told if one.at >= lately], now=now)


def _issued(officer: Staff, at: datetime) -> Sequence[MonitorIssue]:
    """Devices on the first people whose order at a GPS level was in force then."""
    worn: list[MonitorIssue] = []
    for person in participants(seen_by=OPERATOR).filter(left_at__isnull=True).order_by("pk")[:LOOKED_AT]:
        order = order_in_force(participant_id=person.pk, seen_by=OPERATOR)
        if len(worn) < WORN and order is not None and order.level in KINDS and order.started_at < at:
            serial = f"DEMO-W{len(worn):03d}"
            monitor = add_monitor(serial=serial, kind=order.level, officer=officer, now=at - timedelta(days=8))
            worn.append(issue_monitor(monitor_id=monitor.pk, participant=person, officer=officer, now=at))
    return worn


def _told(random: Random, issue: MonitorIssue, now: datetime) -> list[Heard]:
    serial, told = issue.monitor.serial, list[Heard]()
    home = Spot(BROOKLYN.latitude + random.uniform(-0.05, 0.05), BROOKLYN.longitude + random.uniform(-0.05, 0.05), 15.0)
    for hours in range(2, 11 * 24, 6):
        at = now - timedelta(hours=hours, minutes=random.randrange(50))
        battery = random.randrange(15, 100)
        told.append(Heard(serial, at, home, None, battery, is_charging=random.random() < 0.2))
        if random.random() < 0.12:
            alert = random.choice((AlertKind.SIGNAL, AlertKind.SIGNAL, AlertKind.BATTERY, AlertKind.STRAP))
            times = (at + timedelta(minutes=10 * step) for step in range(random.randrange(1, 4)))
            told += [Heard(serial, one, home, alert, battery) for one in times]
    return told
