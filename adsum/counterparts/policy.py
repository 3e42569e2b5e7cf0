"""Knobs about how often two systems speak, and how long what they sent is kept."""

from dataclasses import dataclass

from adsum.core.knobs import Policy, knob


@dataclass(frozen=True)
class CounterpartsPolicy(Policy):
    """How often another system's file is read, and what is kept of it."""

    poll_seconds: int = knob(
        10, low=1, high=3600, why="An officer who corrects something there expects to see it here while on the phone."
    )
    rows_at_once: int = knob(500, low=10, high=1000, why="One answer of theirs, and one transaction of ours.")
    reconcile_hour: int = knob(7, low=0, high=23, why="UTC: at night in the Americas, after their nightly files.")
    few_rows_percent: int = knob(
        50,
        low=1,
        high=100,
        why="Where the other side shows fewer of those it had than this, its list is cut; nobody has vanished.",
    )
    keep_received_days: int = knob(
        90, low=7, high=1825, why="By their names repeated messages are known; a sender gives up within weeks."
    )
    keep_decided_days: int = knob(
        1825, low=365, high=3650, why="Who decided which of two values holds can be asked for as long as the case."
    )
