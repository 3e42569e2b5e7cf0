"""The office's GPS devices: the stock, one device with its history, and who wears it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from adsum.console.access import staff_only
from adsum.monitors.actions import (
    MonitorRefused,
    add_monitor,
    charge_monitor,
    issue_monitor,
    mend_monitor,
    return_monitor,
    swap_monitor,
)
from adsum.monitors.policy import MonitorsPolicy
from adsum.monitors.queries import (
    alerts_of,
    alerts_to_judge,
    events_of_monitor,
    find_monitor,
    is_swap_proposed,
    issues_open,
    monitor_of,
    monitors_in_stock,
    monitors_of_office,
    positions_of,
    record_of_monitor,
)
from adsum.monitors.rules import KINDS
from adsum.offices.rules import Role
from adsum.orders.queries import order_in_force
from adsum.people.queries import find_participant
from adsum.policies.queries import in_force

if TYPE_CHECKING:
    from datetime import datetime

    from adsum.ledger.rules import Actor
    from adsum.offices.models import Staff
    from adsum.people.models import Participant

SHOWN = 12


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_http_methods(["GET", "HEAD", "POST"])
def stock(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Every device of the office, who wears it, and what must come off; a new one is added here."""
    me = staff.as_actor()
    if request.method == "POST":
        sent = request.POST
        try:
            added = add_monitor(
                serial=sent.get("serial", ""), kind=sent.get("kind", ""), officer=staff, now=timezone.now()
            )
            messages.success(request, f"Device {added} is in the stock.")
        except MonitorRefused as refusal:
            messages.warning(request, f"Nothing was added. {refusal}")
        return redirect("monitors")
    worn = {issue.monitor_id: issue for issue in issues_open(seen_by=me)}
    devices = [(one, worn.get(one.pk)) for one in monitors_of_office(seen_by=me)]
    page = {
        "staff": staff,
        "devices": devices,
        "uncovered": [issue for issue in worn.values() if not issue.is_covered],
        "kinds": KINDS,
        "to_judge": alerts_to_judge(seen_by=me).count(),
    }
    return render(request, "console/monitors.html", page)


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_http_methods(["GET", "HEAD", "POST"])
def monitor(request: HttpRequest, staff: Staff, monitor_id: int) -> HttpResponse:
    """One device: who wears it, what can be done with it, and its history."""
    me, now = staff.as_actor(), timezone.now()
    found = find_monitor(monitor_id=monitor_id, seen_by=me)
    if found is None:
        raise Http404
    if request.method == "POST":
        try:
            messages.success(request, _change(request, staff, monitor_id, now))
        except MonitorRefused as refusal:
            messages.warning(request, f"Nothing was changed. {refusal}")
        return redirect("monitor", monitor_id=monitor_id)
    worn = issues_open(seen_by=me).filter(monitor=found).first()
    days = in_force(MonitorsPolicy, now=now).record_days
    page = {
        "staff": staff,
        "monitor": found,
        "issue": worn,
        "swap_proposed": worn is not None and is_swap_proposed(issue=worn, seen_by=me),
        "others": monitors_in_stock(level=found.level, seen_by=me).exclude(pk=found.pk),
        "events": events_of_monitor(monitor_id=monitor_id, seen_by=me),
        "record": record_of_monitor(monitor_id=monitor_id, since=now - timedelta(days=days), seen_by=me),
        "record_days": days,
    }
    return render(request, "console/monitor.html", page)


def _change(request: HttpRequest, staff: Staff, monitor_id: int, now: datetime) -> str:
    """Do what was asked for; returns it in words."""
    wish, reason = request.POST.get("do", ""), request.POST.get("reason", "")
    if wish == "charge":
        return f"Noted: device {charge_monitor(monitor_id=monitor_id, officer=staff, now=now)} is charged."
    if wish == "mend":
        mended = mend_monitor(monitor_id=monitor_id, officer=staff, reason=reason, now=now)
        return f"Device {mended} is in the stock again."
    if wish in ("return", "faulty"):
        is_faulty = wish == "faulty"
        return_monitor(monitor_id=monitor_id, officer=staff, reason=reason, now=now, is_faulty=is_faulty)
        return "The device is put aside as faulty." if is_faulty else "The device is back in the stock."
    if wish == "swap":
        new = _number(request.POST.get("new", ""))
        issue = swap_monitor(monitor_id=monitor_id, new_id=new, officer=staff, reason=reason, now=now)
        return f"{issue.participant.full_name} wears device {issue.monitor} now."
    raise MonitorRefused("Please choose what to do.")


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_POST
def person_monitor(request: HttpRequest, staff: Staff, participant_id: int) -> HttpResponse:
    """A device is handed out to this person."""
    participant = find_participant(participant_id=participant_id, seen_by=staff.as_actor())
    if participant is None:
        raise Http404
    monitor_id = _number(request.POST.get("monitor", ""))
    try:
        issue = issue_monitor(monitor_id=monitor_id, participant=participant, officer=staff, now=timezone.now())
        messages.success(request, f"{participant.full_name} wears device {issue.monitor} now.")
    except MonitorRefused as refusal:
        messages.warning(request, f"No device was handed out. {refusal}")
    return redirect("person", participant_id=participant_id)


def _number(sent: str) -> int:
    return int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 10 else 0


def monitor_for(participant: Participant, *, now: datetime, seen_by: Actor) -> dict[str, Any]:
    """A person's device, what it warned of, and what could be handed out, for their page."""
    who = participant.pk
    order = order_in_force(participant_id=who, seen_by=seen_by)
    issue = monitor_of(participant_id=who, seen_by=seen_by)
    has_kind = order is not None and order.level in KINDS
    return {
        "monitor_issue": issue,
        "monitor_order": order if has_kind else None,
        "monitor_stock": monitors_in_stock(level=order.level, seen_by=seen_by) if order and has_kind else [],
        "monitor_alerts": alerts_of(participant_id=who, seen_by=seen_by)[:SHOWN],
        "monitor_place": positions_of(participant_id=who, seen_by=seen_by).first(),
        "swap_proposed": issue is not None and is_swap_proposed(issue=issue, seen_by=seen_by),
        "review_on": order.review_day_at(now) if order else None,
    }
