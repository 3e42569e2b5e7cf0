"""Somebody leaves, or is here again: what ends is shown first, and a named officer confirms it with their evidence."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from adsum.checkins.policy import CheckinPolicy
from adsum.console.access import staff_only
from adsum.flags.policy import FlagsPolicy
from adsum.leaving.actions import LeavingRefused, bring_back, move_participant, note_departure
from adsum.leaving.policy import LeavingPolicy
from adsum.leaving.queries import departure_in_force, departures_of, erasing_that_waits, what_would_end, who_left
from adsum.leaving.rules import ENDS_WORDS, EVIDENCE_HINTS, REASONS, Left, LeftBecause, erase_on, read_reason
from adsum.offices.queries import list_offices
from adsum.offices.rules import Role
from adsum.people.queries import find_participant
from adsum.policies.queries import in_force

if TYPE_CHECKING:
    from adsum.ledger.rules import Actor
    from adsum.offices.models import Staff
    from adsum.people.models import Participant


def leaving_for(*, participant_id: int, seen_by: Actor) -> dict[str, Any]:
    """What the person's page says of their leaving."""
    departures = list(departures_of(participant_id=participant_id, seen_by=seen_by)[:10])
    gone = next((one for one in departures if one.is_in_force), None)
    return {
        "departure": gone,
        "departures": departures,
        "keep_rule": in_force(LeavingPolicy, now=timezone.now()).keep_rule,
        **_first_days(seen_by, gone.level if gone else ""),
    }


def _first_days(seen_by: Actor, level: str) -> dict[str, Any]:
    policy = in_force(CheckinPolicy, now=timezone.now(), office_id=seen_by.office_id, level=level)
    today = timezone.localdate()
    return {
        "back_from": today + timedelta(days=policy.schedule_notice_days),
        "back_until": today + timedelta(days=policy.made_ahead_days),
    }


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_http_methods(["GET", "HEAD", "POST"])
def leaving(request: HttpRequest, staff: Staff, participant_id: int) -> HttpResponse:
    """First why, then what ends, with the evidence; then it is so."""
    participant = find_participant(participant_id=participant_id, seen_by=staff.as_actor())
    if participant is None:
        raise Http404
    if request.method != "POST":
        return _leaving_page(request, staff, participant)
    reason, now = read_reason(request.POST.get("reason", "")), timezone.now()
    try:
        if reason is None or request.POST.get("sure") != "yes":
            raise LeavingRefused("Say that you have read what ends.")
        left = _read_left(reason, request.POST)
        if reason == LeftBecause.MOVED:
            move_participant(participant_id=participant_id, left=left, officer=staff, now=now)
        else:
            note_departure(participant_id=participant_id, left=left, officer=staff, now=now)
    except LeavingRefused as refusal:
        return _leaving_page(request, staff, participant, error=str(refusal))
    messages.success(request, f"{REASONS[reason]}: noted for {participant.full_name}. What ends has ended.")
    return redirect("left") if reason == LeftBecause.MOVED else redirect("person", participant_id=participant_id)


def _read_left(reason: LeftBecause, sent: QueryDict) -> Left:
    office, officer = (_number(sent.get(name, "")) for name in ("office", "officer"))
    return Left(reason, sent.get("evidence", ""), office, officer)


def _number(raw: str) -> int | None:
    return int(raw) if raw.isdecimal() and len(raw) < 18 else None


def _leaving_page(request: HttpRequest, staff: Staff, participant: Participant, *, error: str = "") -> HttpResponse:
    me, now = staff.as_actor(), timezone.now()
    asked = request.POST if request.method == "POST" else request.GET
    reason = read_reason(asked.get("reason", ""))
    policy = in_force(LeavingPolicy, now=now)
    page: dict[str, Any] = {
        "staff": staff,
        "participant": participant,
        "departure": departure_in_force(participant_id=participant.pk, seen_by=me),
        "reasons": REASONS.items(),
        "reason": reason,
        "error": error,
        "typed": request.POST,
        "policy": policy,
    }
    if reason is not None:
        ends = what_would_end(participant=participant, reason=reason, now=now, seen_by=me)
        page |= {
            "why": REASONS[reason],
            "hint": EVIDENCE_HINTS[reason],
            "ends": [(ENDS_WORDS[what], count) for what, count in ends.items()],
            "told": reason in policy.told_when,
            "signed_out": reason in policy.signed_out_when,
            "erase_on": erase_on(reason, left_on=timezone.localdate(now), policy=policy),
            "offices": list_offices(seen_by=me).exclude(pk=participant.office_id),
        }
    return render(request, "console/leaving.html", page, status=400 if error else 200)


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_POST
def back_again(request: HttpRequest, staff: Staff, participant_id: int) -> HttpResponse:
    """They are here again: released, or it was not so."""
    me = staff.as_actor()
    departure = departure_in_force(participant_id=participant_id, seen_by=me)
    if find_participant(participant_id=participant_id, seen_by=me) is None:
        raise Http404
    try:
        if departure is None:
            raise LeavingRefused("This person is here already.")
        day, reason = _day(request.POST.get("from_on", "")), request.POST.get("reason", "")
        released = request.POST.get("released_on", "")
        bring_back(
            departure_id=departure.pk,
            from_on=day,
            reason=reason,
            officer=staff,
            now=timezone.now(),
            released_on=_day(released) if released else None,
        )
        messages.success(request, "Noted. The check-ins go on, and the participant is told the days.")
        if departure.reason in in_force(LeavingPolicy, now=timezone.now()).signed_out_when:
            messages.warning(request, "Their devices were signed out: give them a new code below.")
    except LeavingRefused as refusal:
        messages.warning(request, str(refusal))
    return redirect("person", participant_id=participant_id)


def _day(raw: str) -> date:
    try:
        return date.fromisoformat(raw)
    except ValueError as error:
        raise LeavingRefused("Choose a day.") from error


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_safe
def left(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Who has left this office, newest first."""
    reason, now = read_reason(request.GET.get("reason", "")), timezone.now()
    me, size = staff.as_actor(), in_force(FlagsPolicy, now=now).page_size
    pages = Paginator(who_left(seen_by=me, reason=reason), size)
    page = {
        "staff": staff,
        "page": pages.get_page(request.GET.get("page")),
        "waiting": erasing_that_waits(today=now.date(), most=size, seen_by=me),
        "reasons": REASONS.items(),
        "reason": reason,
        "keep_rule": in_force(LeavingPolicy, now=now).keep_rule,
    }
    return render(request, "console/left.html", page)
