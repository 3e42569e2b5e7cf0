"""Where outside records come from, what nobody covers, and what came lately. It holds nothing about a participant."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from adsum.console.access import staff_only
from adsum.console.record_coverage import all_covers
from adsum.offices.rules import Role
from adsum.policies.queries import in_force
from adsum.records.actions import record_aside_read
from adsum.records.policy import RecordsPolicy
from adsum.records.queries import (
    find_delivery,
    last_deliveries,
    pushes_refused,
    rows_aside,
    sources_known,
    subscriptions_to_validate,
)
from adsum.records.rules import KINDS, Heard, Kind
from adsum.records.sources.all import ADAPTERS
from adsum.records.sources.coverage import STATES, uncovered
from adsum.records.sources.http_push.reading import WORDS, Why

if TYPE_CHECKING:
    from adsum.offices.models import Staff

EACH, REFUSED_DAYS = 5, 30


@staff_only(*Role)
@require_safe
def record_sources(request: HttpRequest, staff: Staff) -> HttpResponse:
    """What each source covers, how it comes, whether it answers; and what is not searched at all."""
    me, now = staff.as_actor(), timezone.now()
    sources = list(sources_known(seen_by=me))
    deliveries = last_deliveries(each=EACH, seen_by=me)
    refused = pushes_refused(since=(now - timedelta(days=REFUSED_DAYS)).date(), seen_by=me)
    covers = all_covers(sources, me, now)
    shown: list[dict[str, Any]] = [
        {
            "source": source,
            "covers": known,
            "kinds": ", ".join(f"{KINDS[Kind(kind)]}s" for kind in source.kinds).capitalize(),
            "comes": ADAPTERS[source.adapter].says,
            "deliveries": deliveries.get(source.pk, []),
            "refused": [(WORDS[Why(why)], count) for why, count in refused.get(source.pk, {}).items()],
        }
        for source, known in zip(sources, covers, strict=True)
    ]
    gaps = [_gap(kind, states) for kind, states in uncovered(covers).items()]
    page = {
        "staff": staff,
        "sources": shown,
        "gaps": gaps,
        "silent": [one for one in shown if one["covers"].heard in (Heard.DOWN, Heard.SILENT)],
        "each": EACH,
        "refused_days": REFUSED_DAYS,
        "to_watch": subscriptions_to_validate(on=now.date(), seen_by=me).count()
        if staff.role == Role.SUPERVISOR
        else 0,
        "may_look": staff.role in (Role.SUPERVISOR, Role.OPERATOR),
    }
    return render(request, "console/record_sources.html", page)


def _gap(kind: Kind, states: list[str]) -> dict[str, Any]:
    """Where this kind is searched and where it is not, in as few words as can be."""
    searched = [state for state in STATES if state not in states]
    return {"kind": KINDS[kind], "searched": searched, "missing": states, "nowhere": not searched}


@staff_only(Role.SUPERVISOR, Role.OPERATOR)
@require_safe
def record_delivery(request: HttpRequest, staff: Staff, delivery_id: int) -> HttpResponse:
    """One delivery and its rows that were set aside. Supervisors see them as they came; the look is recorded."""
    me, now = staff.as_actor(), timezone.now()
    delivery = find_delivery(delivery_id=delivery_id, seen_by=me)
    if delivery is None:
        raise Http404
    rows = Paginator(rows_aside(delivery_id=delivery.pk, seen_by=me), in_force(RecordsPolicy, now=now).check_pages)
    may_read = staff.role == Role.SUPERVISOR
    if may_read and delivery.aside:
        record_aside_read(delivery=delivery, actor=me, now=now)
    page = {"staff": staff, "delivery": delivery, "may_read": may_read, "page": rows.get_page(request.GET.get("page"))}
    return render(request, "console/record_delivery.html", page)
