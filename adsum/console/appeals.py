"""An appeal against a decision about a level: the whole of it, and the word of somebody who had no part in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from adsum.console.access import staff_only
from adsum.console.proving import proved
from adsum.console.scanning import keep_scan, why_not_kept
from adsum.documents.rules import DocumentRefused
from adsum.law.queries import clocks_about
from adsum.offices.rules import Role
from adsum.people.actions import record_look
from adsum.reviews.actions import AppealRefused, appeal_decision, cast_vote
from adsum.reviews.queries import appeals_open, find_appeal, find_decision
from adsum.reviews.rules import ANSWERS, Answer, Way

if TYPE_CHECKING:
    from adsum.offices.models import Staff
    from adsum.reviews.models import Appeal


@staff_only(Role.SUPERVISOR)
@require_safe
def level_appeal(request: HttpRequest, staff: Staff, appeal_id: int) -> HttpResponse:
    """One appeal with the decision it is against, and the file as it stood then."""
    found = _appeal_or_404(staff, appeal_id)
    record_look(participant=found.decision.participant, actor=staff.as_actor(), now=timezone.now())
    page = {
        "staff": staff,
        "appeal": found,
        "decision": found.decision,
        "participant": found.decision.participant,
        "clocks": clocks_about(about=[found.about], seen_by=staff.as_actor()),
        "may_vote": appeals_open(seen_by=staff.as_actor()).filter(pk=found.pk).exists(),
        "answers": list(ANSWERS.items()),
    }
    return render(request, "console/level_appeal.html", page)


def _appeal_or_404(staff: Staff, appeal_id: int) -> Appeal:
    found = find_appeal(appeal_id=appeal_id, seen_by=staff.as_actor())
    if found is None:
        raise Http404
    return found


@staff_only(Role.SUPERVISOR)
@require_POST
@proved
def level_appeal_vote(request: HttpRequest, staff: Staff, appeal_id: int) -> HttpResponseBase:
    """What I say of it, and why."""
    found, answer = _appeal_or_404(staff, appeal_id), request.POST.get("answer", "")
    if answer not in set(Answer):
        messages.error(request, "Choose what you say of it.")
        return redirect("level-appeal", appeal_id=found.pk)
    try:
        reason = request.POST.get("reason", "")
        voted = cast_vote(appeal_id=found.pk, staff=staff, answer=Answer(answer), reason=reason, now=timezone.now())
    except AppealRefused as refused:
        messages.error(request, str(refused))
        return redirect("level-appeal", appeal_id=found.pk)
    done = f"{voted.said}. They are told." if voted.answer else "Noted. One more person looks at it."
    messages.success(request, f"{found.decision.participant.full_name}: {done}")
    return redirect("reviews")


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_POST
def appeal_noted(request: HttpRequest, staff: Staff, decision_id: int) -> HttpResponse:
    """Somebody appealed by phone or on paper: noted for them."""
    decision = find_decision(decision_id=decision_id, seen_by=staff.as_actor())
    if decision is None:
        raise Http404
    now = timezone.now()
    try:
        appeal_decision(
            participant=decision.participant,
            decision_id=decision_id,
            way=Way.PAPER if request.POST.get("way") == Way.PAPER else Way.PHONE,
            words=request.POST.get("words", ""),
            wants_hearing=request.POST.get("hearing") == "yes",
            document=keep_scan(request, decision.participant, staff, now),
            noted_by=staff,
            now=now,
        )
        messages.success(request, "Their appeal is noted; they are told.")
    except DocumentRefused as refused:
        messages.error(request, why_not_kept(refused))
    except AppealRefused as refused:
        over = str(refused) == "over"
        why = "Its last day has passed." if over else "This decision cannot be appealed, or is appealed already."
        messages.error(request, why)
    return redirect("person", participant_id=decision.participant_id)
