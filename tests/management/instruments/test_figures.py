"""What the figures say in one line."""

from typing import Any

import pytest

from adsum.management.instruments.figures import MUST_BE_NOTHING, Toll, at_share, what_is_wrong

CLEAN: dict[str, Any] = {**dict.fromkeys(MUST_BE_NOTHING, 0), "ledger_ok": True, "power_cut": "not asked for"}
CUT: dict[str, Any] = {**dict.fromkeys(MUST_BE_NOTHING[:-1], 0), "ledger_ok": True, "control_lost": 9}


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({}, ""),
        ({"lost": 2}, "2 lost"),
        ({"doubled": 1, "undelivered": 3}, "1 doubled, 3 undelivered"),
        ({"ledger_ok": False}, "the ledger broken"),
        ({"never_back": 1}, "1 never back"),
        ({"power_cut": CUT}, ""),
        ({"power_cut": {**CUT, "lost": 4}}, "4 lost after power cuts"),
        (
            {"power_cut": {**CUT, "control_lost": 0}},
            "the power cuts prove nothing: without fsync nothing was lost either",
        ),
    ],
)
def test_one_line_says_what_is_wrong(change: dict[str, Any], line: str) -> None:
    assert what_is_wrong({**CLEAN, **change}) == line


def test_the_toll() -> None:
    toll = Toll()
    for fault, seconds in (("a", 1.0), ("b", 3.0), ("a", 2.0)):
        toll.add(fault, seconds)
    assert (toll.struck, toll.seconds) == ({"a": 2, "b": 1}, [1.0, 2.0, 3.0])
    assert [at_share(toll.seconds, share) for share in (0.0, 0.5, 0.9)] == [1.0, 2.0, 3.0]
    assert at_share([], 0.5) == 0.0
