"""Knobs about families."""

from dataclasses import dataclass

from adsum.core.knobs import Policy, Reach, knob


@dataclass(frozen=True)
class FamiliesPolicy(Policy):
    """Who needs no phone of their own, and how one phone serves several people."""

    child_below_years: int = knob(
        14,
        reach=Reach.OFFICE,
        low=5,
        high=18,
        why="Below this age a parent may check in for a child, then they do it themselves (8 CFR 264.1(g): 14).",
    )
    seats_per_phone: int = knob(
        8, low=2, high=20, why="A large family shares one phone; a desk for strangers does not."
    )
    proposals_per_page: int = knob(
        20, low=5, high=100, why="A page of proposals is read to its end before the next one."
    )
    turn_tries: int = knob(5, low=3, high=20, why="A birthday is mistyped; who guesses one needs many more tries.")
    turn_wait_minutes: int = knob(60, low=5, high=1440, why="After wrong birthdays so long until the next try.")
    keep_ended_days: int = knob(
        1825, low=365, high=3650, why="Who acted for a child stays open to question as long as the case can."
    )
