"""Another system that keeps its own file on the same people: how it stands, what differs, and the mends."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from adsum.console.access import WATCHES, staff_only
from adsum.counterparts.actions import accept_mends
from adsum.counterparts.policy import CounterpartsPolicy
from adsum.counterparts.queries import (
    count_without,
    differences_of,
    files_standing,
    find_counterpart,
    received_of,
    reconciliations,
)
from adsum.counterparts.rules import DIFFERS
from adsum.offices.rules import Role
from adsum.outbox.policy import OutboxPolicy
from adsum.outbox.queries import Standing, standings
from adsum.policies.queries import in_force

if TYPE_CHECKING:
    from datetime import datetime

    from adsum.counterparts.models import Counterpart, Difference, Reconciliation
    from adsum.offices.models import Staff

SPEAKS_OF_CASES = (Role.PROGRAMME, Role.OPERATOR)
SHOWN = 10
AT_ONCE = 1_000
LATE = timedelta(minutes=5)


@staff_only(*WATCHES)
@require_safe
def counterpart(request: HttpRequest, staff: Staff, code: str) -> HttpResponse:
    """How it stands, what came from it, and what the last look at both files whole has found."""
    me, now = staff.as_actor(), timezone.now()
    found = _found(code, staff)
    looks = list(reconciliations(counterpart=found, seen_by=me)[:SHOWN])
    page = {
        "staff": staff,
        "one": found.subscriber,
        "counterpart": found,
        "stand": standings(seen_by=me).get(found.subscriber_id, Standing()),
        "files": files_standing(counterpart=found, seen_by=me),
        "without": count_without(counterpart=found, seen_by=me),
        "is_late": is_late(found, now),
        "received": received_of(counterpart=found, seen_by=me)[:SHOWN],
        "looks": looks,
        **(_differences(request, staff, looks[0], now) if looks else {}),
    }
    return render(request, "console/counterpart.html", page)


def is_late(found: Counterpart, now: datetime) -> bool:
    """True when it was not heard for much longer than it is left alone, and nobody noted that it is silent."""
    pause = timedelta(seconds=in_force(CounterpartsPolicy, now=now).poll_seconds)
    return found.silent_since is None and now - (found.heard_at or found.added_at) > 2 * pause + LATE


def _differences(request: HttpRequest, staff: Staff, look: Reconciliation, now: datetime) -> dict[str, Any]:
    """What was found last; case numbers only for who speaks with the other side about them."""
    found = differences_of(reconciliation=look, seen_by=staff.as_actor())
    kinds = found.order_by("kind").values_list("kind").annotate(count=Count("pk"))
    pages = Paginator(found, in_force(OutboxPolicy, now=now).pages)
    return {
        "look": look,
        "kinds": [(DIFFERS[kind], count) for kind, count in kinds],
        "open_count": found.filter(accepted_at__isnull=True).count(),
        "page": pages.get_page(request.GET.get("page")) if staff.role in SPEAKS_OF_CASES else None,
        "may_accept": staff.role == Role.OPERATOR,
        "at_once": AT_ONCE,
    }


@staff_only(Role.OPERATOR)
@require_POST
def counterpart_mends(request: HttpRequest, staff: Staff, code: str) -> HttpResponse:
    """Have mended what was chosen, or all that waits, of the last look at both files."""
    me, now = staff.as_actor(), timezone.now()
    found = _found(code, staff)
    look = reconciliations(counterpart=found, seen_by=me).first()
    if look is None or str(look.pk) != request.POST.get("look"):
        messages.warning(request, "Nothing was accepted. Both files were compared again: look at what differs now.")
        return redirect("counterpart", code=code)
    chosen = _chosen(request, look, staff)
    count = accept_mends(differences=chosen, by=staff.name, actor=me, now=now)
    messages.success(request, _said(len(chosen), count)) if count else messages.warning(request, _said(len(chosen), 0))
    return redirect("counterpart", code=code)


def _chosen(request: HttpRequest, look: Reconciliation, staff: Staff) -> list[Difference]:
    waiting = differences_of(reconciliation=look, seen_by=staff.as_actor())
    if request.POST.get("do") == "all":
        return list(waiting.filter(accepted_at__isnull=True)[:AT_ONCE])
    sent = request.POST.getlist("difference")[:AT_ONCE]
    return list(waiting.filter(pk__in=[one for one in sent if one.isascii() and one.isdecimal() and len(one) < 19]))


def _said(chosen: int, count: int) -> str:
    if count:
        return f"{count} difference{'' if count == 1 else 's'} accepted. What we can mend goes out by itself."
    return "Somebody has accepted this already." if chosen else "Choose at least one difference."


def _found(code: str, staff: Staff) -> Counterpart:
    found = find_counterpart(code=code, seen_by=staff.as_actor())
    if found is None:
        raise Http404
    return found
