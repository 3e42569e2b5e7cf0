"""Alerts: many signals are one matter; an officer judges it; the device's record speaks for itself."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from adsum.monitors.actions import AlertRefused, judge_alert, take_heard
from adsum.monitors.models import DeadSpot, MonitorAlert
from adsum.monitors.queries import alerts_by_rating, alerts_to_judge, is_swap_proposed, record_of_monitor
from adsum.monitors.rules import AlertKind, DeviceRecord
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role
from adsum.people.models import Participant
from tests.factories import NOW, make_staff
from tests.monitors.worn import heard, make_worn


def judge(alert: MonitorAlert, officer: Staff, said: str = "false", **given: bool) -> MonitorAlert:
    return judge_alert(alert_id=alert.pk, officer=officer, said=said, reason="I called", now=NOW, **given)


def test_signals_near_each_other_are_one_alert_and_twice_the_same_is_one(person: Participant, officer: Staff) -> None:
    worn = make_worn(person, officer)
    told = [heard(worn, minutes_ago=ago, alert=AlertKind.STRAP) for ago in (200, 40, 30, 5)]
    assert take_heard(heard=told, now=NOW).alerts == 4
    assert take_heard(heard=told, now=NOW).alerts == 0
    take_heard(heard=[heard(worn, alert=AlertKind.BATTERY)], now=NOW)
    alerts = MonitorAlert.objects.order_by("kind", "began_at")
    assert [(one.kind, one.times, one.rating) for one in alerts] == [
        ("battery", 1, "needs-look"),
        ("strap", 1, "urgent"),
        ("strap", 3, "urgent"),
    ]
    assert [one.kind for one in alerts_to_judge(seen_by=officer.as_actor())] == ["strap", "strap", "battery"]


def test_a_judged_alert_is_not_opened_again_by_the_next_signal(person: Participant, officer: Staff) -> None:
    worn = make_worn(person, officer)
    take_heard(heard=[heard(worn, minutes_ago=10, alert=AlertKind.STRAP)], now=NOW)
    judge(MonitorAlert.objects.get(), officer)
    take_heard(heard=[heard(worn, alert=AlertKind.STRAP)], now=NOW)
    assert sorted(MonitorAlert.objects.values_list("said", "times")) == [("", 1), ("false", 1)]


def test_a_device_that_was_often_wrong_speaks_softly(person: Participant, officer: Staff) -> None:
    worn = make_worn(person, officer)
    for ago in (900, 800, 700, 600, 500):
        take_heard(heard=[heard(worn, minutes_ago=ago, alert=AlertKind.ZONE)], now=NOW)
        judge(MonitorAlert.objects.get(said=""), officer, "device-fault" if ago == 500 else "false")
    take_heard(heard=[heard(worn, alert=AlertKind.STRAP)], now=NOW)
    alert = MonitorAlert.objects.get(said="")
    assert (alert.rating, alert.doubts) == ("needs-look", ["often-false"])
    since = NOW - timedelta(days=90)
    record = record_of_monitor(monitor_id=worn.monitor_id, since=since, seen_by=officer.as_actor())
    assert record == DeviceRecord(alerts=6, judged=5, false=4, faults=1)
    assert is_swap_proposed(issue=worn, seen_by=officer.as_actor())
    counted = alerts_by_rating(participant_id=person.pk, since=since, seen_by=officer.as_actor())
    assert counted == {
        "likely-false": 0,
        "needs-look": 6,
        "urgent": 0,
        "judged-true": 0,
        "judged-false": 4,
        "judged-device-fault": 1,
        "open": 1,
    }


def test_a_dead_spot_is_learnt_from_a_judgement_rounded(person: Participant, officer: Staff) -> None:
    worn = make_worn(person, officer)
    away = [heard(worn, minutes_ago=ago, alert=AlertKind.SIGNAL) for ago in (600, 560)]
    take_heard(heard=away, now=NOW)
    alert = MonitorAlert.objects.get()
    assert alert.rating == "needs-look"
    judge(alert, officer, is_dead_spot=True)
    spot = DeadSpot.objects.get()
    assert (spot.latitude, spot.longitude) == (40.678, -73.944)
    take_heard(heard=[heard(worn, minutes_ago=ago, alert=AlertKind.SIGNAL) for ago in (45, 5)], now=NOW)
    assert MonitorAlert.objects.get(said="").doubts == ["dead-spot"]


@pytest.mark.parametrize(("said", "reason"), [("", "x"), ("maybe", "x"), ("false", " "), ("false", "\0")])
def test_a_judgement_needs_a_choice_and_a_reason(person: Participant, officer: Staff, said: str, reason: str) -> None:
    take_heard(heard=[heard(make_worn(person, officer), alert=AlertKind.STRAP)], now=NOW)
    alert = MonitorAlert.objects.get()
    with pytest.raises(AlertRefused, match="write a reason"):
        judge_alert(alert_id=alert.pk, officer=officer, said=said, reason=reason, now=NOW)


def test_only_an_officer_of_the_office_judges_and_only_once(
    person: Participant, officer: Staff, other_office: FieldOffice
) -> None:
    take_heard(heard=[heard(make_worn(person, officer), alert=AlertKind.STRAP)], now=NOW)
    alert = MonitorAlert.objects.get()
    for other in (make_staff(other_office), make_staff(None, Role.AUDITOR), make_staff(person.office, Role.PROGRAMME)):
        with pytest.raises(AlertRefused, match="not your office"):
            judge(alert, other)
    judge(alert, officer, "true")
    with pytest.raises(AlertRefused, match="has judged this already"):
        judge(alert, officer)


def test_the_database_refuses_a_judgement_by_nobody(person: Participant, officer: Staff) -> None:
    take_heard(heard=[heard(make_worn(person, officer), alert=AlertKind.STRAP)], now=NOW)
    with pytest.raises(IntegrityError, match="judged_by_a_person"), transaction.atomic():
        MonitorAlert.objects.update(said="true")


def test_what_the_same_message_says_of_the_battery_counts(person: Participant, officer: Staff) -> None:
    worn = make_worn(person, officer)
    take_heard(heard=[heard(worn, alert=AlertKind.STRAP, is_charging=True)], now=NOW)
    assert MonitorAlert.objects.get().doubts == ["charging"]
