"""Waves: from a file over a dry run to the first stage, and what becomes of the stages."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from adsum.console.access import staff_only
from adsum.core.typesetting import typeset
from adsum.enrolment.rules import COLUMNS, MORE_COLUMNS
from adsum.notices.channels.all import channels_set_up
from adsum.offices.rules import Role
from adsum.policies.queries import in_force
from adsum.waves.actions import (
    WaveRefused,
    ask_enrolment,
    go_on,
    keep_file,
    post_batch,
    print_again,
    print_batch,
    start_stage,
    stop_stage,
)
from adsum.waves.policy import WavesPolicy
from adsum.waves.queries import (
    batches_of,
    find_batch,
    letters_to_print,
    measure_stage,
    people_in_no_stage,
    progress_of,
    stages_of,
    verdicts_of,
    wave_files,
    waves_of,
)
from adsum.waves.rules import error_in_words, in_dollars, judge, percent_of, wilson

if TYPE_CHECKING:
    from adsum.enrolment.models import Wave
    from adsum.offices.models import Staff
    from adsum.waves.actions import Letter
    from adsum.waves.models import LetterBatch, Stage, Verdict, WaveFile
    from adsum.waves.rules import Measured

CHANNEL_WORDS = {"sms": "Text message", "email": "E-mail", "letter": "Paper letter", "": "No way to reach them"}
SECONDS_TO_LOOK_AGAIN = 3
EVERYBODY = 100


@staff_only(Role.SUPERVISOR)
@require_http_methods(["GET", "HEAD", "POST"])
def waves(request: HttpRequest, staff: Staff) -> HttpResponse:
    """The office's waves, and the form to upload a list for a new one."""
    me, error = staff.as_actor(), ""
    if request.method == "POST" and staff.office is not None:
        file = request.FILES.get("file")
        try:
            kept = keep_file(
                office=staff.office,
                wave_name=request.POST.get("name", ""),
                file_name=(file.name or "") if file else "",
                content=file.read() if file else b"",
                staff=staff,
                actor=me,
                now=timezone.now(),
            )
        except WaveRefused as refused:
            error = str(refused)
        else:
            _wake_the_worker()
            return redirect("wave-file", file_id=kept.pk)
    found = [{"wave": one, **_where_it_stands(one, staff)} for one in waves_of(seen_by=me)[:50]]
    page = {
        "staff": staff,
        "waves": found,
        "files": wave_files(seen_by=me).filter(enrolled_at__isnull=True)[:10],
        "typed": request.POST,
        "columns": COLUMNS,
        "more_columns": MORE_COLUMNS,
        "error": error,
    }
    return render(request, "console/waves.html", page, status=400 if error else 200)


