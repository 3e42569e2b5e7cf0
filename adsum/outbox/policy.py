"""Knobs about delivering facts."""

from dataclasses import dataclass

from adsum.core.knobs import Policy, knob


@dataclass(frozen=True)
class OutboxPolicy(Policy):
    """How often a fact that a consumer refuses is tried again, and when it is put aside."""

    tries: int = knob(
        12,
        low=1,
        high=50,
        why="With doubling pauses about an hour: so long does one refused fact hold the same person's next ones back.",
    )
    first_pause_seconds: int = knob(
        2,
        low=1,
        high=600,
        why="Most refusals are a restart of the other side, over in seconds.",
    )
    longest_pause_seconds: int = knob(
        3600,
        low=1,
        high=86_400,
        why="After a repair on the other side nobody should wait longer than an hour.",
    )
    batch_size: int = knob(
        100,
        low=1,
        high=10_000,
        why="So many facts at most are sent once more after a kill in the middle.",
    )
