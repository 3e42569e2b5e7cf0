"""Distances, at the poles, over the date line, and with doubt."""

import pytest

from adsum.core.earth import Spot, least_metres_between, metres_between

NEW_YORK, LOS_ANGELES = Spot(40.7128, -74.0060), Spot(34.0522, -118.2437)
HALF_ROUND = 20_015_115  # pi times the mean radius


@pytest.mark.parametrize(
    ("one", "other", "metres"),
    [
        (NEW_YORK, NEW_YORK, 0),
        (NEW_YORK, LOS_ANGELES, 3_935_750),
        (Spot(90, 0), Spot(90, 135), 0),
        (Spot(-90, 0), Spot(-90, -60), 0),
        (Spot(90, 12), Spot(-90, 99), HALF_ROUND),
        (Spot(89.9, 0), Spot(89.9, 180), 22_239),
        (Spot(0, 0), Spot(0, 180), HALF_ROUND),
        (Spot(0, 179.9), Spot(0, -179.9), 22_239),
        (Spot(0, -180), Spot(0, 180), 0),
        (Spot(51.5, 0), Spot(51.5, 360), 0),
    ],
)
def test_the_way_over_the_ground(one: Spot, other: Spot, metres: float) -> None:
    assert metres_between(one, other) == pytest.approx(metres, abs=20)
    assert metres_between(other, one) == pytest.approx(metres_between(one, other))


@pytest.mark.parametrize(
    ("accuracies", "metres"),
    [((0, 0), 22_239), ((2_239, 0), 20_000), ((10_000, 12_000), 239), ((10_000, 12_239), 0), ((4e6, 12), 0)],
)
def test_doubt_makes_it_shorter_and_never_less_than_nothing(accuracies: tuple[float, float], metres: float) -> None:
    one, other = Spot(0, 179.9, accuracies[0]), Spot(0, -179.9, accuracies[1])
    assert least_metres_between(one, other) == pytest.approx(metres, abs=1)
