"""Devices for tests, made through the real actions."""

from datetime import datetime, timedelta
from itertools import count

from adsum.core.earth import Spot
from adsum.ledger.rules import OPERATOR
from adsum.monitors.actions import add_monitor, issue_monitor
from adsum.monitors.models import Monitor, MonitorIssue
from adsum.monitors.rules import AlertKind, Heard
from adsum.offices.models import Staff
from adsum.orders.actions import start_orders
from adsum.orders.models import Order
from adsum.orders.rules import Ground, Level
from adsum.people.models import Participant
from tests.factories import NOW, make_staff

_SERIALS = count(1)
HOME = Spot(40.678, -73.944, 20.0)


def make_order(person: Participant, level: Level = Level.GPS_ANKLE, *, now: datetime = NOW) -> Order:
    """An order at this level, in force since ten days before `now`."""
    begun = now - timedelta(days=10)
    return start_orders(levels=[(person, level)], ground=Ground.AGENCY_LIST, note="w", actor=OPERATOR, now=begun)[0]


def make_monitor(officer: Staff, kind: str = "gps-ankle") -> Monitor:
    """A device in the stock of the officer's office."""
    return add_monitor(serial=f"T-{next(_SERIALS):06d}", kind=kind, officer=officer, now=NOW - timedelta(days=20))


def make_worn(person: Participant, officer: Staff | None = None, *, now: datetime = NOW) -> MonitorIssue:
    """A device that this person has worn for nine days, under an order for the ankle."""
    officer = officer or make_staff(person.office)
    make_order(person, now=now)
    monitor = make_monitor(officer)
    return issue_monitor(monitor_id=monitor.pk, participant=person, officer=officer, now=now - timedelta(days=9))


def heard(issue: MonitorIssue, *, minutes_ago: float = 5, alert: AlertKind | None = None, **told: object) -> Heard:
    """What the device told some minutes before NOW, from home unless told otherwise."""
    given = {"spot": HOME, "alert": alert, **told}
    return Heard(issue.monitor.serial, NOW - timedelta(minutes=minutes_ago), **given)  # type: ignore[arg-type]
