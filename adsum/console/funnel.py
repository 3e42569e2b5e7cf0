"""The way in: how many reached each step, on which devices it fails, who is stuck, and how to help them."""

from __future__ import annotations

import csv
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from adsum.appointments.policy import AppointmentsPolicy
from adsum.console.access import staff_only
from adsum.console.charts import bars
from adsum.console.waves import CHANNEL_WORDS
from adsum.enrolment.queries import listed_people, waves_seen
from adsum.flags.actions import raise_flag
from adsum.flags.rules import NewFlag, Reason
from adsum.funnel.policy import FunnelPolicy
from adsum.funnel.queries import funnel_of, stuck_at, way_in_of
from adsum.funnel.rules import FAILURES, GROUPINGS, ORDER, STEPS, Failed, FunnelGroup, Step
from adsum.notices.channels.all import channels_set_up
from adsum.notices.rules import Channel
from adsum.offices.rules import Role
from adsum.people.actions import record_look
from adsum.people.queries import find_participant, participants
from adsum.policies.queries import in_force
from adsum.waves.actions import WaveRefused, invite_again
from adsum.waves.queries import ways_again

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from adsum.offices.models import Staff
    from adsum.people.models import Participant

GROUPED = {
    "browser": "browser",
    "system": "operating system",
    "language": "language",
    "network": "network",
    "channel": "channel",
}
OFFICE_OPENS = time(9)


@staff_only(Role.SUPERVISOR, Role.PROGRAMME)
@require_safe
def funnel(request: HttpRequest, staff: Staff) -> HttpResponse:
    """How far people are, from the list to the first check-in; as a whole, by device and language, or as CSV."""
    me, now = staff.as_actor(), timezone.now()
    by = request.GET.get("by", "browser")
    by = by if by in GROUPINGS else "browser"
    people, wave = _people_asked(request, staff)
    [whole] = funnel_of(people=people, seen_by=me)
    groups = funnel_of(people=people, seen_by=me, by=by)
    if request.GET.get("csv"):
        return _as_csv(by, [whole, *groups])
    page = {
        "staff": staff,
        "whole": whole,
        "rows": _rows(whole),
        "failures": _failures(whole),
        "groups": [(group, [(step, group.reached[step], group.rate(step)) for step in ORDER]) for group in groups],
        "failures_by_group": [(group.name, _failures(group)) for group in groups if group.failures],
        "chart": bars(
            "How many have reached each step",
            [(STEPS[step], [whole.reached[step]]) for step in ORDER],
            series=[(1, "People")],
            share=False,
        ),
        "steps": STEPS,
        "by": by,
        "grouped": GROUPED,
        "by_words": GROUPED[by],
        "waves": waves_seen(seen_by=me)[:20],
        "wave": wave,
        "own_wave": staff.role == Role.SUPERVISOR and waves_seen(seen_by=me).filter(pk=wave or 0).exists(),
        "query": urlencode({"wave": wave or "", "by": by}),
        "at": now,
        "live": request.GET.get("live") == "yes",
        "may_help": staff.role == Role.SUPERVISOR,
    }
    response = render(request, "console/funnel.html", page)
    if page["live"]:
        response["Refresh"] = str(in_force(FunnelPolicy, now=now).refresh_seconds)
    return response


def _people_asked(request: HttpRequest, staff: Staff) -> tuple[QuerySet[Participant], int | None]:
    """Everybody whom this member of staff may see, or those of one wave; with that wave's id."""
    asked, me = request.GET.get("wave", ""), staff.as_actor()
    if asked.isdecimal() and len(asked) < 18:
        return listed_people(wave_id=int(asked), seen_by=me), int(asked)
    return participants(seen_by=me), None


def _rows(group: FunnelGroup) -> list[dict[str, Any]]:
    """Each step with its numbers, for the table; at the last one nobody is stuck."""
    before = [None, *ORDER]
    return [
        {
            "step": step,
            "words": STEPS[step],
            "reached": group.reached[step],
            "of_all": group.rate(step),
            "of_before": group.rate(step, of=earlier) if earlier else None,
            "stuck": group.stuck(step) if step is not ORDER[-1] else None,
        }
        for step, earlier in zip(ORDER, before, strict=False)
    ]


