"""Knobs about delivering facts to other systems."""

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
    refusals_in_a_row: int = knob(
        20,
        low=2,
        high=1000,
        why="So many different facts refused one after another are no fault of the facts: the system is left alone.",
    )
    first_silence_seconds: int = knob(
        1,
        low=1,
        high=600,
        why="Who does not answer is asked again at once, then ever more seldom, half as long again as it was silent.",
    )
    longest_silence_seconds: int = knob(
        60,
        low=1,
        high=3600,
        why="A system that is back should hear what waits within a minute or so, without anybody's help.",
    )
    two_secrets_hours: int = knob(
        24,
        low=1,
        high=720,
        why="While a secret is replaced, each message is signed with both, so that the other side can change in peace.",
    )
    pages: int = knob(
        50,
        low=5,
        high=500,
        why="What is parked is looked at page by page.",
    )
