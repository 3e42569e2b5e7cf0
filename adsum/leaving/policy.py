"""Knobs about leaving."""

from dataclasses import dataclass

from adsum.core.knobs import Policy, knob


@dataclass(frozen=True)
class LeavingPolicy(Policy):
    """Who is told, who is signed out, and how long the file of somebody who has left is kept."""

    told_when: tuple[str, ...] = knob(
        ("closed", "moved", "detained", "error"),
        among=("closed", "moved", "detained", "error"),
        why="Nobody should wonder whether they still have to check in. About somebody who has died nothing is sent.",
    )
    signed_out_when: tuple[str, ...] = knob(
        ("died",),
        among=("closed", "detained", "died", "error"),
        why="Who holds the phone then is somebody else. The others can still read their file until it is erased.",
    )
    keep_closed_days: int = knob(
        1825,
        low=30,
        high=9131,
        why="So long a closed case may be opened again, and a decision be looked at; then the file is erased.",
    )
    keep_error_days: int = knob(
        30,
        low=1,
        high=365,
        why="Who should never have been listed: long enough to undo a wrong removal, no longer.",
    )
    keep_died_days: int = knob(
        365,
        low=30,
        high=3650,
        why="Heirs and courts may ask for a year; a wrong record of a death is found within it.",
    )
    keep_rule: str = knob(
        "the programme’s records schedule",
        why="The law or schedule these terms come from. It stands beside each date of erasure, and in the ledger.",
    )
    keep_ended_days: int = knob(
        1825, low=365, high=3650, why="That somebody moved, or had left and came back, is part of their story so long."
    )
