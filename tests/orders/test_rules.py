"""When a place may be shared: only inside a window that its sender knew of."""

from datetime import datetime, timedelta

import pytest

from adsum.orders.policy import OrdersPolicy
from adsum.orders.rules import PointAnswer, SharingWindow, answer_to_point, days_left, window_of
from tests.factories import NOW

POLICY = OrdersPolicy()
WINDOW = SharingWindow(NOW, NOW + timedelta(days=7))
MOMENT = timedelta(microseconds=1)


def days(number: float) -> datetime:
    return NOW + timedelta(days=number)


@pytest.mark.parametrize(
    ("asked", "reported", "stopped", "at", "is_open"),
    [
        (None, 0, None, 1, False),
        (-1, None, None, 1, False),
        (-1, 0, None, 0, True),
        (-1, 0, None, 6.999, True),
        (-1, 0, None, 7, False),
        (-1, 0, None, -0.1, False),
        (0, 0, None, 1, True),
        (0.1, 0, None, 1, False),
        (-1, 0, -0.5, 1, True),
        (-1, 0, 0, 1, False),
        (-1, 0, 0.5, 1, False),
    ],
)
def test_the_window(
    asked: float | None, reported: float | None, stopped: float | None, at: float, is_open: bool
) -> None:
    asked_at, reported_at, stopped_at = (None if day is None else days(day) for day in (asked, reported, stopped))
    window = window_of(asked_at=asked_at, reported_at=reported_at, stopped_at=stopped_at, at=days(at), policy=POLICY)
    assert window == (WINDOW if is_open else None)


def test_its_length_is_a_knob() -> None:
    window = window_of(asked_at=NOW, reported_at=NOW, stopped_at=None, at=NOW, policy=OrdersPolicy(share_days=1))
    assert window == SharingWindow(NOW, days(1))


@pytest.mark.parametrize(("at", "left"), [(0, 7), (0.001, 7), (1, 6), (6, 1), (6.999, 1)])
def test_days_left(at: float, left: int) -> None:
    assert days_left(WINDOW, at=days(at)) == left


@pytest.mark.parametrize(
    ("window", "taken_at", "last", "answer"),
    [
        (WINDOW, NOW, None, PointAnswer.KEPT),
        (WINDOW, NOW - MOMENT, None, PointAnswer.OUTSIDE),
        (WINDOW, days(7) - MOMENT, None, PointAnswer.KEPT),
        (WINDOW, days(7), None, PointAnswer.OUTSIDE),
        (None, NOW, None, PointAnswer.OUTSIDE),
        (WINDOW, NOW + timedelta(minutes=15), NOW, PointAnswer.KEPT),
        (WINDOW, NOW + timedelta(minutes=15) - MOMENT, NOW, PointAnswer.TOO_SOON),
        (WINDOW, NOW, NOW, PointAnswer.TOO_SOON),
    ],
)
def test_points(window: SharingWindow | None, taken_at: datetime, last: datetime | None, answer: PointAnswer) -> None:
    assert answer_to_point(window, taken_at=taken_at, last_taken_at=last, policy=POLICY) is answer
