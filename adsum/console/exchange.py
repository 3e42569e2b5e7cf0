"""Who is told facts: how each stands, what waits, what it would not take. The operator acts, the programme sees."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from adsum.console.access import WATCHES, staff_only
from adsum.core.text import clean_text
from adsum.counterparts.queries import counterpart_of, counterparts
from adsum.offices.rules import Role
from adsum.outbox.actions import (
    ask_for_file,
    give_up_delivery,
    pause_subscriber,
    replay_from,
    resume_subscriber,
    try_parked_again,
)
from adsum.outbox.policy import OutboxPolicy
from adsum.outbox.queries import (
    Standing,
    find_parked,
    find_subscriber,
    parked_deliveries,
    standings,
    subscribers,
)
from adsum.outbox.rules import FIELDS, KINDS, Way
from adsum.policies.queries import in_force

if TYPE_CHECKING:
    from datetime import datetime

    from adsum.counterparts.models import Counterpart
    from adsum.offices.models import Staff
    from adsum.outbox.models import Subscriber

LONGEST_REASON = 500
LOOKED_FOR_WITHIN = timedelta(minutes=3)  # the dispatcher looks each second, and once a minute in a silence


@staff_only(*WATCHES)
@require_safe
def exchange(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Every other system that is told facts, and whether it takes them."""
    me = staff.as_actor()
    stand = standings(seen_by=me)
    theirs = {found.subscriber_id: found for found in counterparts(seen_by=me)}
    told = [_shown(one, stand.get(one.pk, Standing()), theirs.get(one.pk)) for one in subscribers(seen_by=me)]
    page = {"staff": staff, "told": told, "ill": [one for one in told if one["ill"]]}
    return render(request, "console/exchange.html", page)


@staff_only(*WATCHES)
@require_safe
def subscriber(request: HttpRequest, staff: Staff, code: str) -> HttpResponse:
    """One of them: what it is told and why, what waits, and what was put aside."""
    me, now = staff.as_actor(), timezone.now()
    found = _found(code, staff)
    parked = Paginator(parked_deliveries(subscriber_id=found.pk, seen_by=me), in_force(OutboxPolicy, now=now).pages)
    page = {
        "staff": staff,
        **_shown(
            found,
            standings(seen_by=me).get(found.pk, Standing()),
            counterpart_of(subscriber_id=found.pk, seen_by=me),
        ),
        "fields": [FIELDS[name] for name in found.fields],
        "page": parked.get_page(request.GET.get("page")),
        "kind_words": KINDS,
        "may_act": staff.role == Role.OPERATOR,
    }
    return render(request, "console/subscriber.html", page)


@staff_only(Role.OPERATOR)
@require_POST
def subscriber_act(request: HttpRequest, staff: Staff, code: str) -> HttpResponse:
    """Pause it, go on, send again from a number, send once more what was put aside, or ask for a file now."""
    found, now = _found(code, staff), timezone.now()
    try:
        messages.success(request, _act(found, request.POST.dict(), staff, now))
    except ValueError as odd:
        messages.error(request, str(odd))
    return redirect("subscriber", code=code)


def _act(found: Subscriber, sent: dict[str, str], staff: Staff, now: datetime) -> str:
    """Do what was asked and say it. Raises ValueError, which says what to mend."""
    me, reason = staff.as_actor(), clean_text(sent.get("reason", ""), longest=LONGEST_REASON)
    match sent.get("do"):
        case "pause":
            if not reason:
                raise ValueError("Write why it is paused: the next person wants to know.")
            pause_subscriber(subscriber=found, reason=reason, actor=me, now=now)
            return f"{found.title} is told nothing for now. What happens waits for it."
        case "resume":
            resume_subscriber(subscriber=found, actor=me, now=now)
            return f"{found.title} is told again, beginning with what waits."
        case "replay":
            count = replay_from(subscriber=found, number=_number(sent, found), actor=me, now=now)
            return f"{count} facts go out once more, under the same numbers."
        case "retry":
            return f"{try_parked_again(actor=me, subscriber_id=found.pk, now=now)} facts are tried once more."
        case "file" if found.way == Way.FILES:
            ask_for_file(subscriber=found, actor=me, now=now)
            return f"A file is written to {found.address} now."
    raise ValueError("Choose what to do.")


def _number(sent: dict[str, str], found: Subscriber) -> int:
    raw = sent.get("number", "").strip()
    if not raw.isdecimal() or not 1 <= int(raw[:20]) <= max(found.numbered, 1):
        raise ValueError(f"Give the first number to send again, from 1 to {found.numbered}.")
    return int(raw)


@staff_only(Role.OPERATOR)
@require_POST
def parked_fact(request: HttpRequest, staff: Staff, delivery_id: int) -> HttpResponse:
    """One fact that was put aside: tried once more, or given up with a reason."""
    me, now = staff.as_actor(), timezone.now()
    found = find_parked(delivery_id=delivery_id, seen_by=me)
    if found is None:
        raise Http404
    reason = clean_text(request.POST.get("reason", ""), longest=LONGEST_REASON)
    if request.POST.get("do") == "retry":
        try_parked_again(actor=me, subscriber_id=found.subscriber_id, number=found.number, now=now)
        messages.success(request, f"Number {found.number} is tried once more.")
    elif not reason:
        messages.error(request, "Write why this fact is never sent: it stands in the record.")
    else:
        give_up_delivery(delivery=found, reason=reason, actor=me, now=now)
        messages.success(request, f"Number {found.number} is not sent any more.")
    return redirect("subscriber", code=found.subscriber.code)


def _found(code: str, staff: Staff) -> Subscriber:
    found = find_subscriber(code=code, seen_by=staff.as_actor())
    if found is None:
        raise Http404
    return found


def _shown(one: Subscriber, stand: Standing, theirs: Counterpart | None) -> dict[str, Any]:
    """A subscriber with how it stands, in one word and in sentences."""
    over, by_file = one.ended_at or one.paused_at, one.way == Way.FILES
    looked = None if over or by_file else one.looked_at
    unlooked = looked is not None and timezone.now() - looked > LOOKED_FOR_WITHIN
    is_silent = one.silent_since is not None or (theirs is not None and theirs.silent_since is not None)
    return {
        "one": one,
        "stand": stand,
        "kinds": [KINDS.get(kind, kind) for kind in one.kinds],
        "by_file": by_file,
        "unlooked": unlooked,
        "counterpart": theirs,
        "ill": not over and (unlooked or is_silent or stand.parked > 0),
    }