def _wake_the_worker() -> None:
    """Have the worker look now; it looks every minute anyhow."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        app.configure_task("drive-waves", queueing_lock="drive-waves").defer(timestamp=0)


def _where_it_stands(wave: Wave, staff: Staff) -> dict[str, Any]:
    """The newest stage of a wave, and the newest answer about it."""
    stage = stages_of(wave_id=wave.pk, seen_by=staff.as_actor()).last()
    ids = [stage.pk] if stage else []
    return {"stage": stage, "verdict": verdicts_of(stage_ids=ids, seen_by=staff.as_actor()).first()}


@staff_only(Role.SUPERVISOR)
@require_http_methods(["GET", "HEAD", "POST"])
def wave_file(request: HttpRequest, staff: Staff, file_id: int) -> HttpResponse:
    """What would become of an uploaded list; enrol it from here. It looks again by itself while the worker reads."""
    file = _file_or_404(staff, file_id)
    if request.method == "POST":
        try:
            ask_enrolment(file_id=file.pk, staff=staff, actor=staff.as_actor(), now=timezone.now())
            _wake_the_worker()
        except WaveRefused as refused:
            messages.error(request, str(refused))
        return redirect("wave-file", file_id=file.pk)
    if file.wave_id:
        return redirect("wave", wave_id=file.wave_id)
    page = {
        "staff": staff,
        "file": file,
        "trial": file.trial,
        "channels": _channels_of(file),
        "cost": in_dollars((file.trial or {}).get("cost_cents", 0)),
        "known": waves_of(seen_by=staff.as_actor()).filter(name=file.wave_name).first(),
    }
    response = render(request, "console/wave_file.html", page)
    if file.waits_for_worker:
        response["Refresh"] = str(SECONDS_TO_LOOK_AGAIN)
    return response


def _channels_of(file: WaveFile) -> list[dict[str, Any]]:
    return [
        {"words": _channel_words(one["channel"]), "count": one["count"], "cost": in_dollars(one["cents"])}
        for one in (file.trial or {}).get("channels", [])
    ]


def _channel_words(channel: str) -> str:
    return CHANNEL_WORDS[channel] + ("" if channel in channels_set_up() else ", not set up here")


@staff_only(Role.SUPERVISOR)
@require_safe
def wave_rejects(request: HttpRequest, staff: Staff, file_id: int) -> HttpResponse:
    """The rows of a list that would not be enrolled, with the reason of each, as a spreadsheet."""
    response = HttpResponse(_file_or_404(staff, file_id).rejects, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="rejects-{file_id}.csv"'
    return response


def _file_or_404(staff: Staff, file_id: int) -> WaveFile:
    file = wave_files(seen_by=staff.as_actor()).filter(pk=file_id).first()
    if file is None:
        raise Http404
    return file


@staff_only(Role.SUPERVISOR)
@require_safe
def wave(request: HttpRequest, staff: Staff, wave_id: int) -> HttpResponse:
    """One wave: its plan, the stage that runs with its figures, letters to print, why it holds, what was decided."""
    found, me, now = _wave_or_404(staff, wave_id), staff.as_actor(), timezone.now()
    policy = in_force(WavesPolicy, now=now, office_id=found.office_id)
    stages = list(stages_of(wave_id=found.pk, seen_by=me))
    history = list(verdicts_of(stage_ids=[one.pk for one in stages], seen_by=me)[:50])
    current = stages[-1] if stages else None
    page: dict[str, Any] = {
        "staff": staff,
        "wave": found,
        "policy": policy,
        "plan": _plan(stages, policy),
        "stage": current,
        "history": history,
        "batches": batches_of(wave_id=found.pk, seen_by=me)[:50],
        "next_number": len(stages) + 1,
        "can": [CHANNEL_WORDS[one] for one in policy.channels if one in channels_set_up()],
        "cannot": [CHANNEL_WORDS[one] for one in policy.channels if one not in channels_set_up()],
    }
    if current is not None:
        mine = [one for one in history if one.stage_id == current.pk]
        page |= {**_figures(current, staff, policy), "verdict": next(iter(mine), None)}
        page["reasons"] = _reasons(page["seen"], mine, policy)
        page["in_no_stage"] = _in_no_stage(current, staff, policy)
        page["letters"] = letters_to_print(stage_ids=[one.pk for one in stages], seen_by=me).count()
    return render(request, "console/wave.html", page)


def _in_no_stage(current: Stage, staff: Staff, policy: WavesPolicy) -> int:
    """Who came into the wave after its last stage had begun; 0 while stages of the plan are to come."""
    if percent_of(current.number + 1, policy) is not None or policy.stage_percents[-1] < EVERYBODY:
        return 0
    return people_in_no_stage(wave_id=current.wave_id, seen_by=staff.as_actor())


def _plan(stages: list[Stage], policy: WavesPolicy) -> list[dict[str, Any]]:
    """The stages of the plan, with when those that have begun did; further ones for whom was enrolled later."""
    begun = {stage.number: stage for stage in stages}
    planned = [
        {"number": number, "percent": percent, "stage": begun.get(number)}
        for number, percent in enumerate(policy.stage_percents, 1)
    ]
    further = [one for one in stages if one.number > len(planned)]
    return planned + [{"number": one.number, "percent": one.percent, "stage": one} for one in further]


def _reasons(seen: Measured, verdicts: list[Verdict], policy: WavesPolicy) -> list[str]:
    """Why a stage waits or holds: in the figures of this moment where the answer is still the same."""
    if not verdicts or verdicts[0].by_person:
        return []
    accepted = {why["key"] for one in verdicts if one.by_person for why in one.reasons}
    fresh = judge(seen, accepted=accepted, policy=policy)
    if fresh.answer == verdicts[0].answer:
        return [why.words for why in fresh.reasons]
    return [why["words"] for why in verdicts[0].reasons]


def _figures(stage: Stage, staff: Staff, policy: WavesPolicy) -> dict[str, Any]:
    """How the stage stands at this moment, measured anew."""
    seen = measure_stage(stage=stage, now=timezone.now(), policy=policy, seen_by=staff.as_actor())
    progress = progress_of(stage_id=stage.pk, seen_by=staff.as_actor())
    low, high = wilson(seen.measured_active, seen.measured)
    return {
        "seen": seen,
        "progress": progress,
        "ways": [(CHANNEL_WORDS[channel], count) for channel, count in progress.by_channel.items()],
        "low": round(low * 100),
        "high": round(high * 100),
        "met": [(error_in_words(name), count) for name, count in sorted(seen.met.items(), key=lambda one: -one[1])],
        "groups": [
            {"kind": one.kind, "name": one.words or one.name, "people": one.people, "active": one.active,
             "percent": round(100 * one.active / one.people)}
            for one in seen.groups
        ],
        "following": percent_of(stage.number + 1, policy),
    }  # fmt: skip


@staff_only(Role.SUPERVISOR)
@require_POST
def wave_stages(request: HttpRequest, staff: Staff, wave_id: int) -> HttpResponse:
    """The supervisor starts the first stage, or one more for whom was enrolled later; stops the one that runs, or lets
    one that holds go on, with a reason."""
    found, now, me = _wave_or_404(staff, wave_id), timezone.now(), staff.as_actor()
    asked, words = request.POST.get("do", ""), request.POST.get("reason", "")
    current = stages_of(wave_id=found.pk, seen_by=me).last()
    try:
        if asked == "start":
            start_stage(wave=found, number=1, actor=me, staff=staff, can=channels_set_up(), now=now)
            messages.success(request, "Stage 1 has begun. The first messages go within the sending hours.")
        elif current is None:
            raise WaveRefused("No stage of this wave has begun.")
        elif asked == "start-further":
            _start_further(current, staff, found)
            messages.success(request, f"Stage {current.number + 1} has begun, for who came later.")
        elif asked == "stop":
            stop_stage(stage=current, words=words, actor=me, staff=staff, now=now)
            messages.success(request, "Stopped. No message goes until you let it go on.")
        elif asked == "go-on":
            go_on(stage=current, words=words, actor=me, staff=staff, can=channels_set_up(), now=now)
            messages.success(request, "It goes on. Your reason stands in the history below.")
    except WaveRefused as refused:
        messages.error(request, str(refused))
    return redirect("wave", wave_id=found.pk)


def _start_further(current: Stage, staff: Staff, wave: Wave) -> None:
    now = timezone.now()
    if percent_of(current.number + 1, in_force(WavesPolicy, now=now, office_id=wave.office_id)) is not None:
        raise WaveRefused(f"Stage {current.number + 1} begins by itself.")
    start_stage(
        wave=wave,
        number=current.number + 1,
        actor=staff.as_actor(),
        staff=staff,
        can=channels_set_up(),
        now=now,
    )


@staff_only(Role.SUPERVISOR)
@require_POST
def wave_letters(request: HttpRequest, staff: Staff, wave_id: int) -> HttpResponse:
    """The next print run of a wave's letters as one PDF. Its codes are in this answer and nowhere else."""
    found, me, now = _wave_or_404(staff, wave_id), staff.as_actor(), timezone.now()
    why = "No letter waits to be printed."
    for stage in stages_of(wave_id=found.pk, seen_by=me):
        try:
            return _as_pdf(print_batch(stage=stage, actor=me, staff=staff, now=now), found)
        except WaveRefused as refused:
            why = str(refused)
    messages.error(request, why)
    return redirect("wave", wave_id=found.pk)


