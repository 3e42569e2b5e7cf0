"""Devices come in, are handed out under an order, given back, swapped, charged, mended. Each by a named officer."""

from datetime import datetime

from django.db import transaction

from adsum.core.text import clean_line
from adsum.ledger.actions import record
from adsum.monitors.models import Monitor, MonitorEvent, MonitorIssue
from adsum.monitors.queries import monitor_of, monitors_of_office
from adsum.monitors.rules import KINDS, LONGEST_SERIAL, Happened, State
from adsum.notices.actions import queue_notice
from adsum.notices.rules import NoticeKind
from adsum.offices.models import Staff
from adsum.orders.queries import order_in_force
from adsum.orders.rules import Level, read_level
from adsum.people.models import Participant
from adsum.people.queries import find_participant


class MonitorRefused(Exception):
    """This cannot be done with the device; the message says why, and what to do."""


def add_monitor(*, serial: str, kind: str, officer: Staff, now: datetime) -> Monitor:
    """A device comes into the stock of the officer's office. Raises MonitorRefused."""
    number, level = clean_line(serial, longest=LONGEST_SERIAL + 1), read_level(kind)
    if not number or " " in number or len(number) > LONGEST_SERIAL:
        raise MonitorRefused(f"Give the serial number as it stands on the device: up to {LONGEST_SERIAL} signs.")
    if level not in KINDS or officer.office is None:
        raise MonitorRefused("Say whether it is for the wrist or the ankle.")
    with transaction.atomic():
        monitor, is_new = Monitor.objects.get_or_create(
            serial=number,
            defaults={"level": level, "office": officer.office, "state": State.STOCK, "added_at": now},
        )
        if not is_new:
            raise MonitorRefused(f"Device {number} is known already.")
        _note(monitor=monitor, happened=Happened.ADDED, officer=officer, reason="", now=now)
    return monitor


def charge_monitor(*, monitor_id: int, officer: Staff, now: datetime) -> Monitor:
    """An officer has charged it. Raises MonitorRefused."""
    with transaction.atomic():
        monitor = _lock(monitor_id, officer)
        _note(monitor=monitor, happened=Happened.CHARGED, officer=officer, reason="", now=now)
    return monitor


def mend_monitor(*, monitor_id: int, officer: Staff, reason: str, now: datetime) -> Monitor:
    """A faulty device can be handed out again. Raises MonitorRefused."""
    with transaction.atomic():
        monitor = _lock(monitor_id, officer)
        if not monitor.is_faulty:
            raise MonitorRefused(f"Device {monitor} is not noted as faulty.")
        _put(monitor, State.STOCK)
        _note(monitor=monitor, happened=Happened.MENDED, officer=officer, reason=_reason(reason), now=now)
    return monitor


def issue_monitor(*, monitor_id: int, participant: Participant, officer: Staff, now: datetime) -> MonitorIssue:
    """The participant wears this device from now on, under the order in force, and is told. Raises MonitorRefused."""
    with transaction.atomic():
        issue = _put_on(monitor_id, participant, officer, now)
        _tell(NoticeKind.MONITOR_ISSUED, issue, now)
    return issue


def _put_on(monitor_id: int, participant: Participant, officer: Staff, now: datetime) -> MonitorIssue:
    me, who = officer.as_actor(), participant.pk
    if find_participant(participant_id=who, seen_by=me) is None:
        raise MonitorRefused("This person is not in your office.")
    with transaction.atomic():
        Participant.objects.select_for_update(no_key=True).get(pk=who)
        monitor = _lock(monitor_id, officer)
        order = order_in_force(participant_id=who, seen_by=me)
        if not monitor.is_in_stock:
            raise MonitorRefused(f"Device {monitor} is not in the stock.")
        if monitor_of(participant_id=who, seen_by=me) is not None:
            raise MonitorRefused("This person wears a device already: take it back, or swap it.")
        if order is None or order.level != monitor.level:
            kind = KINDS[Level(monitor.level)].lower()
            raise MonitorRefused(f"No order for a device on the {kind} is in force for this person.")
        issue = MonitorIssue.objects.create(
            monitor=monitor, participant=participant, order=order, issued_by=officer, issued_at=now
        )
        _put(monitor, State.WORN)
        _note(monitor=monitor, happened=Happened.ISSUED, officer=officer, reason="", now=now, participant_id=who)
    return issue


