"""How alerts are rated: a row for each reason."""

from typing import Any

import pytest

from adsum.monitors.policy import MonitorsPolicy
from adsum.monitors.rules import AlertKind, DeviceRecord, Facts, Rating, Why, rate

OFTEN = DeviceRecord(alerts=12, judged=10, false=8, faults=1)
SELDOM = DeviceRecord(alerts=12, judged=10, false=5)
FEW = DeviceRecord(alerts=4, judged=4, false=4)
AWAY = {"lasted_minutes": 45}


@pytest.mark.parametrize(
    ("kind", "known", "rating", "why"),
    [
        (AlertKind.BATTERY, {}, Rating.NEEDS_LOOK, []),
        (AlertKind.BATTERY, {"battery_percent": 10}, Rating.NEEDS_LOOK, []),
        (AlertKind.BATTERY, {"battery_percent": 11}, Rating.LIKELY_FALSE, [Why.ENOUGH_LEFT]),
        (AlertKind.BATTERY, {"is_charging": True}, Rating.LIKELY_FALSE, [Why.CHARGING]),
        (AlertKind.SIGNAL, AWAY, Rating.NEEDS_LOOK, []),
        (AlertKind.SIGNAL, {"lasted_minutes": 29}, Rating.LIKELY_FALSE, [Why.SHORT]),
        (AlertKind.SIGNAL, {"lasted_minutes": 360}, Rating.URGENT, [Why.LONG]),
        (AlertKind.SIGNAL, {**AWAY, "in_dead_spot": True}, Rating.LIKELY_FALSE, [Why.DEAD_SPOT]),
        (AlertKind.SIGNAL, {"lasted_minutes": 400, "in_dead_spot": True}, Rating.NEEDS_LOOK, [Why.DEAD_SPOT, Why.LONG]),
        (AlertKind.STRAP, {}, Rating.URGENT, []),
        (AlertKind.STRAP, {"is_charging": True}, Rating.NEEDS_LOOK, [Why.CHARGING]),
        (AlertKind.STRAP, {"record": OFTEN}, Rating.NEEDS_LOOK, [Why.OFTEN_FALSE]),
        (AlertKind.STRAP, {"record": OFTEN, "is_charging": True}, Rating.LIKELY_FALSE, [Why.CHARGING, Why.OFTEN_FALSE]),
        (AlertKind.STRAP, {"record": OFTEN, "times": 5}, Rating.URGENT, [Why.OFTEN_FALSE, Why.OFTEN_TOLD]),
        (AlertKind.STRAP, {"record": SELDOM}, Rating.URGENT, []),
        (AlertKind.STRAP, {"record": FEW}, Rating.URGENT, []),
        (AlertKind.ZONE, {"accuracy_m": 150}, Rating.NEEDS_LOOK, []),
        (AlertKind.ZONE, {"accuracy_m": 151}, Rating.LIKELY_FALSE, [Why.ROUGH]),
        (AlertKind.ZONE, {"times": 5}, Rating.URGENT, [Why.OFTEN_TOLD]),
        (AlertKind.ZONE, {"in_dead_spot": True}, Rating.NEEDS_LOOK, []),
    ],
)
def test_an_alert_is_rated_by_what_is_known(
    kind: AlertKind, known: dict[str, Any], rating: Rating, why: list[Why]
) -> None:
    rated = rate(kind, Facts(**known), policy=MonitorsPolicy())
    assert (rated.rating, [*rated.doubts, *rated.graves]) == (rating, why)
