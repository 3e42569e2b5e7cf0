"""How good the suggested matches are: what people judged of them, by band, source and month; versions of the model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from adsum.checkins.past_queries import count_checked
from adsum.console.access import staff_only
from adsum.console.charts import Chart, bars
from adsum.console.model_figures import before_this, share, side_by_side, with_figures
from adsum.offices.rules import Role
from adsum.records.actions.models import SwitchRefused, go_back, propose_model, switch_model, withdraw_model
from adsum.records.past_queries import (
    EDGES,
    JudgedCell,
    clocks_by_source,
    judged_cells,
    last_figures,
    loads_by_source,
    match_models,
    times_to_judge,
)
from adsum.records.rules import Stage

if TYPE_CHECKING:
    from adsum.offices.models import Staff

SHOWN = timedelta(days=365)
SERIES = [(1, "As the model said"), (2, "As people judged")]


class Outcome(NamedTuple):
    """What became of the leads of one band, source, month or version."""

    name: str
    judged: int
    same: int
    not_same: int
    cannot_tell: int
    said: float

    @property
    def decided(self) -> int:
        return self.same + self.not_same

    @property
    def precision(self) -> str:
        return share(self.same, self.decided)

    @property
    def false(self) -> str:
        return share(self.not_same, self.decided)

    @property
    def found(self) -> float:
        return self.same / self.decided if self.decided else 0.0


@staff_only(Role.SUPERVISOR, Role.PROGRAMME, Role.AUDITOR)
@require_safe
def match_quality(request: HttpRequest, staff: Staff) -> HttpResponse:
    """The figures since a day, and the versions of the model side by side."""
    me, now = staff.as_actor(), timezone.now()
    since = _since(request.GET.get("from", ""), now)
    cells, models, figures = (
        judged_cells(since=since, seen_by=me),
        list(match_models(seen_by=me)),
        last_figures(seen_by=me),
    )
    bands = outcomes(cells, lambda cell: cell.band, band_words)
    page = {
        "staff": staff,
        "since": since,
        "bands": bands,
        "chart": curve(bands),
        "sources": _sources(cells, since, staff),
        "months": outcomes(cells, lambda cell: cell.month, lambda month: f"{month:%B %Y}"),
        "by_model": outcomes(cells, lambda cell: cell.model, str),
        "times": times_to_judge(since=since, seen_by=me),
        "clocks": [(one, share(one.overdue, one.asked)) for one in clocks_by_source(since=since, now=now, seen_by=me)],
        "checks": count_checked(since=since, seen_by=me),
        "models": with_figures(models, figures),
        "before": before_this(models),
        "beside": side_by_side(figures),
        "may_switch": staff.role == Role.PROGRAMME,
    }
    return render(request, "console/quality.html", page)


@staff_only(Role.PROGRAMME)
@require_POST
def match_model(request: HttpRequest, staff: Staff, model_id: int) -> HttpResponse:
    """Propose a version of the model with a reason, or take that back; switch on what somebody else has proposed; go
    back to the one before with one click."""
    try:
        messages.success(request, _about_model(request.POST, staff, model_id, timezone.now()))
    except SwitchRefused as refused:
        messages.error(request, str(refused))
    return redirect("match-quality")


def _about_model(sent: Mapping[str, str], staff: Staff, model_id: int, now: datetime) -> str:
    if "withdraw" in sent:
        return f"{withdraw_model(model_id=model_id, staff=staff, now=now)} is not proposed any more."
    if "back" in sent or "switch" in sent:
        act = go_back if "back" in sent else switch_model
        return f"{act(model_id=model_id, staff=staff, now=now)} is on. What people judged stays as it is."
    model = propose_model(model_id=model_id, staff=staff, reason=sent.get("reason", ""), now=now)
    return f"{model} is proposed. A second person of the programme switches it on."


def _since(raw: str, now: datetime) -> datetime:
    """The start of a day that was asked for; a year ago where none was."""
    try:
        day = date.fromisoformat(raw)
        return timezone.make_aware(datetime.combine(day, time()))
    except (ValueError, OverflowError):
        return now - SHOWN


def outcomes(
    cells: Iterable[JudgedCell], key: Callable[[JudgedCell], Any], words: Callable[[Any], str]
) -> list[Outcome]:
    """The cells put together by something of theirs, in its order."""
    grouped: dict[Any, list[JudgedCell]] = defaultdict(list)
    for cell in cells:
        grouped[key(cell)].append(cell)
    return [_outcome(words(one), grouped[one]) for one in sorted(grouped)]


def _outcome(name: str, cells: Sequence[JudgedCell]) -> Outcome:
    ended = {stage: sum(cell.leads for cell in cells if cell.stage == stage) for stage in Stage}
    judged = sum(cell.leads for cell in cells)
    said = sum(cell.said for cell in cells) / judged
    return Outcome(name, judged, ended[Stage.SAME], ended[Stage.NOT_SAME], ended[Stage.CANNOT_TELL], said)


def band_words(band: int) -> str:
    """Between which chances a band lies."""
    low, high = (0.0, *EDGES)[band], (*EDGES, 1.0)[band]
    return f"{100 * low:g} to {100 * high:g} %"


def curve(bands: Sequence[Outcome]) -> Chart:
    """What the model said beside what people judged: where the bars are alike, its word can be taken."""
    rows = [(f"{one.name} ({one.decided} judged)", [one.said, one.found]) for one in bands if one.decided]
    return bars("Share that is about the same person", rows, series=SERIES, share=True)


def _sources(cells: Sequence[JudgedCell], since: datetime, staff: Staff) -> list[dict[str, Any]]:
    judged = {one.name: one for one in outcomes(cells, lambda cell: cell.source, str)}
    return [
        {
            "load": load,
            "per_thousand": f"{1000 * load.leads / load.records:.1f}" if load.records else "–",
            "outcome": judged.get(load.source),
        }
        for load in loads_by_source(since=since, seen_by=staff.as_actor())
    ]
