"""Knobs about the way in."""

from dataclasses import dataclass

from adsum.core.knobs import Policy, knob


@dataclass(frozen=True)
class FunnelPolicy(Policy):
    """How long devices and failures of the way in are kept, and how the funnel page reads."""

    keep_days: int = knob(
        120,
        low=14,
        high=730,
        why="A wave is over after weeks. Then failures are erased, and of each step only that it was reached stays.",
    )
    failures_per_day: int = knob(
        20,
        low=3,
        high=500,
        why="So many failures of one person are kept in a day; a broken script that shouts adds nothing after that.",
    )
    page_size: int = knob(25, low=5, high=100, why="A list that one person can call through in an afternoon.")
    refresh_seconds: int = knob(
        30,
        low=5,
        high=600,
        why="A supervisor sees a stage move within a minute, and the page costs the database little.",
    )
