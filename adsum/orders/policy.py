"""Knobs about what an order asks for."""

from dataclasses import dataclass

from adsum.core.knobs import Policy, knob


@dataclass(frozen=True)
class OrdersPolicy(Policy):
    """What a participant under an order is asked for beside check-ins."""

    photo_every_days: int = knob(
        180, low=0, high=730, why="An officer compares it with the enrolment photo; 0 asks for none. It is never owed."
    )


POLICY = OrdersPolicy()
