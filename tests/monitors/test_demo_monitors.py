"""The demo's devices: worn under their orders, some spare, most alerts judged false, some still to judge."""

from datetime import timedelta

from adsum.management.demo_monitors import SPARE, WORN, hand_out_monitors
from adsum.monitors.models import Monitor, MonitorAlert, MonitorIssue, MonitorPosition
from adsum.offices.models import FieldOffice, Staff
from adsum.orders.rules import Level
from tests.factories import NOW, make_participant
from tests.monitors.worn import make_order


def test_the_demo_has_devices_and_alerts_to_look_at(office: FieldOffice, officer: Staff) -> None:
    for number in range(WORN + 2):
        level = Level.GPS_WRIST if number % 2 else Level.GPS_ANKLE
        make_order(make_participant(office, active=False), level, now=NOW - timedelta(days=10))
    make_order(make_participant(office, active=False), Level.CHECK_IN, now=NOW - timedelta(days=10))
    hand_out_monitors(officer=officer, now=NOW, seed=7)
    assert MonitorIssue.objects.filter(ended_at__isnull=True).count() == WORN
    assert Monitor.objects.filter(state="stock").count() == 2 * SPARE
    assert MonitorPosition.objects.count() > WORN * 30
    said = list(MonitorAlert.objects.values_list("said", flat=True))
    assert 0 < said.count("") < said.count("false")
    assert said.count("true") and said.count("device-fault")