@staff_only(Role.SUPERVISOR)
@require_POST
def letter_batch(request: HttpRequest, staff: Staff, batch_id: int) -> HttpResponse:
    """A print run is in the post; or it is printed again with new codes, which ends those on the first print."""
    me, now = staff.as_actor(), timezone.now()
    batch = _batch_or_404(staff, batch_id)
    try:
        if request.POST.get("do") == "again":
            return _as_pdf(print_again(batch=batch, actor=me, staff=staff, now=now), batch.stage.wave)
        count = post_batch(batch=batch, actor=me, staff=staff, now=now)
        messages.success(request, f"{count} letters are marked as posted. Their time counts from now.")
    except WaveRefused as refused:
        messages.error(request, str(refused))
    return redirect("wave", wave_id=batch.stage.wave_id)


def _as_pdf(letters: list[Letter], wave: Wave) -> HttpResponse:
    now = timezone.now()
    sheets = {"title": "Letters to post", "letters": [one.sheet for one in letters]}
    response = HttpResponse(typeset("invitations", sheets, language="en", made_at=now), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="adsum-letters-{timezone.localdate()}-{wave.pk}.pdf"'
    return response


def _batch_or_404(staff: Staff, batch_id: int) -> LetterBatch:
    batch = find_batch(batch_id=batch_id, seen_by=staff.as_actor())
    if batch is None:
        raise Http404
    return batch


def _wave_or_404(staff: Staff, wave_id: int) -> Wave:
    found = waves_of(seen_by=staff.as_actor()).filter(pk=wave_id).first()
    if found is None:
        raise Http404
    return found
