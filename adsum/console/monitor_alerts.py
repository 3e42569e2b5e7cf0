"""Alerts of GPS devices: the list, one of them with what is known, the judgement, and the next one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from adsum.console.access import staff_only
from adsum.monitors.actions import AlertRefused, judge_alert
from adsum.monitors.past_queries import place_of_alert
from adsum.monitors.policy import MonitorsPolicy
from adsum.monitors.queries import alerts_to_judge, find_alert, record_of_monitor
from adsum.monitors.rules import SAID
from adsum.offices.rules import Role
from adsum.people.actions import record_look
from adsum.policies.queries import in_force

if TYPE_CHECKING:
    from adsum.monitors.models import MonitorAlert
    from adsum.offices.models import Staff


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_safe
def monitor_alerts(request: HttpRequest, staff: Staff) -> HttpResponse:
    """What waits for a judgement: urgent first, then the oldest."""
    policy = in_force(MonitorsPolicy, now=timezone.now())
    pages = Paginator(alerts_to_judge(seen_by=staff.as_actor()), policy.page_size)
    page = {"staff": staff, "page": pages.get_page(request.GET.get("page"))}
    return render(request, "console/monitor_alerts.html", page)


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_http_methods(["GET", "HEAD", "POST"])
def monitor_alert(request: HttpRequest, staff: Staff, alert_id: int) -> HttpResponse:
    """One alert beside the record of its device, and the judgement. The look is recorded."""
    found = find_alert(alert_id=alert_id, seen_by=staff.as_actor())
    if found is None:
        raise Http404
    return _judge(request, staff, found) if request.method == "POST" else _page(request, staff, found)


def _judge(request: HttpRequest, staff: Staff, found: MonitorAlert) -> HttpResponse:
    sent = request.POST
    try:
        alert = judge_alert(
            alert_id=found.pk,
            officer=staff,
            said=sent.get("said", ""),
            reason=sent.get("reason", ""),
            is_dead_spot=sent.get("dead_spot") == "yes",
            now=timezone.now(),
        )
    except AlertRefused as refusal:
        return _page(request, staff, found, error=str(refusal))
    messages.success(request, f"{found.participant.full_name}, {alert}: {alert.said_words.lower()}.")
    following = alerts_to_judge(seen_by=staff.as_actor()).first()
    return redirect("monitor-alert", alert_id=following.pk) if following else redirect("monitor-alerts")


def _page(request: HttpRequest, staff: Staff, found: MonitorAlert, *, error: str = "") -> HttpResponse:
    me, now = staff.as_actor(), timezone.now()
    record_look(participant=found.participant, actor=me, now=now)
    days = in_force(MonitorsPolicy, now=now).record_days
    page = {
        "staff": staff,
        "alert": found,
        "participant": found.participant,
        "place": place_of_alert(alert=found, seen_by=me),
        "record": record_of_monitor(monitor_id=found.monitor_id, since=now - timedelta(days=days), seen_by=me),
        "record_days": days,
        "judgements": SAID,
        "typed": request.POST,
        "error": error,
    }
    return render(request, "console/monitor_alert.html", page, status=400 if error else 200)
