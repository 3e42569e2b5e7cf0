"""Many lives: people, officers, a clock, outages, stopped workers and changing rules, in any order.

Whatever happens, no one is harmed by a machine, no one is missed for what was not their fault, nothing is lost, and
what is recorded, lived once more under the rules that held, gives the same ends and the same flags.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError
from hypothesis import HealthCheck, Phase, settings
from hypothesis.errors import Flaky
from hypothesis.stateful import run_state_machine_as_test

from tests.misses.lives import LateLives, Lives, RestingLives, SigningLives, make_world

# One long transaction: whoever waits for all transactions of the server must not be tested beside it.
pytestmark = pytest.mark.xdist_group("horizon")
LIVES_IN_THE_GATE = 30  # always the same ones; more are others each time
OTHER_LIVES = 10  # of each kind beside the plain ones
LIVES_TO_BITE = 100  # the first of them that finds it ends the search


def live(examples: int, *, derandomize: bool, kind: type[Lives] = Lives) -> None:
    """Go through so many lives; a life that breaks a right is raised as it is, without making it shorter."""
    Lives.world = make_world()
    run_state_machine_as_test(
        kind,
        settings=settings(
            max_examples=examples,
            stateful_step_count=40,
            deadline=None,
            derandomize=derandomize,
            database=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
            phases=(Phase.explicit, Phase.generate),  # making a failing life shorter takes many more lives
        ),
    )


@pytest.mark.django_db
def test_many_lives(request: pytest.FixtureRequest) -> None:
    examples = int(request.config.getoption("--lives"))
    live(examples, derandomize=examples <= LIVES_IN_THE_GATE)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [LateLives, RestingLives, SigningLives])
def test_other_lives(kind: type[Lives], request: pytest.FixtureRequest) -> None:
    examples = int(request.config.getoption("--lives"))
    always = examples <= LIVES_IN_THE_GATE
    live(OTHER_LIVES if always else examples, derandomize=always, kind=kind)


FAULTS: dict[str, list[tuple[str, Callable[..., Any]]]] = {
    "an outage gives no credit": [
        ("adsum.checkins.actions.sweeping.credited_deadline", lambda planned, **_: planned),
        ("adsum.checkins.queries.credited_deadline", lambda planned, **_: planned),
    ],
    "a report does not cancel the rungs": [("adsum.checkins.actions.reports.end_rungs", lambda **_: None)],
    "the switch is not looked at": [("adsum.checkins.actions.resting.highest_of", lambda *_, **__: False)],
    "no second signature": [("adsum.misses.actions.deciding.needs_signature", lambda *_, **__: False)],
    "the replay knows no request to be excused": [
        ("adsum.checkins.rules.past.held_until", lambda planned, **_: planned),
    ],
}
SEEN_IN = {
    "a report does not cancel the rungs": LateLives,
    "the switch is not looked at": RestingLives,
    "no second signature": SigningLives,
}


@pytest.mark.django_db
@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_found_within_some_lives(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each right is taken away once: a machine that says nothing of it would be worth nothing."""
    for name, instead in FAULTS[fault]:
        monkeypatch.setattr(name, instead)
    with pytest.raises((AssertionError, IntegrityError, Flaky)):
        live(LIVES_TO_BITE, derandomize=True, kind=SEEN_IN.get(fault, Lives))
