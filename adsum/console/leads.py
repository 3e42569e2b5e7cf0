"""Possible matches that wait for a judgement: the list, one of them side by side, the judgement, and the next one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from adsum.console.access import staff_only
from adsum.ledger.rules import RULES
from adsum.offices.rules import Role
from adsum.people.actions import record_look
from adsum.people.queries import find_participant
from adsum.policies.queries import in_force
from adsum.records.actions import AlreadyJudged, JudgementRefused, judge_lead
from adsum.records.policy import RecordsPolicy
from adsum.records.queries import find_lead, judged_before, leads_to_judge, next_lead, others_meant
from adsum.records.rules import COMMON_REASONS, VERDICTS, Stage, common_reason, needs_two

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from adsum.offices.models import Staff
    from adsum.records.models import Judgement, Lead

AS_WELL = 0.5  # somebody whose chance is half as high, or higher, fits about as well
OTHERS = 6


def waiting_for(staff: Staff) -> QuerySet[Lead]:
    """The leads that this member of staff can judge now, in their order."""
    waiting = leads_to_judge(seen_by=staff.as_actor())
    return waiting if staff.role == Role.SUPERVISOR else waiting.exclude(stage=Stage.SUPERVISOR)


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_safe
def leads(request: HttpRequest, staff: Staff) -> HttpResponse:
    """What waits for a judgement: urgent first, then the oldest. A supervisor sees what waits too long."""
    now = timezone.now()
    policy = in_force(RecordsPolicy, now=now, office_id=staff.office_id)
    late_before, waiting = now - timedelta(hours=policy.answer_hours), waiting_for(staff)
    supervises = staff.role == Role.SUPERVISOR
    page = {
        "staff": staff,
        "page": Paginator(waiting, policy.check_pages).get_page(request.GET.get("page")),
        "late": waiting.filter(waits_since__lt=late_before).count() if supervises else 0,
        "late_before": late_before if supervises else None,
        "answer_hours": policy.answer_hours,
    }
    return render(request, "console/leads.html", page)


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_http_methods(["GET", "HEAD", "POST"])
def lead(request: HttpRequest, staff: Staff, lead_id: int) -> HttpResponse:
    """One record beside one file, field by field, and the judgement. The look is recorded."""
    found = find_lead(lead_id=lead_id, seen_by=staff.as_actor())
    if found is None:
        raise Http404
    if request.method == "POST":
        return _judge(request, staff, found)
    return _page(request, staff, found)


def _judge(request: HttpRequest, staff: Staff, found: Lead) -> HttpResponse:
    verdict, words = request.POST.get("verdict", ""), request.POST.get("reason", "")
    reason = ". ".join(part for part in (common_reason(verdict, request.POST.get("common", "")), words.strip()) if part)
    following = next_lead(after=found, among=waiting_for(staff), seen_by=staff.as_actor())
    name = found.participant.full_name
    try:
        judged = judge_lead(lead_id=found.pk, staff=staff, verdict=verdict, reason=reason, now=timezone.now())
        messages.success(request, f"{name}, {found.number}: {said_after(judged, verdict)}")
    except AlreadyJudged as judged_already:
        messages.warning(request, f"{name}, {found.number}: {judged_already}")
    except JudgementRefused as refused:
        return _page(request, staff, found, error=str(refused))
    return redirect("lead", lead_id=following.pk) if following else redirect("leads")


def said_after(judged: Lead, verdict: str) -> str:
    """What a judgement has come to, without giving away what somebody else said."""
    if judged.stage == Stage.SECOND:
        return f"you said “{VERDICTS[verdict].lower()}”. A second person judges it too."  # type: ignore[index]
    if judged.stage == Stage.SUPERVISOR:
        return "two people differ, so a supervisor judges it."
    if judged.stage == Stage.SAME:
        return "the same person. The agency is asked whether the record holds."
    return f"{judged.stage_words}."


def _page(request: HttpRequest, staff: Staff, found: Lead, *, error: str = "") -> HttpResponse:
    me, now = staff.as_actor(), timezone.now()
    participant = find_participant(participant_id=found.participant_id, seen_by=me)
    if participant is None:
        raise Http404
    record_look(participant=participant, actor=me, now=now)
    page = {
        "staff": staff,
        "lead": found,
        "record": found.record,
        "source": found.record.source,
        "participant": participant,
        "judgements": judgements_shown(found, staff),
        "my_word": next((one for one in _this_round(found) if one.judged_by_id == staff.pk), None),
        "may_judge": waiting_for(staff).filter(pk=found.pk).exists(),
        "two_judge": found.stage == Stage.OPEN
        and needs_two(found.probability, policy=in_force(RecordsPolicy, now=now)),
        "before": judged_before(lead=found, seen_by=me)[:5],
        "waiting": waiting_for(staff).count(),
        "following": next_lead(after=found, among=waiting_for(staff), seen_by=me),
        "verdicts": [(verdict, words, COMMON_REASONS[verdict].items()) for verdict, words in VERDICTS.items()],
        "error": error,
        "typed": request.POST,
        **_others(found, staff),
    }
    return render(request, "console/lead.html", page, status=400 if error else 200)


def _this_round(found: Lead) -> list[Judgement]:
    return [one for one in found.judgements.all() if one.round == found.round]


def judgements_shown(found: Lead, staff: Staff) -> list[Judgement]:
    """What was said of it, as far as it may be known: while somebody is still to judge, only a supervisor who has to
    decide between two sees what they said, and each person their own."""
    if not found.waits:
        return list(found.judgements.all())
    if found.stage == Stage.SUPERVISOR and staff.role == Role.SUPERVISOR:
        return _this_round(found)
    return [one for one in _this_round(found) if one.judged_by_id == staff.pk]


def _others(found: Lead, staff: Staff) -> dict[str, Any]:
    """Other people whom the record fits about as well: those whom one may see by name, the others as a number."""
    least = AS_WELL * found.probability
    seen = list(others_meant(lead=found, seen_by=staff.as_actor()).filter(probability__gte=least)[: OTHERS + 1])
    everybody = others_meant(lead=found, seen_by=RULES).filter(probability__gte=least).count()
    shown = seen[:OTHERS]
    return {"others": shown, "others_unseen": everybody - len(shown) + found.record.crowd}
