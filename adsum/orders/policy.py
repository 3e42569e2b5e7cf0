"""Knobs about orders."""

from dataclasses import dataclass

from adsum.core.knobs import Policy, knob


@dataclass(frozen=True)
class OrdersPolicy(Policy):
    """How long, how often and for how long on our side a place is shared, where an order asks for it."""

    share_days: int = knob(
        7,
        low=1,
        high=30,
        why="So many days after a check-in its sender's place is shared, where their order asks for it; then it stops.",
    )
    share_every_minutes: int = knob(
        15,
        low=5,
        high=1440,
        why="What comes sooner after the last point is not kept: a place is asked for, not a track.",
    )
    keep_shared_days: int = knob(
        30,
        low=1,
        high=365,
        why="A shared point serves until the next check-in; then it is erased, not archived.",
    )


POLICY = OrdersPolicy()
