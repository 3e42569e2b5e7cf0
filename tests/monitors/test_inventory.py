"""Devices are handed out under an order of their level, to one person, by a named officer."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from adsum.ledger.models import LedgerLine
from adsum.monitors.actions import (
    MonitorRefused,
    add_monitor,
    charge_monitor,
    issue_monitor,
    mend_monitor,
    return_monitor,
    swap_monitor,
)
from adsum.monitors.models import Monitor, MonitorEvent, MonitorIssue
from adsum.monitors.queries import events_of_monitor, monitor_history_of, monitor_of, monitors_in_stock
from adsum.offices.models import FieldOffice, Staff
from adsum.orders.actions import change_level
from adsum.orders.rules import Level
from adsum.people.models import Participant
from tests.factories import NOW, make_participant, make_staff
from tests.monitors.worn import make_monitor, make_order, make_worn


def issue(monitor: Monitor, person: Participant, officer: Staff) -> MonitorIssue:
    return issue_monitor(monitor_id=monitor.pk, participant=person, officer=officer, now=NOW)


@pytest.mark.parametrize("level", [None, Level.CHECK_IN, Level.GPS_WRIST])
def test_a_device_is_worn_only_under_an_order_of_its_level(
    person: Participant, officer: Staff, level: Level | None
) -> None:
    if level:
        make_order(person, level)
    with pytest.raises(MonitorRefused, match="No order for a device on the ankle"):
        issue(make_monitor(officer), person, officer)
    assert monitor_of(participant_id=person.pk, seen_by=officer.as_actor()) is None


def test_one_person_wears_one_device_and_one_device_is_worn_by_one(
    office: FieldOffice, person: Participant, officer: Staff
) -> None:
    worn = make_worn(person, officer)
    with pytest.raises(MonitorRefused, match="wears a device already"):
        issue(make_monitor(officer), person, officer)
    other = make_participant(office)
    make_order(other)
    with pytest.raises(MonitorRefused, match="not in the stock"):
        issue(worn.monitor, other, officer)


def test_another_office_can_neither_see_nor_hand_out(
    other_office: FieldOffice, person: Participant, officer: Staff
) -> None:
    make_order(person)
    far = make_staff(other_office)
    with pytest.raises(MonitorRefused, match="not in your office"):
        issue(make_monitor(far), person, far)
    with pytest.raises(MonitorRefused, match="no such device"):
        issue(make_monitor(far), person, officer)
    assert not monitors_in_stock(level="gps-ankle", seen_by=officer.as_actor()).exists()
    assert not monitors_in_stock(level="gps-ankle", seen_by=person.as_actor()).exists()


def test_a_life_of_a_device_is_its_history_by_named_people(person: Participant, officer: Staff) -> None:
    worn = make_worn(person, officer)
    spare = make_monitor(officer)
    old = worn.monitor_id
    charge_monitor(monitor_id=old, officer=officer, now=NOW)
    swap_monitor(monitor_id=old, new_id=spare.pk, officer=officer, reason="The strap is worn", now=NOW)
    mend_monitor(monitor_id=old, officer=officer, reason="New strap", now=NOW + timedelta(hours=1))
    return_monitor(monitor_id=spare.pk, officer=officer, reason="Stepped down", now=NOW + timedelta(hours=2))
    told = events_of_monitor(monitor_id=old, seen_by=officer.as_actor())
    assert [(one.happened, one.by) for one in told] == [
        (what, officer) for what in ("mended", "swapped", "charged", "issued", "added")
    ]
    mine = monitor_history_of(participant_id=person.pk, seen_by=person.as_actor())
    assert [one.happened for one in mine] == ["returned", "issued", "swapped", "issued"]
    assert list(Monitor.objects.order_by("pk").values_list("state", flat=True)) == ["stock", "stock"]
    lines = LedgerLine.objects.filter(verb__startswith="monitor.", actor_id=officer.pk)
    assert lines.count() == MonitorEvent.objects.count()


@pytest.mark.parametrize(
    ("what", "says"),
    [
        (lambda one, by: return_monitor(monitor_id=one, officer=by, reason="", now=NOW), "Write a reason"),
        (lambda one, by: return_monitor(monitor_id=one, officer=by, reason="x", now=NOW), "Nobody wears"),
        (lambda one, by: mend_monitor(monitor_id=one, officer=by, reason="x", now=NOW), "not noted as faulty"),
        (lambda one, by: swap_monitor(monitor_id=one, new_id=0, officer=by, reason="x", now=NOW), "Nobody wears"),
        (lambda one, by: add_monitor(serial="", kind="gps-ankle", officer=by, now=NOW), "serial number"),
        (lambda one, by: add_monitor(serial="a b", kind="gps-ankle", officer=by, now=NOW), "serial number"),
        (lambda one, by: add_monitor(serial="x" * 41, kind="gps-ankle", officer=by, now=NOW), "serial number"),
        (lambda one, by: add_monitor(serial="x", kind="check-in", officer=by, now=NOW), "wrist or the ankle"),
    ],
)
def test_what_cannot_be_done_changes_nothing(officer: Staff, what: Callable[[int, Staff], object], says: str) -> None:
    monitor = make_monitor(officer)
    with pytest.raises(MonitorRefused, match=says):
        what(monitor.pk, officer)
    assert MonitorEvent.objects.count() == Monitor.objects.count() == 1


def test_a_swap_for_a_device_that_is_not_there_leaves_the_old_one_on(person: Participant, officer: Staff) -> None:
    worn = make_worn(person, officer)
    with pytest.raises(MonitorRefused):
        swap_monitor(monitor_id=worn.monitor_id, new_id=999_999, officer=officer, reason="Broken", now=NOW)
    still = monitor_of(participant_id=person.pk, seen_by=officer.as_actor())
    assert still is not None and still.pk == worn.pk


def test_the_database_refuses_a_device_without_its_order_and_a_changed_history(
    person: Participant, officer: Staff
) -> None:
    worn = make_worn(person, officer)
    change_level(
        participant=person, level=Level.CHECK_IN, note="D", actor=officer.as_actor(), decided_by=officer, now=NOW
    )
    MonitorIssue.objects.filter(pk=worn.pk).delete()
    with pytest.raises(IntegrityError, match="covers this device"), transaction.atomic():
        MonitorIssue.objects.create(
            monitor=worn.monitor, participant=person, order=worn.order, issued_by=officer, issued_at=NOW
        )
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        MonitorEvent.objects.update(reason="something else")


def test_a_step_down_leaves_a_device_that_must_come_off(person: Participant, officer: Staff) -> None:
    make_worn(person, officer)
    change_level(
        participant=person, level=Level.CHECK_IN, note="D", actor=officer.as_actor(), decided_by=officer, now=NOW
    )
    worn = monitor_of(participant_id=person.pk, seen_by=officer.as_actor())
    assert worn is not None and not worn.is_covered
