"""When a refused event is tried again."""

import pytest

from adsum.outbox.policy import OutboxPolicy
from adsum.outbox.rules import is_poison, pause_after

POLICY = OutboxPolicy(tries=4, first_pause_seconds=2, longest_pause_seconds=60)


@pytest.mark.parametrize(
    ("refusals", "chance", "seconds"),
    [(1, 0.5, 2), (1, 0.0, 1), (1, 1.0, 3), (2, 0.5, 4), (3, 0.5, 8), (6, 0.5, 60), (10_000, 0.5, 60)],
)
def test_pauses_double_up_to_the_longest(refusals: int, chance: float, seconds: float) -> None:
    assert pause_after(refusals, chance=chance, policy=POLICY).total_seconds() == seconds


@pytest.mark.parametrize(("refusals", "poison"), [(1, False), (3, False), (4, True), (5, True)])
def test_after_the_last_try_it_is_poison(refusals: int, poison: bool) -> None:
    assert is_poison(refusals, policy=POLICY) is poison
