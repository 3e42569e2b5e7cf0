"""Knobs about check-ins."""

from dataclasses import dataclass

from adsum.core.knobs import Policy, knob


@dataclass(frozen=True)
class CheckinPolicy(Policy):
    """When a check-in is owed, when it is missed, and what in it needs an officer's look."""

    grace_hours: int = knob(
        24,
        low=0,
        high=336,
        why="A dead battery or a double shift must not count as a missed check-in.",
    )
    window_days: int = knob(
        28,
        low=1,
        high=56,
        why="So many days before its due day a check-in counts; the first one counts at once.",
    )
    first_notice_days: int = knob(
        7,
        low=1,
        high=60,
        why="Nobody owes a check-in sooner than this after they were enrolled, whatever the file says.",
    )
    made_ahead_days: int = knob(
        35,
        low=7,
        high=120,
        why="Duties stand ready this long ahead, so that a stopped worker makes nobody late.",
    )
    default_interval_days: int = knob(
        28,
        low=1,
        high=366,
        why="Holds where the agency's file gives no possible interval.",
    )
    line_credit_hours: int = knob(
        72,
        low=1,
        high=336,
        why="Who was turned away with a place in line and checks in within this time counts from their first try.",
    )
    offline_credit_days: int = knob(
        14,
        low=0,
        high=90,
        why="A check-in made without internet counts from when it was made, if it comes within this time.",
    )
    clock_slack_minutes: int = knob(
        5,
        low=1,
        high=60,
        why="Clocks and slow networks differ by so much without anybody being wrong.",
    )
    pass_days: int = knob(
        90,
        low=7,
        high=366,
        why="So long a check-in made offline can be delivered although its phone was signed out meanwhile.",
    )
    unlocated_needs_look: bool = knob(
        True,
        why="A check-in without a place is accepted; an officer sees that the place is not known.",
    )
    coarse_needs_look: bool = knob(
        True,
        why="A fix of many kilometres says as little as none; laptops often give only that.",
    )
    keep_answers_days: int = knob(
        1825,
        low=365,
        high=3650,
        why="Answers serve the pending case; afterwards only the fact and the receipt remain.",
    )


POLICY = CheckinPolicy()
