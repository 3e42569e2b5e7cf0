"""When an order asks for a photo."""

from datetime import timedelta

import pytest

from adsum.orders.policy import OrdersPolicy
from adsum.orders.rules import Level, asks_for_photo
from tests.factories import NOW

POLICY = OrdersPolicy()


@pytest.mark.parametrize(
    ("level", "days_ago", "policy", "asked"),
    [
        (Level.CHECK_IN, None, POLICY, True),
        (Level.CHECK_IN, 180, POLICY, False),
        (Level.CHECK_IN, 181, POLICY, True),
        (Level.NONE, None, POLICY, False),
        (None, None, POLICY, False),
        (Level.CHECK_IN, None, OrdersPolicy(photo_every_days=0), False),
    ],
)
def test_when_a_photo_is_asked_for(
    level: Level | None, days_ago: int | None, policy: OrdersPolicy, asked: bool
) -> None:
    answered_at = None if days_ago is None else NOW - timedelta(days=days_ago)
    assert asks_for_photo(level, answered_at=answered_at, now=NOW, policy=policy) is asked
