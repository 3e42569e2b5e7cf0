"""Knobs about caseloads."""

from dataclasses import dataclass

from adsum.core.knobs import Policy, Reach, knob


@dataclass(frozen=True)
class StaffingPolicy(Policy):
    """Which officer gets a person."""

    by_language: bool = knob(
        True,
        reach=Reach.OFFICE,
        why="An officer who speaks the person's language needs no interpreter, and hears what is meant.",
    )
    uneven_percent: int = knob(
        25,
        reach=Reach.OFFICE,
        low=0,
        high=300,
        why="Who speaks a language may have so much more than the office's average; then somebody else helps.",
    )
    families_together: bool = knob(
        True, reach=Reach.OFFICE, why="One officer knows the whole family, and one visit can be for all of them."
    )
    told_of_officer: bool = knob(
        True, reach=Reach.OFFICE, why="People should know by name to whom they write, when that changes."
    )
    shown_most: int = knob(
        200, low=20, high=2_000, why="A page shows so many changes one by one; the command lists all of them."
    )
