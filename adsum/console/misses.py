"""Missed check-ins: the whole story on one screen, the decision, and then the next one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from adsum.checkins.actions import decide_flag
from adsum.checkins.policy import LadderPolicy
from adsum.checkins.queries import attempts_of, dates_of, duties_of, find_duty, outages_since, reports_of
from adsum.console.access import staff_only
from adsum.console.excuses import read_new_date
from adsum.court.queries import orders_against
from adsum.flags.queries import count_by_reason, find_flag, next_flag
from adsum.flags.rules import DECISIONS, OF_A_MISS, Reason
from adsum.ledger.rules import Actor
from adsum.misses.actions import answer_contest, decide_miss
from adsum.misses.queries import absconding_of, steps_about, steps_of, trail_of
from adsum.misses.rules import CHECKED, CHECKS, COMMON_REASONS, StepAsked, needs_signature
from adsum.offices.rules import Role
from adsum.orders.queries import order_in_force
from adsum.orders.rules import Level
from adsum.people.actions import record_look
from adsum.people.queries import find_participant
from adsum.places.queries import addresses
from adsum.policies.queries import in_force
from adsum.records.queries import confirmed_leads

if TYPE_CHECKING:
    from adsum.flags.models import Flag
    from adsum.offices.models import Staff
    from adsum.people.models import Participant

NEAR = timedelta(days=3)  # outages so long before a due day stand in the story
OF_A_MISSED_DUTY = frozenset({Reason.MISSED_CHECK_IN, Reason.LATE_REPORT})


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_safe
def misses(request: HttpRequest, staff: Staff) -> HttpResponse:
    """The missed check-in that comes next; the worklist where there is none."""
    found = _next(staff, request.GET)
    if found is None:
        messages.info(request, "No missed check-in waits for you.")
        return redirect("worklist")
    whose = "?of=office" if request.GET.get("of") == "office" else ""
    return redirect(f"/console/misses/{found.pk}/{whose}")


def _next(staff: Staff, asked: Mapping[str, str]) -> Flag | None:
    me, mine, after = staff.as_actor(), _only_mine(staff, asked), asked.get("after", "")
    last = int(after) if after.isdecimal() and len(after) < 18 else None
    following = next_flag(reason=Reason.MISSED_CHECK_IN, after=last, seen_by=me, only_mine=mine)
    return following or next_flag(reason=Reason.MISSED_CHECK_IN, after=None, seen_by=me, only_mine=mine)


def _only_mine(staff: Staff, asked: Mapping[str, str]) -> bool:
    return staff.role == Role.OFFICER and asked.get("of") != "office"


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_safe
def miss(request: HttpRequest, staff: Staff, flag_id: int) -> HttpResponse:
    """One missed check-in with all that an officer needs to decide about it. The look is recorded."""
    flag = find_flag(flag_id=flag_id, seen_by=staff.as_actor())
    if flag is None:
        raise Http404
    if flag.reason != Reason.MISSED_CHECK_IN or flag.cleared_at is not None:
        return redirect("person", participant_id=flag.participant_id)
    return miss_page(request, staff, flag)


def miss_page(request: HttpRequest, staff: Staff, flag: Flag, *, error: str = "") -> HttpResponse:
    """The card of this missed check-in, with what was wrong in the form."""
    me, now = staff.as_actor(), timezone.now()
    participant = find_participant(participant_id=flag.participant_id, seen_by=me)
    duty = find_duty(duty_id=flag.about_id("duty") or 0, seen_by=me)
    if participant is None or duty is None:
        raise Http404
    record_look(participant=participant, actor=me, now=now)
    who, asked = participant.pk, request.POST or request.GET
    counts = count_by_reason(seen_by=me, only_mine=_only_mine(staff, asked))
    others = [one for one in duties_of(participant_id=who, seen_by=me)[:20] if one.pk != duty.pk]
    missed = [one for one in others if one.outcome in ("missed", "excused")][:6]
    page = {
        "staff": staff,
        "participant": participant,
        "flag": flag,
        "duty": duty,
        "waiting": counts.get(Reason.MISSED_CHECK_IN, 0),
        "of_office": asked.get("of") == "office",
        "order": order_in_force(participant_id=who, seen_by=me),
        "addresses": addresses(participant_id=who, seen_by=me)[:2],
        "reports": reports_of(participant_id=who, seen_by=me)[:3],
        "dates": dates_of(participant_id=who, since=timezone.localdate(), seen_by=me)[:3],
        "trail": trail_of(duty_ids=[duty.pk], seen_by=me),
        "tries": attempts_of(participant_id=who, seen_by=me).filter(failed_at__gte=duty.opens_at)[:4],
        "outages": _outages_near(duty.due_at, duty.settled_at or now, now, me),
        "missed": missed,
        "orders": orders_against(participant_id=who, seen_by=me),
        "confirmed": confirmed_leads(seen_by=me).filter(participant=who).select_related("record__source"),
        "steps_by_duty": _steps_by_duty([one.pk for one in (duty, *missed)], me),
        "error": error,
        "error_flag": flag.pk if error else 0,
        "typed": request.POST,
        "queue": True,
        **form_for(participant, now=now, seen_by=me),
    }
    return render(request, "console/miss.html", page, status=400 if error else 200)


def _outages_near(due_at: datetime, until: datetime, now: datetime, seen_by: Actor) -> list[Any]:
    found = outages_since(since=due_at - NEAR, now=now, seen_by=seen_by)
    return [one for one in found if one.began_at <= until][:3]


def _steps_by_duty(duty_ids: list[int], seen_by: Actor) -> dict[int, list[Any]]:
    grouped: dict[int, list[Any]] = {}
    for step in steps_about(duty_ids=duty_ids, seen_by=seen_by):
        grouped.setdefault(step.duty_id, []).append(step)
    return grouped


def form_for(participant: Participant, *, now: datetime, seen_by: Actor) -> dict[str, Any]:
    """What the decision form offers for this person: the steps that the policy of their level allows."""
    order = order_in_force(participant_id=participant.pk, seen_by=seen_by)
    level = order.level if order else ""
    policy = in_force(LadderPolicy, now=now, office_id=participant.office_id, level=level)
    allowed = [step for step in OF_A_MISS if step in policy.steps]
    return {
        "steps": [(step, DECISIONS[step], needs_signature(step, policy=policy)) for step in allowed],
        "reasons": [(step, COMMON_REASONS[step].items()) for step in allowed],
        "levels": [one.value for one in Level if one != level],
        "checks": list(CHECKS.items()),
        "checked": [(one.value, words) for one, words in CHECKED.items()],
        "suggested_on": timezone.localdate(now) + timedelta(days=policy.new_date_days),
        "contest_days": policy.contest_days,
    }


def story_of_misses(participant: Participant, *, now: datetime, seen_by: Actor) -> dict[str, Any]:
    """For a person's page: the attempts to reach them, what was decided, whether they count as absconded."""
    duties = [one.pk for one in duties_of(participant_id=participant.pk, seen_by=seen_by)[:12]]
    return {
        "trail": trail_of(duty_ids=duties, seen_by=seen_by),
        "miss_steps": steps_of(participant_id=participant.pk, seen_by=seen_by)[:20],
        "absconding": absconding_of(participant_id=participant.pk, seen_by=seen_by),
        **form_for(participant, now=now, seen_by=seen_by),
    }


