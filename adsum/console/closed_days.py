"""The days on which an office is closed: noted by a supervisor; holidays are suggested, a person confirms them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from adsum.checkins.actions import note_closed_days
from adsum.console.access import staff_only
from adsum.offices.actions import OfficeRefused, open_day
from adsum.offices.queries import closed_days
from adsum.offices.rules import Role, federal_holidays

if TYPE_CHECKING:
    from adsum.offices.models import FieldOffice, Staff


@staff_only(Role.SUPERVISOR)
@require_http_methods(["GET", "HEAD", "POST"])
def office_days(request: HttpRequest, staff: Staff) -> HttpResponse:
    """The days on which this office is closed; add one, or confirm the holidays that are suggested."""
    office, error = staff.office, ""
    if office is not None and request.method == "POST":
        try:
            _take(request, staff, office)
            return redirect("closed-days")
        except (OfficeRefused, ValueError) as refused:
            error = str(refused)
    today = timezone.localdate()
    known = closed_days(offices=[office.pk], since=date(today.year, 1, 1), seen_by=staff.as_actor()) if office else {}
    days = known.get(office.pk, {}) if office else {}
    page = {
        "staff": staff,
        "days": days.items(),
        "suggested": [one for one in _holidays(today) if one[0] not in days],
        "today": today,
        "error": error,
        "typed": request.POST,
    }
    return render(request, "console/closed_days.html", page, status=400 if error else 200)


def _holidays(today: date) -> list[tuple[date, str]]:
    """The federal holidays that come in this year and the next one."""
    coming = {**federal_holidays(today.year), **federal_holidays(today.year + 1)}
    return [(day, name) for day, name in coming.items() if day >= today]


def _take(request: HttpRequest, staff: Staff, office: FieldOffice) -> None:
    """Close the office on the day that was typed, or on the holidays that were ticked, each under its own name."""
    wanted: dict[str, list[date]] = {}
    if ticked := request.POST.getlist("holiday"):
        names = dict(_holidays(timezone.localdate()))
        for day in (date.fromisoformat(one) for one in ticked):
            if day in names:
                wanted.setdefault(names[day], []).append(day)
    else:
        wanted[request.POST.get("why", "")] = [_day(request.POST.get("day", ""))]
    count = sum(
        note_closed_days(office=office, days=days, why=why, actor=staff.as_actor(), staff=staff, now=timezone.now())
        for why, days in wanted.items()
    )
    messages.success(request, f"{count} closed {'day' if count == 1 else 'days'} noted. What falls due then moves on.")


def _day(raw: str) -> date:
    try:
        return date.fromisoformat(raw)
    except ValueError as error:
        raise OfficeRefused("choose a day") from error


@staff_only(Role.SUPERVISOR)
@require_POST
def office_open(request: HttpRequest, staff: Staff) -> HttpResponse:
    """The office is open on this day after all. Who was given time keeps it."""
    try:
        day = _day(request.POST.get("day", ""))
    except OfficeRefused as refused:
        messages.error(request, str(refused))
    else:
        if staff.office is not None:
            open_day(office=staff.office, day=day, actor=staff.as_actor(), now=timezone.now())
            messages.success(request, f"The office is open on {day:%B} {day.day}. Who was given time keeps it.")
    return redirect("closed-days")
