"""Knobs about staff."""

from dataclasses import dataclass

from adsum.core.knobs import Policy, knob


@dataclass(frozen=True)
class OfficesPolicy(Policy):
    """How often a password may be tried, and how long a proof of who somebody is holds."""

    tries_per_account: int = knob(10, low=3, high=50, why="Enough for a forgotten password, hopeless for guessing one.")
    tries_per_network: int = knob(100, low=10, high=1000, why="A whole office shares one network.")
    tries_window_minutes: int = knob(15, low=5, high=1440, why="After so long an account may be tried again.")
    keep_tries_days: int = knob(30, low=1, high=365, why="Long enough to see an attack, then forgotten.")
    challenge_minutes: int = knob(
        10, low=2, high=60, why="Time to find the key or the finger, or to sign in at the agency's own service."
    )
    proof_minutes: int = knob(
        15,
        low=1,
        high=540,
        why="Who signs what binds a person shows again who they are: a session left open signs nothing in their name.",
    )
    kiosk_still_seconds: int = knob(
        120,
        low=30,
        high=900,
        why="Who reads slowly needs time; who has left must not leave their page to the next person.",
    )
    kiosk_days: int = knob(30, low=1, high=180, why="A forgotten tablet stops being a kiosk by itself.")
