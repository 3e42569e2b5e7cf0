"""Knobs about handing over."""

from dataclasses import dataclass

from adsum.core.knobs import Policy, knob


@dataclass(frozen=True)
class HandoverPolicy(Policy):
    """How large a bundle may be, and how long it is kept that one was made."""

    most_megabytes: int = knob(
        4_000,
        low=10,
        high=100_000,
        why="A file that claims to be larger unpacked is refused before it is read: none fills the disk.",
    )
    keep_handings_days: int = knob(
        1825,
        low=365,
        high=3650,
        why="Who had a person's whole file made, and why, is part of their story so long.",
    )
