"""Knobs about notices."""

from dataclasses import dataclass

from adsum.core.knobs import Policy, knob


@dataclass(frozen=True)
class NoticesPolicy(Policy):
    """How long notices are kept."""

    keep_days: int = knob(
        1825,
        low=365,
        high=3650,
        why="A person must be able to show what they were told for as long as it can matter.",
    )


POLICY = NoticesPolicy()
