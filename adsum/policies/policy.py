"""Knobs about policies themselves."""

from dataclasses import dataclass

from adsum.core.knobs import Policy, knob


@dataclass(frozen=True)
class PoliciesPolicy(Policy):
    """How a rule may change."""

    notice_minutes: int = knob(
        10,
        low=2,
        high=10_080,
        why="A change begins so long after its approval: every process has read it by then, and nobody is surprised.",
    )
