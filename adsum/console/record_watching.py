"""Whom agencies are asked to watch for: a supervisor says that the case is still open, or the watching ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from adsum.console.access import staff_only
from adsum.offices.rules import Role
from adsum.policies.queries import in_force
from adsum.records.actions import validate_subscriptions
from adsum.records.policy import RecordsPolicy
from adsum.records.queries import subscriptions_to_validate

if TYPE_CHECKING:
    from adsum.offices.models import Staff

LONGEST_NUMBER = 18


@staff_only(Role.SUPERVISOR)
@require_http_methods(["GET", "HEAD", "POST"])
def record_watching(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Subscriptions of the office that somebody is to look at; those chosen go on."""
    now = timezone.now()
    policy = in_force(RecordsPolicy, now=now)
    if request.method == "POST":
        given = request.POST.getlist("subscription")[: policy.check_pages]
        chosen = [int(one) for one in given if one.isdecimal() and len(one) < LONGEST_NUMBER]
        count = validate_subscriptions(ids=chosen, staff=staff, now=now)
        messages.success(request, f"{count} go on. Agencies are asked to tell of new events about them.")
        return redirect("record-watching")
    waiting = Paginator(subscriptions_to_validate(on=now.date(), seen_by=staff.as_actor()), policy.check_pages)
    page = {"staff": staff, "page": waiting.get_page(request.GET.get("page")), "days": policy.validate_days}
    return render(request, "console/record_watching.html", page)