def _failures(group: FunnelGroup) -> list[tuple[str, str, int]]:
    """What failed, the most frequent first: step, class, how often."""
    return [(STEPS[step], failure_words(failed), count) for (step, failed), count in group.failures.most_common()]


def failure_words(failed: str) -> str:
    """What a class of failure is called; a class of nobody's is its own name."""
    return FAILURES[Failed(failed)] if failed in set(Failed) else failed


def _as_csv(by: str, groups: list[FunnelGroup]) -> HttpResponse:
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="funnel.csv"'
    writer = csv.writer(answer)
    writer.writerow([by, "what", "step", "count"])
    for place, group in enumerate(groups):
        name = (group.name or "not known") if place else "everybody"
        writer.writerows([name, "reached", step.value, group.reached[step]] for step in ORDER)
        writer.writerows([name, failed, step.value, count] for (step, failed), count in group.failures.items())
    return answer


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_safe
def stuck(request: HttpRequest, staff: Staff, step: str) -> HttpResponse:
    """Who stands at this step and goes no further, longest first, with what failed last."""
    if step not in set(Step):
        raise Http404
    people, wave = _people_asked(request, staff)
    size = in_force(FunnelPolicy, now=timezone.now()).page_size
    asked = request.GET.get("page", "1")
    number = max(1, int(asked)) if asked.isdecimal() and len(asked) < 7 else 1
    found = stuck_at(people=people, step=Step(step), seen_by=staff.as_actor(), most=size + 1, after=(number - 1) * size)
    page = {
        "staff": staff,
        "words": STEPS[Step(step)],
        "step": step,
        "found": [(one, failure_words(one.failed)) for one in found[:size]],
        "number": number,
        "earlier": number - 1,
        "later": number + 1 if len(found) > size else 0,
        "wave": wave or "",
    }
    return render(request, "console/stuck.html", page)


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_http_methods(["GET", "HEAD", "POST"])
def way_in_help(request: HttpRequest, staff: Staff, participant_id: int) -> HttpResponse:
    """Where this person is stuck, and what can be done for them: a code, a call, an appointment."""
    me, now = staff.as_actor(), timezone.now()
    participant = find_participant(participant_id=participant_id, seen_by=me)
    if participant is None:
        raise Http404
    if request.method == "POST" and request.POST.get("do") == "again":
        return _send_again(request, participant, staff)
    if request.method == "POST":
        raise_flag(flag=NewFlag(participant.pk, Reason.STUCK, "way-in"), actor=me, now=now)
        messages.success(request, f"{participant.full_name} stands on the worklist, to be called.")
        return redirect("way-in-help", participant_id=participant_id)
    record_look(participant=participant, actor=me, now=now)
    again = ways_again(participant=participant, can=channels_set_up(), now=now, seen_by=me)
    taken = way_in_of(participant_id=participant_id, seen_by=me)
    page = {
        "staff": staff,
        "participant": participant,
        "taken": [(one, STEPS[Step(one.step)], failure_words(one.failed)) for one in taken],
        "suggested_at": _next_morning(now, participant),
        "again": again,
        "again_ways": [(one, CHANNEL_WORDS[one]) for one in again.channels],
    }
    return render(request, "console/way_in_help.html", page)


def _send_again(request: HttpRequest, participant: Participant, staff: Staff) -> HttpResponse:
    """The invitation once more, over the channel that was chosen."""
    channel = request.POST.get("channel", "")
    try:
        invite_again(
            participant=participant, channel=channel, actor=staff.as_actor(), can=channels_set_up(), now=timezone.now()
        )
    except WaveRefused as refused:
        messages.error(request, str(refused))
    else:
        goes = "with the next print run of the wave" if channel == Channel.LETTER else "in the next sending hour"
        messages.success(request, f"{CHANNEL_WORDS[channel]} to {participant.full_name}: it goes {goes}.")
    return redirect("way-in-help", participant_id=participant.pk)


def _next_morning(now: datetime, participant: Participant) -> datetime:
    """The first weekday of which the person learns early enough, when offices open; the officer can change it."""
    notice = timedelta(hours=in_force(AppointmentsPolicy, now=now).notice_hours)
    day = (now + notice).astimezone(participant.office.zone).date() + timedelta(days=1)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return datetime.combine(day, OFFICE_OPENS, participant.office.zone)
