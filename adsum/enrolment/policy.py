"""Knobs about waves, invitations and activation."""

from dataclasses import dataclass

from adsum.core.knobs import Policy, knob


@dataclass(frozen=True)
class EnrolmentPolicy(Policy):
    """How long a code lives, and how often it may be tried."""

    code_length: int = knob(
        10,
        low=8,
        high=16,
        why="Ten characters are fifty bits: short to type, hopeless to guess.",
    )
    code_days: int = knob(
        45,
        low=1,
        high=180,
        why="A letter takes days, a person on the move takes weeks.",
    )
    tries_per_code: int = knob(5, low=3, high=20, why="Enough for a mistyped birthday, too few to guess one.")
    tries_per_network: int = knob(
        60,
        low=10,
        high=1000,
        why="A library or a shelter is one network for many people; a guessing machine needs more.",
    )
    tries_window_minutes: int = knob(60, low=5, high=1440, why="After so long a person may try again.")
    keep_tries_days: int = knob(30, low=1, high=365, why="Long enough to see an attack, then forgotten.")
