"""What the court says: of one person, each line with where it comes from; and, for the operator, what was delivered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from adsum.console.access import staff_only
from adsum.court.queries import (
    court_cases_of,
    drops_of_court,
    lines_aside,
    rows_of_cases,
    schedule_of_cases,
    standings_of,
)
from adsum.flags.policy import FlagsPolicy
from adsum.offices.rules import Role
from adsum.people.actions import record_look
from adsum.people.queries import find_participant
from adsum.policies.queries import in_force

if TYPE_CHECKING:
    from adsum.offices.models import Staff

SHOWN = 50


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_safe
def person_court(request: HttpRequest, staff: Staff, participant_id: int) -> HttpResponse:
    """How one person's cases stand at the court, and every row that says so. The look is recorded."""
    me = staff.as_actor()
    participant = find_participant(participant_id=participant_id, seen_by=me)
    if participant is None:
        raise Http404
    record_look(participant=participant, actor=me, now=timezone.now())
    cases = court_cases_of(participant_id=participant_id, seen_by=me)
    page = {
        "staff": staff,
        "participant": participant,
        "cases": cases,
        "standings": standings_of(participant_id=participant_id, seen_by=me)[:SHOWN],
        "proceedings": rows_of_cases(court_cases=cases, seen_by=me)[:SHOWN],
        "hearings": schedule_of_cases(court_cases=cases, seen_by=me)[:SHOWN],
    }
    return render(request, "console/person_court.html", page)


@staff_only(Role.PROGRAMME, Role.AUDITOR, Role.OPERATOR)
@require_safe
def court_drops(request: HttpRequest, staff: Staff) -> HttpResponse:
    """What the court has delivered: rows, changes, lines set aside, and what was refused and why."""
    pages = Paginator(drops_of_court(seen_by=staff.as_actor()), _page_size())
    page = {"staff": staff, "page": pages.get_page(request.GET.get("page"))}
    return render(request, "console/court_drops.html", page)


@staff_only(Role.PROGRAMME, Role.OPERATOR)
@require_safe
def court_drop(request: HttpRequest, staff: Staff, drop_id: int) -> HttpResponse:
    """The lines of one drop that could not be read, each with its reason; what is in them is not the operator's."""
    me = staff.as_actor()
    drop = drops_of_court(seen_by=me).filter(pk=drop_id).first()
    if drop is None:
        raise Http404
    aside = lines_aside(drop_id=drop_id, seen_by=me)
    reasons = aside.order_by().values("file__name", "reason").annotate(count=Count("pk")).order_by("-count")
    page = {
        "staff": staff,
        "drop": drop,
        "reasons": reasons[:SHOWN],
        "page": Paginator(aside, _page_size()).get_page(request.GET.get("page")),
        "may_read": me.sees_every_office,
    }
    return render(request, "console/court_drop.html", page)


def _page_size() -> int:
    return in_force(FlagsPolicy, now=timezone.now()).page_size
