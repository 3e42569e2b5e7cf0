"""Knobs about comparing."""

from dataclasses import dataclass

from adsum.core.knobs import Policy, knob


@dataclass(frozen=True)
class TrialsPolicy(Policy):
    """When two groups can be compared."""

    least_check_ins: int = knob(
        100,
        low=20,
        high=10_000,
        why="With fewer check-ins due in a group, chance alone makes differences of ten percent.",
    )
    shown_days: int = knob(28, low=7, high=366, why="One round of monthly check-ins, where nobody names other days.")
