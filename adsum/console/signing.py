"""What waits for a supervisor's signature, the calls that wait for an officer, and the end of “absconded”."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from adsum.checkins.actions import answer_call
from adsum.checkins.actions.ladder import CallRefused
from adsum.checkins.queries import find_rung
from adsum.console.access import staff_only
from adsum.console.proving import proved
from adsum.flags.actions import DecisionRefused
from adsum.flags.policy import FlagsPolicy
from adsum.misses.actions import end_absconding, sign_step
from adsum.misses.queries import calls_to_make, find_step, steps_to_sign
from adsum.misses.rules import CHECKS
from adsum.offices.rules import Role
from adsum.people.queries import find_participant
from adsum.policies.queries import in_force

if TYPE_CHECKING:
    from adsum.offices.models import Staff


@staff_only(Role.SUPERVISOR)
@require_safe
def signatures(request: HttpRequest, staff: Staff) -> HttpResponse:
    """What officers have proposed and another person has to sign, oldest first."""
    waiting = Paginator(steps_to_sign(seen_by=staff.as_actor()), in_force(FlagsPolicy, now=timezone.now()).page_size)
    page = {"staff": staff, "page": waiting.get_page(request.GET.get("page")), "checks": CHECKS}
    return render(request, "console/signatures.html", page)


@staff_only(Role.SUPERVISOR)
@require_POST
@proved
def signature(request: HttpRequest, staff: Staff, step_id: int) -> HttpResponse:
    """Sign a proposed step, or refuse it, with a reason."""
    if find_step(step_id=step_id, seen_by=staff.as_actor()) is None:
        raise Http404
    agrees, reason = request.POST.get("answer") == "sign", request.POST.get("reason", "")
    try:
        step = sign_step(step_id=step_id, supervisor=staff, agrees=agrees, reason=reason, now=timezone.now())
    except DecisionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        name = step.participant.full_name
        done = "Signed: it holds from now on, and the person is told" if agrees else "Refused: an officer decides again"
        messages.success(request, f"{done} ({name}).")
    return redirect("signatures")


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_safe
def calls(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Whom to call about a missed check-in, who waits longest first."""
    only_mine = staff.role == Role.OFFICER and request.GET.get("of") != "office"
    waiting = Paginator(
        calls_to_make(seen_by=staff.as_actor(), only_mine=only_mine),
        in_force(FlagsPolicy, now=timezone.now()).page_size,
    )
    page = {"staff": staff, "page": waiting.get_page(request.GET.get("page")), "only_mine": only_mine}
    return render(request, "console/calls.html", page)


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_POST
def call(request: HttpRequest, staff: Staff, rung_id: int) -> HttpResponse:
    """What a call came to."""
    if find_rung(rung_id=rung_id, seen_by=staff.as_actor()) is None:
        raise Http404
    reached, words = request.POST.get("reached") == "yes", request.POST.get("words", "")
    try:
        answer_call(rung_id=rung_id, officer=staff, reached=reached, words=words, now=timezone.now())
        messages.success(request, "Noted." if reached else "Noted. The ladder goes on.")
    except CallRefused as refusal:
        messages.warning(request, str(refusal))
    return redirect("calls")


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_POST
def absconding_end(request: HttpRequest, staff: Staff, participant_id: int) -> HttpResponse:
    """The person is found: the record “absconded” ends, with a reason."""
    if find_participant(participant_id=participant_id, seen_by=staff.as_actor()) is None:
        raise Http404
    try:
        reason = request.POST.get("reason", "")
        end_absconding(participant_id=participant_id, officer=staff, reason=reason, now=timezone.now())
        messages.success(request, "The record has ended. The participant is told.")
    except DecisionRefused as refusal:
        messages.warning(request, str(refusal))
    return redirect("person", participant_id=participant_id)
