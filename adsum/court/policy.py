"""Knobs about what the court says."""

from dataclasses import dataclass

from adsum.core.knobs import Policy, knob


@dataclass(frozen=True)
class CourtPolicy(Policy):
    """How long what the court sent is kept."""

    hour_if_unknown: int = knob(
        8,
        low=0,
        high=23,
        why="Where the court names a day without an hour, it stands in the calendar from when courts open.",
    )
    keep_aside_days: int = knob(
        365,
        low=30,
        high=1825,
        why="A broken line may be about somebody: it is kept while the court can still be asked what it meant.",
    )
