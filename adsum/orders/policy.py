"""Knobs about orders."""

from dataclasses import dataclass

from adsum.core.knobs import Policy, Reach, knob

MOST_PHOTO_DAYS = 730


@dataclass(frozen=True)
class OrdersPolicy(Policy):
    """What an order asks for beside check-ins: a shared place, for how long, and a photo."""

    share_days: int = knob(
        7,
        reach=Reach.LEVEL,
        low=1,
        high=30,
        why="So many days after a check-in its sender's place is shared, where their order asks for it; then it stops.",
    )
    share_every_minutes: int = knob(
        15,
        reach=Reach.LEVEL,
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
    photo_every_days: int = knob(
        0,
        reach=Reach.LEVEL,
        low=0,
        high=MOST_PHOTO_DAYS,
        why="0 asks nobody for a photo. A person's own order may say otherwise. It is never owed.",
    )
    review_days: int = knob(
        90,
        reach=Reach.LEVEL,
        low=7,
        high=730,
        why="So long after an order began, or was looked at last, a person looks at it again without being asked.",
    )
