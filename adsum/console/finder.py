"""Who by now could be stepped down though they never asked: a proposal with its reasons; a person decides."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from adsum.console.access import staff_only
from adsum.flags.policy import FlagsPolicy
from adsum.offices.rules import Role
from adsum.people.queries import find_participant, participants
from adsum.policies.queries import in_force
from adsum.reviews.actions import AskRefused, snooze
from adsum.reviews.past_queries import may_step_down
from adsum.reviews.policy import ReviewsPolicy
from adsum.reviews.queries import day_has_come, put_off

if TYPE_CHECKING:
    from adsum.offices.models import Staff

LONGEST = 10_000  # days; the policy allows far fewer


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_safe
def finder(request: HttpRequest, staff: Staff) -> HttpResponse:
    """The people of the office whom no criterion holds at their level, those of whom all is known first."""
    me, now = staff.as_actor(), timezone.now()
    found = may_step_down(office=staff.office, seen_by=me, now=now) if staff.office else []
    pages = Paginator(found, in_force(FlagsPolicy, now=now).page_size)
    page = pages.get_page(request.GET.get("page"))
    people = participants(seen_by=me).in_bulk([one.participant_id for one in page])
    shown = {
        "staff": staff,
        "page": page,
        "rows": [(one, people[one.participant_id]) for one in page if one.participant_id in people],
        "known": sum(one.is_known for one in found),
        "put_off": list(put_off(on=_today(staff), seen_by=me)),
        "policy": in_force(ReviewsPolicy, now=now, office_id=staff.office_id),
    }
    return render(request, "console/finder.html", shown)


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_safe
def review_days(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Whose day to be looked at again has come: they were told of that day."""
    today, size = _today(staff), in_force(FlagsPolicy, now=timezone.now(), office_id=staff.office_id).page_size
    page = Paginator(days_come(staff), size).get_page(request.GET.get("page"))
    rows = [(order, (today - order.look_on).days) for order in page.object_list]
    policy = in_force(ReviewsPolicy, now=timezone.now(), office_id=staff.office_id)
    return render(request, "console/review_days.html", {"staff": staff, "page": page, "rows": rows, "policy": policy})


def days_come(staff: Staff) -> Any:
    """The orders of this person's office whose day has come, longest waiting first; none without an office."""
    return day_has_come(office=staff.office, on=_today(staff), now=timezone.now(), seen_by=staff.as_actor())


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_POST
def snoozes(request: HttpRequest, staff: Staff, participant_id: int) -> HttpResponse:
    """Put off looking at somebody's level, for some days and with a reason."""
    participant = find_participant(participant_id=participant_id, seen_by=staff.as_actor())
    if participant is None:
        raise Http404
    days, reason = request.POST.get("days", ""), request.POST.get("reason", "")
    until = _today(staff) + timedelta(days=min(int(days), LONGEST) if days.isdecimal() else 0)
    try:
        snooze(participant=participant, until=until, reason=reason, officer=staff, now=timezone.now())
    except AskRefused as refused:
        messages.warning(request, f"Nothing was put off. {refused}")
    else:
        messages.success(
            request, f"{participant.full_name}: put off until {until:%B} {until.day}. They can ask anyway."
        )
    return redirect("step-down-finder")


def _today(staff: Staff) -> date:
    return timezone.localdate(timezone=staff.office.zone if staff.office else None)
