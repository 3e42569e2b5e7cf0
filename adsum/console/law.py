"""The law: what holds for each clock, since when, by which source, what comes; answers that are late."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from adsum.console.access import staff_only
from adsum.console.law_forms import BadForm, read_form, rule_in_words
from adsum.console.proving import proved
from adsum.law.actions import approve_rule, enter_rule, vacate_rule
from adsum.law.actions.ruling import RuleRefused
from adsum.law.past_queries import preview_rule
from adsum.law.policy import LawPolicy
from adsum.law.queries import clocks_late, find_rule, rules_known
from adsum.law.rules import KINDS, ClockKind, CountsFrom, Unit, default_rule, rule_on
from adsum.offices.rules import Role
from adsum.policies.queries import in_force

if TYPE_CHECKING:
    from datetime import date, datetime

    from adsum.law.models import LawRule
    from adsum.offices.models import Staff

SHOWN = 200


@staff_only(Role.SUPERVISOR, Role.PROGRAMME)
@require_http_methods(["GET", "HEAD", "POST"])
def law(request: HttpRequest, staff: Staff) -> HttpResponse:
    """What holds and what comes; whom another rule would reach, and the form by which it is entered."""
    refused, preview, now = "", None, timezone.now()
    if request.method == "POST":
        try:
            form = read_form(request.POST)
            if request.POST.get("do") == "enter":
                enter_rule(kind=form.kind, rule=form.rule, reason=form.reason, by=staff, now=now)
                messages.success(request, "Entered. It holds once the programme, a second person, approves it.")
                return redirect("law")
            preview = preview_rule(kind=form.kind, rule=form.rule, now=now, seen_by=staff.as_actor())
        except (BadForm, RuleRefused) as fault:
            refused = str(fault)
    page = {**_law(staff, now), "staff": staff, "refused": refused, "preview": preview, "typed": request.POST}
    return render(request, "console/law.html", page, status=400 if refused else 200)


@staff_only(Role.PROGRAMME)
@require_POST
@proved
def law_rule(request: HttpRequest, staff: Staff, rule_id: int) -> HttpResponse:
    """Approve a rule as the second person, or vacate it with a reason."""
    if find_rule(rule_id=rule_id, seen_by=staff.as_actor()) is None:
        raise Http404
    try:
        if request.POST.get("do") == "approve":
            approve_rule(rule_id=rule_id, by=staff, now=timezone.now())
            messages.success(request, "Approved. It holds from its day on; who is affected is told on that day.")
        else:
            vacate_rule(rule_id=rule_id, why=request.POST.get("why", ""), by=staff, now=timezone.now())
            messages.success(request, "Vacated: it is as if it had never been. Who is affected is told.")
    except RuleRefused as fault:
        messages.error(request, str(fault))
    return redirect("law")


def _law(staff: Staff, now: datetime) -> dict[str, Any]:
    me, today = staff.as_actor(), timezone.localdate()
    rules, late = list(rules_known(seen_by=me)[:SHOWN]), clocks_late(seen_by=me)
    return {
        "kinds": [_holding(kind, rules, today, now) for kind in ClockKind],
        "waiting": [(one, _preview(one, staff, now)) for one in rules if one.waits],
        "coming": [one for one in rules if one.approved_at and not one.vacated_at and one.starts_on > today],
        "past": [one for one in rules if one.vacated_at or (one.approved_at and one.starts_on <= today)],
        "late": list((late.filter(escalated_at__isnull=False) if staff.role == Role.PROGRAMME else late)[:SHOWN]),
        "kind_words": list(KINDS.items()),
        "units": list(Unit),
        "counted": list(CountsFrom),
        "policy": in_force(LawPolicy, now=now),
    }


def _holding(kind: ClockKind, rules: list[LawRule], today: date, now: datetime) -> dict[str, Any]:
    mine = [one.as_rule() for one in rules if one.kind == kind and one.approved_at and not one.vacated_at]
    rule = rule_on(today, mine, default=default_rule(kind, policy=in_force(LawPolicy, now=now)))
    return {"title": KINDS[kind], "rule": rule, "says": rule_in_words(rule)}


def _preview(rule: LawRule, staff: Staff, now: datetime) -> Any:
    return preview_rule(kind=ClockKind(rule.kind), rule=rule.as_rule(), now=now, seen_by=staff.as_actor())
