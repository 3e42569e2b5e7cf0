"""The comparer finds each kind of fault, and only that."""

from typing import Any

import pytest

from adsum.management.instruments.comparing import (
    Deliveries,
    Fault,
    Row,
    Told,
    compare_check_ins,
    compare_decisions,
    compare_deliveries,
)

SENT = {"a", "b", "c"}
RECEIPTS = {"a": "N1", "b": "N2"}
ROWS = [Row(1, "a", "N1"), Row(2, "b", "N2")]


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (ROWS, Fault()),
        ([*ROWS, Row(3, "c", "N3")], Fault()),
        (ROWS[:1], Fault(lost=["b"])),
        ([*ROWS, Row(3, "a", "N3")], Fault(doubled=["a"])),
        ([*ROWS, Row(3, "a", "N3"), Row(4, "a", "N4")], Fault(doubled=["a", "a"])),
        ([*ROWS, Row(3, "c", "N3"), Row(4, "c", "N4")], Fault(doubled=["c"])),
        ([*ROWS, Row(3, "d", "N3")], Fault(not_sent=["N3 d"])),
        ([ROWS[0], Row(2, "b", "N9")], Fault(wrong_number=["b"])),
        ([], Fault(lost=["a", "b"])),
    ],
)
def test_check_ins(rows: list[Row], found: Fault) -> None:
    assert compare_check_ins(sent=SENT, receipts=RECEIPTS, rows=rows) == found


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, Fault()),
        ({"there": {7: "r7"}}, Fault(lost=["8"], not_sent=["8"])),
        ({"there": {7: "r7", 8: "somebody else's"}}, Fault(lost=["8"])),
        ({"lines": [7]}, Fault(lost=["8"])),
        ({"lines": [7, 8, 8]}, Fault(doubled=["8"])),
        ({"there": {7: "r7", 8: "r8", 9: "a twin"}, "lines": [7, 8, 9]}, Fault()),
    ],
)
def test_decisions(change: dict[str, Any], found: Fault) -> None:
    clean: dict[str, Any] = {"acknowledged": {7: "r7", 8: "r8"}, "there": {7: "r7", 8: "r8"}, "lines": [7, 8]}
    assert compare_decisions(**{**clean, **change}) == found


ALL = [Told(1, 50), Told(2, 51), Told(3, 50)]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, Deliveries(0, 0, 0, 0)),
        ({"told": ALL[:2]}, Deliveries(1, 0, 0, 0)),
        ({"reports": [10, 11, 12]}, Deliveries(1, 0, 0, 0)),
        ({"told": [*ALL, Told(4, 50)]}, Deliveries(0, 1, 0, 0)),
        ({"told": [*ALL, ALL[0]]}, Deliveries(0, 0, 0, 1)),
        ({"told": [ALL[2], ALL[1], ALL[0]]}, Deliveries(0, 0, 1, 0)),
        ({"told": [ALL[1], ALL[0], ALL[2]]}, Deliveries(0, 0, 0, 0)),
    ],
)
def test_deliveries(change: dict[str, Any], found: Deliveries) -> None:
    clean: dict[str, Any] = {"reports": [10, 11], "owed": {1: 10, 2: 11, 3: None}, "told": ALL}
    assert compare_deliveries(**{**clean, **change}) == found
