"""Which rule holds for a clock while the law changes: a table (docs/decisions/0027)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adsum.law.rules import Reckoned, Rule, reckon, settle

DEFAULT = Rule(30, rolls=False)
START = date(2026, 5, 1)
NOTICE = 7


def by(days: int, begins: int, ends: int | None = None, number: int = 1) -> Rule:
    """A rule of so many days, from and to so many days after the start of the clock."""
    last = START + timedelta(days=ends) if ends is not None else None
    return Rule(days, rolls=False, starts_on=START + timedelta(days=begins), ends_on=last, number=number)


def days_of(rules: list[Rule], until: int = 999, default: Rule = DEFAULT) -> tuple[int, int | None]:
    """How many days the clock runs in the end, and by which rule."""
    found = reckon(
        START,
        rules,
        default=default,
        until=START + timedelta(days=until),
        notice_days=NOTICE,
        days_by=lambda rule: START + timedelta(days=rule.days),
    )
    return (found.last_day - START).days, found.rule.number


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([], (30, None)),
        ([by(10, -5)], (10, 1)),  # it held before the clock began
        ([by(10, 0)], (10, 1)),
        ([by(10, 2)], (10, 1)),  # 9 days are left: more than the notice
        ([by(10, 5)], (12, 1)),  # from its day on there are 7 days
        ([by(10, 25)], (30, 1)),  # it would end at 32; nobody gets more by a shorter rule
        ([by(10, 31)], (30, None)),  # the time was over
        ([by(60, 5)], (60, 1)),
        ([by(60, 30)], (60, 1)),  # on the last day
        ([by(60, 31)], (30, None)),
        ([by(10, -9, -1)], (30, None)),  # it had ended
        ([by(10, -9, 4)], (30, None)),  # it ends while the clock runs: what was before holds again
        ([by(10, -9, 10)], (10, 1)),
        ([by(60, 1), by(10, 5, number=2)], (12, 2)),
        ([by(10, 1), by(60, 5, number=2)], (60, 2)),
        ([by(10, 1), by(20, 1, number=2)], (20, 2)),  # of two that begin on a day, the one that was entered last
    ],
)
def test_which_rule_holds(rules: list[Rule], expected: tuple[int, int | None]) -> None:
    assert days_of(rules) == expected


def test_a_rule_changes_nothing_before_its_day() -> None:
    assert days_of([by(10, 5)], until=4) == (30, None)
    assert days_of([by(10, 5)], until=5) == (12, 1)


@given(
    st.lists(st.tuples(st.integers(1, 90), st.integers(-20, 90), st.none() | st.integers(0, 60)), max_size=5),
    st.integers(0, 120),
)
def test_nobody_has_less_than_the_shortest_rule_or_than_the_notice(
    given_rules: list[tuple[int, int, int | None]], until: int
) -> None:
    rules = [
        by(days, begins, None if lasts is None else begins + lasts, number)
        for number, (days, begins, lasts) in enumerate(given_rules, start=1)
    ]
    got, number = days_of(rules, until)
    assert got >= next((rule.days for rule in rules if rule.number == number), DEFAULT.days)
    assert got <= max([DEFAULT.days, *(rule.days for rule in rules)])
    before, _ = days_of(rules, until - 1)
    assert got >= before or got >= until + NOTICE


TODAY = date(2026, 5, 20)


@pytest.mark.parametrize(
    ("before", "reckoned", "number", "expected"),
    [
        (25, 25, None, 25),
        (25, 29, None, 29),  # an outage, a closed day, a longer rule
        (29, 25, None, 29),  # the office is open after all: nobody loses the day
        (29, 21, 1, 27),  # another rule: seven days from today
        (22, 21, 1, 22),
        (18, 10, 1, 18),  # it was over
        (60, 40, 1, 40),
    ],
)
def test_a_last_day_that_people_know(before: int, reckoned: int, number: int | None, expected: int) -> None:
    def day(number: int) -> date:
        return date(2026, 4, 30) + timedelta(days=number)

    fresh = Reckoned(day(reckoned), Rule(1, number=number))
    assert settle(fresh, before=day(before), rule_before=None, today=TODAY, notice_days=NOTICE) == day(expected)