def return_monitor(
    *, monitor_id: int, officer: Staff, reason: str, now: datetime, is_faulty: bool = False
) -> MonitorIssue | None:
    """The device is off and in the stock, or put aside as faulty. Returns who had it on, if anybody.

    Raises MonitorRefused.
    """
    why = _reason(reason)
    with transaction.atomic():
        monitor = _lock(monitor_id, officer)
        issue = _worn(monitor)
        if monitor.is_faulty or (monitor.is_in_stock and not is_faulty):
            raise MonitorRefused(f"Nobody wears device {monitor}.")
        happened = Happened.FAULTY if is_faulty else Happened.RETURNED
        if issue is not None:
            _take_off(issue, happened, officer, why, now)
            _tell(NoticeKind.MONITOR_RETURNED, issue, now)
        _put(monitor, State.FAULTY if is_faulty else State.STOCK)
        who = issue.participant_id if issue else None
        _note(monitor=monitor, happened=happened, officer=officer, reason=why, now=now, participant_id=who)
    return issue


def swap_monitor(*, monitor_id: int, new_id: int, officer: Staff, reason: str, now: datetime) -> MonitorIssue:
    """Who wears this device wears another one from now on; this one is put aside as faulty. Raises MonitorRefused."""
    why = _reason(reason)
    with transaction.atomic():
        monitor = _lock(monitor_id, officer)
        issue = _worn(monitor)
        if issue is None:
            raise MonitorRefused(f"Nobody wears device {monitor}.")
        _take_off(issue, Happened.SWAPPED, officer, why, now)
        _put(monitor, State.FAULTY)
        who = issue.participant_id
        _note(monitor=monitor, happened=Happened.SWAPPED, officer=officer, reason=why, now=now, participant_id=who)
        anew = _put_on(new_id, issue.participant, officer, now)
        _tell(NoticeKind.MONITOR_SWAPPED, anew, now)
    return anew


def _tell(kind: NoticeKind, issue: MonitorIssue, now: datetime) -> None:
    """In their language: which device, what is kept of it, and that it can be contested."""
    number = issue.monitor.serial
    queue_notice(kind=kind, participant=issue.participant, now=now, about=f"monitor:{issue.monitor_id}", number=number)


def _worn(monitor: Monitor) -> MonitorIssue | None:
    worn = MonitorIssue.objects.select_for_update(of=("self",)).filter(monitor=monitor, ended_at__isnull=True)
    return worn.select_related("participant__office").first()


def _take_off(issue: MonitorIssue, happened: Happened, officer: Staff, reason: str, now: datetime) -> None:
    issue.ended_at, issue.ended_by, issue.ended_as, issue.end_reason = now, officer, happened, reason
    issue.save(update_fields=["ended_at", "ended_by", "ended_as", "end_reason"])


def _reason(raw: str) -> str:
    if reason := clean_line(raw, longest=1_000):
        return reason
    raise MonitorRefused("Write a reason: the participant and their lawyer can ask for it.")


def _lock(monitor_id: int, officer: Staff) -> Monitor:
    mine = monitors_of_office(seen_by=officer.as_actor())
    monitor = mine.select_for_update(of=("self",)).filter(pk=monitor_id).first()
    if monitor is None:
        raise MonitorRefused("There is no such device in your office.")
    return monitor


def _put(monitor: Monitor, state: State) -> None:
    monitor.state = state
    monitor.save(update_fields=["state"])


def _note(
    *,
    monitor: Monitor,
    happened: Happened,
    officer: Staff,
    reason: str,
    now: datetime,
    participant_id: int | None = None,
) -> None:
    MonitorEvent.objects.create(
        monitor=monitor, participant_id=participant_id, happened=happened, by=officer, at=now, reason=reason
    )
    record(
        verb=f"monitor.{happened}",
        actor=officer.as_actor(),
        now=now,
        subject=monitor,
        participant_id=participant_id,
        serial=monitor.serial,
    )
