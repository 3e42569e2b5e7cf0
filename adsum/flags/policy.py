"""Knobs about the worklist."""

from dataclasses import dataclass

from adsum.core.knobs import Policy, knob


@dataclass(frozen=True)
class FlagsPolicy(Policy):
    """How the worklist reads, and how long decisions are kept."""

    page_size: int = knob(
        25,
        low=5,
        high=100,
        why="An officer has about 80 seconds per person; a page is half an hour.",
    )
    keep_days: int = knob(
        1825,
        low=365,
        high=3650,
        why="Decisions about a person stay open to question as long as their case can.",
    )
    messages_per_day: int = knob(
        10,
        low=1,
        high=100,
        why="Each message is work for an officer. Who needs more than this should call or come.",
    )
    longest_message: int = knob(4000, low=500, high=20000, why="Two pages: enough to explain, short enough to answer.")