def take_decision(*, flag_id: int, staff: Staff, sent: Mapping[str, str], now: datetime) -> Flag:
    """Decide about a flag as its kind asks for. Raises DecisionRefused."""
    flag = find_flag(flag_id=flag_id, seen_by=staff.as_actor())
    decision, reason = sent.get("decision", ""), sent.get("reason", "")
    if flag is not None and flag.reason in OF_A_MISSED_DUTY:
        return decide_miss(flag_id=flag_id, officer=staff, asked=_read_step(sent), now=now)
    if flag is not None and flag.about_id("step"):
        return answer_contest(flag_id=flag_id, officer=staff, decision=decision, reason=reason, now=now)
    new_date = read_new_date(sent.get("new_date", ""))
    return decide_flag(flag_id=flag_id, officer=staff, decision=decision, reason=reason, new_date=new_date, now=now)


def _read_step(sent: Mapping[str, str]) -> StepAsked:
    return StepAsked(
        step=sent.get("decision", ""),
        reason=sent.get("reason", ""),
        common=sent.get("common", ""),
        on=_read_day(sent.get("on", "")),
        hour=sent.get("hour", ""),
        place=sent.get("place", ""),
        level=sent.get("level", ""),
        checks={name: sent.get(name, "") for name in CHECKS},
        notes={name: sent.get(f"{name}_note", "") for name in CHECKS},
    )


def _read_day(raw: str) -> date | None:
    try:
        return date.fromisoformat(raw)
    except ValueError:
        return None
