"""Versions of the match model side by side, on the same judged pairs; leads by kinds of names. As of the last night."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from adsum.checkins.rules.courses import wilson
from adsum.console.charts import Chart, bars
from adsum.records.rules import reference

if TYPE_CHECKING:
    from adsum.records.models import MatchFigures, MatchModel

SERIES = [(1, "As this version says"), (2, "As people judged")]
Told = Mapping[str, Any]


class Row(NamedTuple):
    """One figure of each version, side by side."""

    name: str
    figures: list[str]


def share(hits: int, of: int) -> str:
    """A share with its interval, in words; a dash where there is nothing."""
    if not of:
        return "–"
    found = wilson(hits, of)
    return f"{found.share:.1%} ({found.low:.0%} to {found.high:.0%})"


# Each row of the table: its words, and what stands in it for a version.
_ROWS: tuple[tuple[str, Callable[[Told], str]], ...] = (
    ("Of what it calls likely: really the same", lambda one: share(one["all"]["likely_same"], one["all"]["likely"])),
    ("Of the same people: called likely", lambda one: share(one["all"]["likely_same"], one["all"]["same"])),
    ("Of the same people: never shown", lambda one: share(_hidden(one["all"]), one["all"]["same"])),
    ("Of somebody else’s records: shown", lambda one: share(_shown_wrong(one["all"]), _others(one["all"]))),
    ("How far its chances are off, on average", lambda one: f"{one['all']['error']:.1%}"),
    ("Leads to judge for 1,000 new records", lambda one: _per_thousand(*one["load"])),
    ("Not learnt from: likely and the same", lambda one: share(one["unseen"]["likely_same"], one["unseen"]["likely"])),
    ("Not learnt from: chances off by", lambda one: f"{one['unseen']['error']:.1%}" if one["unseen"]["pairs"] else "–"),
)  # fmt: skip


def side_by_side(figures: MatchFigures | None) -> dict[str, Any]:
    """The tables: each version a column; the kinds of names; nothing where nothing has been judged."""
    if figures is None:
        return {}
    versions = figures.versions
    return {
        "figures": figures,
        "version_names": [one["model"] for one in versions],
        "rows": [Row(name, [tell(one) for one in versions]) for name, tell in _ROWS],
        "found_by_names": _by_names(versions, lambda told: share(told["likely_same"], told["same"])),
        "wrong_by_names": _by_names(versions, lambda told: share(_shown_wrong(told), _others(told))),
        "names": [_of_names(one) for one in sorted(figures.names, key=lambda one: -one["leads"])],
    }


def with_figures(
    models: Sequence[MatchModel], figures: MatchFigures | None
) -> list[tuple[MatchModel, dict[str, Any] | None]]:
    """Each version with its calibration curve, and of what it says something else than the one that is on."""
    told = {one["model"]: one for one in figures.versions} if figures else {}
    return [(model, _detail(told[model.name]) if model.name in told else None) for model in models]


def before_this(models: Sequence[MatchModel]) -> MatchModel | None:
    """The version that was on before the one that is on now."""
    earlier = [model for model in models if model.off_since and not model.on_since]
    return max(earlier, key=lambda model: model.off_since) if earlier else None  # type: ignore[arg-type, return-value]


def _detail(told: Told) -> dict[str, Any]:
    others = [{**one, "number": reference(one["lead"])} for one in told["otherwise"]]
    return {"chart": _curve(told["curve"]) if told["curve"] else None, "otherwise": others}


def _curve(curve: Sequence[Sequence[float]]) -> Chart:
    rows = [(f"About {said:.0%} ({count:.0f} judged)", [said, came]) for count, said, came in curve]
    return bars("Share that is about the same person", rows, series=SERIES, share=True)


def _by_names(versions: Sequence[Told], tell: Callable[[Told], str]) -> list[Row]:
    kinds = sorted({kind for one in versions for kind in one["by_names"]})
    return [
        Row(kind, [tell(one["by_names"][kind]) if kind in one["by_names"] else "–" for one in versions])
        for kind in kinds
    ]


def _of_names(one: Told) -> dict[str, Any]:
    decided = one["same"] + one["not_same"]
    return {
        **one,
        "judged": decided + one["cannot_tell"],
        "load": f"{1000 * one['leads'] / one['people']:.0f}" if one["people"] else "–",
        "wrong": share(one["not_same"], decided),
    }


def _others(told: Told) -> int:
    return int(told["pairs"]) - int(told["same"])


def _shown_wrong(told: Told) -> int:
    return int(told["shown"]) - int(told["shown_same"])


def _hidden(told: Told) -> int:
    return int(told["same"]) - int(told["shown_same"])


def _per_thousand(leads: int, records: int) -> str:
    return f"{1000 * leads / records:.1f}" if records else "–"
