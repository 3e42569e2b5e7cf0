"""A person's check-in days: changed, paused, resumed by a named officer, with a reason that the participant reads."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_POST

from adsum.checkins.actions import ScheduleRefused, add_plan, change_schedule, end_plan, pause_schedule, resume_schedule
from adsum.checkins.policy import CheckinPolicy
from adsum.checkins.queries import pauses_of, plans_of
from adsum.checkins.rules import PAUSES, WEEKDAYS, DutyKind, PauseReason, read_rhythm
from adsum.console.access import staff_only
from adsum.offices.rules import Role
from adsum.people.queries import find_participant
from adsum.policies.queries import in_force

if TYPE_CHECKING:
    from adsum.ledger.rules import Actor
    from adsum.offices.models import Staff
    from adsum.people.models import Participant


def schedule_for(*, participant_id: int, seen_by: Actor) -> dict[str, Any]:
    """What the person's page shows of their schedule."""
    running = plans_of(participant_id=participant_id, seen_by=seen_by).filter(ended_at__isnull=True)
    plans = sorted(running, key=lambda plan: plan.kind != DutyKind.CHECK_IN)
    level, today = plans[0].level if plans else "", timezone.localdate()
    policy = in_force(CheckinPolicy, now=timezone.now(), office_id=seen_by.office_id, level=level)
    return {
        "plans": plans,
        "pause": pauses_of(participant_id=participant_id, seen_by=seen_by).filter(ended_at__isnull=True).first(),
        "pause_reasons": PAUSES.items(),
        "kinds_to_add": [kind for kind in DutyKind if kind not in {plan.kind for plan in plans}],
        "weekday_names": WEEKDAYS,
        "first_days": (
            today + timedelta(days=policy.schedule_notice_days),
            today + timedelta(days=policy.made_ahead_days),
        ),
    }


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_POST
def schedule(request: HttpRequest, staff: Staff, participant_id: int) -> HttpResponse:
    """Change, pause or resume; then the person's page again."""
    participant = find_participant(participant_id=participant_id, seen_by=staff.as_actor())
    if participant is None:
        raise Http404
    try:
        messages.success(request, _do(request.POST, participant, staff))
    except ScheduleRefused as refusal:
        messages.warning(request, str(refusal))
    return redirect("person", participant_id=participant_id)


def _do(sent: QueryDict, participant: Participant, staff: Staff) -> str:
    reason, now = sent.get("reason", ""), timezone.now()
    if sent.get("do") == "pause":
        why = next((one for one in PauseReason if one == sent.get("why")), PauseReason.OTHER)
        pause_schedule(participant=participant, why=why, reason=reason, officer=staff, now=now)
        return "The check-ins are paused. The participant is told."
    if sent.get("do") == "resume":
        resume_schedule(participant=participant, from_on=_day(sent), reason=reason, officer=staff, now=now)
        return "The check-ins go on. The participant is told."
    return _do_to_plan(sent, participant, staff)


def _do_to_plan(sent: QueryDict, participant: Participant, staff: Staff) -> str:
    reason, now = sent.get("reason", ""), timezone.now()
    plans = plans_of(participant_id=participant.pk, seen_by=staff.as_actor())
    plan_id = next((plan.pk for plan in plans if str(plan.pk) == sent.get("plan")), 0)
    if sent.get("do") == "end":
        end_plan(plan_id=plan_id, officer=staff, reason=reason, now=now)
        return "This plan has ended. The participant is told."
    rhythm = read_rhythm(sent.get("form", ""), number=sent.get("number", ""), weekdays=sent.getlist("weekdays"))
    if rhythm is None:
        raise ScheduleRefused("Say how often: 1 to 366 days, a day of the month, or at least one weekday.")
    if sent.get("do") == "add":
        kind = next((one for one in DutyKind if one == sent.get("kind")), DutyKind.PHOTO)
        add_plan(
            participant=participant, kind=kind, rhythm=rhythm, from_on=_day(sent), officer=staff, reason=reason, now=now
        )
        return "It is asked for. The participant is told."
    change_schedule(plan_id=plan_id, rhythm=rhythm, from_on=_day(sent), officer=staff, reason=reason, now=now)
    return "The check-in days have changed. The participant is told."


def _day(sent: QueryDict) -> date:
    try:
        day = parse_date(sent.get("from_on", ""))
    except ValueError:
        day = None
    if day is None:
        raise ScheduleRefused("Choose a day.")
    return day
