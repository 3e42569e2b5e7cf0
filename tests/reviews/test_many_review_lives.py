"""Many review lives: each request ends in a signed decision or is alarmed; none is decided by a machine."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError
from hypothesis import HealthCheck, Phase, settings
from hypothesis.errors import Flaky
from hypothesis.stateful import run_state_machine_as_test

from tests.reviews.review_lives import ReviewLives, make_world

# One long transaction: whoever waits for all transactions of the server must not be tested beside it.
pytestmark = pytest.mark.xdist_group("horizon")
IN_THE_GATE = 15  # always the same ones; `--lives 1000` are others each time
TO_BITE = 15


def live(examples: int, *, derandomize: bool) -> None:
    ReviewLives.world = make_world()
    run_state_machine_as_test(
        ReviewLives,
        settings=settings(
            max_examples=examples,
            stateful_step_count=40,
            deadline=None,
            derandomize=derandomize,
            database=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
            phases=(Phase.explicit, Phase.generate),
        ),
    )


@pytest.mark.django_db
def test_many_review_lives(request: pytest.FixtureRequest) -> None:
    asked = int(request.config.getoption("--lives"))
    more = asked > 30  # the option's default is for the lives of missed check-ins
    live(asked if more else IN_THE_GATE, derandomize=not more)


FAULTS: dict[str, tuple[str, Callable[..., Any]]] = {
    "a clock that is not stopped": ("adsum.reviews.actions.asking.stop_clock", lambda **_: None),
    "a refusal that is called none": ("adsum.reviews.actions.deciding.refuses", lambda *_: False),
}


@pytest.mark.django_db
@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_found_within_some_lives(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*FAULTS[fault])
    with pytest.raises((AssertionError, DatabaseError, Flaky)):
        live(TO_BITE, derandomize=True)
