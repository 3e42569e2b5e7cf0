"""A proposed policy, tried on the recorded past: the page. Its progress is written as it is made, without a script."""

from __future__ import annotations

import csv
import json
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from adsum.checkins.past_queries import find_proposal, lives_between, planned_people, start_simulation
from adsum.checkins.policy import CheckinPolicy
from adsum.checkins.rules.courses import Dimension, World, wilson
from adsum.checkins.rules.simulation import Proposal, Simulation, read_proposal, simulate
from adsum.checkins.rules.telling import WORLDS, Call, groups_of, measures_of, sentences, table, workloads_of
from adsum.console.access import staff_only
from adsum.console.charts import Chart, bars
from adsum.console.pieces import InPieces, in_a_thread
from adsum.console.words import LEVELS, language_words
from adsum.core.text import clean_line
from adsum.offices.queries import list_offices
from adsum.offices.rules import Role
from adsum.policies.queries import in_force, policy_versions
from adsum.policies.rules import BadPolicy

if TYPE_CHECKING:
    from adsum.offices.models import Staff

HERE, MONTHS = "<!--result-->", timedelta(days=90)
CHARTED = ("Reported in time", "Reported late", "Marked missed", "Of these, turned out fine")


@dataclass(frozen=True)
class Asked:
    """What somebody wants to try, as they wrote it."""

    version: str
    rules: str
    since: str
    until: str


@staff_only(Role.SUPERVISOR, Role.PROGRAMME, Role.AUDITOR)
@require_safe
def try_policy(request: HttpRequest, staff: Staff) -> HttpResponseBase:
    """What a proposed policy would have done, beside what happened: numbers, charts, a table to save."""
    asked = _asked(request)
    if not request.GET.get("from"):
        return _form(request, staff, asked)
    try:
        simulation = _begin(asked, staff)
    except BadPolicy as bad:
        return _form(request, staff, asked, error=str(bad))
    if request.GET.get("csv"):
        return _save(simulation, staff)
    head, _, tail = _form(request, staff, asked).content.decode().partition(HERE)
    return InPieces(in_a_thread(_told(head, tail, simulation, staff, request.GET.urlencode())))


def _asked(request: HttpRequest) -> Asked:
    today = timezone.localdate()
    given = {name: clean_line(request.GET.get(name, "")) for name in ("version", "from", "to")}
    return Asked(
        version=given["version"],
        rules=request.GET.get("rules", "")[:10_000],
        since=given["from"] or (today - MONTHS).isoformat(),
        until=given["to"] or today.isoformat(),
    )


def _form(request: HttpRequest, staff: Staff, asked: Asked, *, error: str = "") -> HttpResponse:
    page = {
        "staff": staff,
        "asked": asked,
        "error": error,
        "versions": policy_versions(seen_by=staff.as_actor())[:50],
    }
    return render(request, "console/simulate.html", page, status=400 if error else 200)


def _begin(asked: Asked, staff: Staff) -> Simulation:
    since, until = _day(asked.since), _day(asked.until)
    me, now = staff.as_actor(), timezone.now()
    simulation = start_simulation(proposal=_proposal(asked, staff), since=since, until=until, now=now, seen_by=me)
    most = in_force(CheckinPolicy, now=now).tried_on_page_people
    if planned_people(since=since, until=until, seen_by=me)[: most + 1].count() > most:
        raise BadPolicy(
            f"these days have more than {most:,} people: choose fewer days, or have the operator run"
            " “adsum policy simulate”"
        )
    return simulation


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadPolicy(f"“{text}” is no day: write it as 2026-05-31") from error


def _proposal(asked: Asked, staff: Staff) -> Proposal:
    if asked.version:
        known = asked.version.isascii() and asked.version.isdecimal() and len(asked.version) < 16
        return find_proposal(version_id=int(asked.version) if known else 0, seen_by=staff.as_actor())
    try:
        raw: Any = json.loads(asked.rules or "{}")
    except (ValueError, RecursionError) as error:
        raise BadPolicy(f"the knobs are no JSON ({error})") from error
    offices = {office.code: office.pk for office in list_offices(seen_by=staff.as_actor())}
    return read_proposal(raw, name="The knobs above", offices=offices)


def _told(head: str, tail: str, simulation: Simulation, staff: Staff, query: str) -> Generator[str, None, None]:
    """The page in pieces: the form, how far it is, the result. A reader without styles sees each step."""
    yield head
    me, since, until = staff.as_actor(), simulation.since, simulation.until
    total = planned_people(since=since, until=until, seen_by=me).count()
    for looked_at in simulate(simulation, lives_between(since=since, until=until, seen_by=me)):
        yield format_html(
            '<p class="step"><progress max="{}" value="{}"></progress> {} of {} people</p>\n',
            total, looked_at, looked_at, total,
        )  # fmt: skip
    with translation.override("en"):
        yield render_to_string("console/simulated.html", _page(simulation, _caller(staff)) | {"query": query})
    yield tail


def _caller(staff: Staff) -> Call:
    offices = {str(office.pk): office.name for office in list_offices(seen_by=staff.as_actor())}
    levels = {str(level): words for level, words in LEVELS.items()}

    def call(dimension: Dimension, value: str) -> str:
        if dimension == Dimension.LANGUAGE:
            return str(language_words(value))
        known = {Dimension.OFFICE: offices, Dimension.LEVEL: levels}.get(dimension, {})
        return known.get(value, value or "not known")

    return call


def _page(simulation: Simulation, call: Call) -> dict[str, Any]:
    numbers = [(words, [f"{number:,}" for number in row]) for words, row in measures_of(simulation)]
    return {
        "simulation": simulation,
        "people": f"{simulation.people:,}",
        "says": sentences(simulation, call=call),
        "worlds": list(WORLDS.values()),
        "measures": [*numbers, *workloads_of(simulation)],
        "charts": list(_charts(simulation, call)),
        "tables": list(_tables(simulation, call)),
        "differences": [
            f"recorded: {recorded}; replayed: {replayed} ({count:,})"
            for (recorded, replayed), count in simulation.differences.most_common()
        ],
    }


def _charts(simulation: Simulation, call: Call) -> Iterator[Chart]:
    rows = [(words, row) for words, row in measures_of(simulation) if words in CHARTED]
    series = list(enumerate(WORLDS.values()))
    yield bars("Check-ins", rows, series=series, share=False)
    for dimension, groups in groups_of(simulation):
        if len(groups) > 1:
            rates = [
                (call(dimension, value), [group.tallies[world].miss_rate for world in (World.CURRENT, World.PROPOSED)])
                for value, group in groups[:12]
            ]
            yield bars(f"Share of check-ins marked missed, by {dimension}", rates, series=series[1:], share=True)


def _tables(simulation: Simulation, call: Call) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for dimension, groups in groups_of(simulation):
        yield (
            str(dimension),
            [
                {
                    "name": call(dimension, value),
                    "people": f"{group.people:,}",
                    "rates": [f"{group.tallies[world].miss_rate:.1%}" for world in World],
                    "newly": str(wilson(group.newly, group.people)),
                }
                for value, group in groups
            ],
        )


def _save(simulation: Simulation, staff: Staff) -> HttpResponse:
    lives = lives_between(since=simulation.since, until=simulation.until, seen_by=staff.as_actor())
    for _ in simulate(simulation, lives):
        pass
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="policy-{simulation.since}-{simulation.until}.csv"'
    rows = list(table(simulation, call=_caller(staff)))
    writer = csv.DictWriter(answer, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return answer
