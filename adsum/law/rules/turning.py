"""Which rule holds for a clock while the law changes (docs/decisions/0027). Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, timedelta

from adsum.law.rules.kinds import Rule


@dataclass(frozen=True)
class Reckoned:
    """What the law gives a clock: its last day, and the rule that this comes from."""

    last_day: date
    rule: Rule


def rule_on(day: date, rules: Collection[Rule], *, default: Rule) -> Rule:
    """The rule that holds on this day: of those that do, the one that began last."""
    holding = [rule for rule in rules if rule.holds_on(day)]
    return max(holding, key=lambda rule: (rule.starts_on or date.min, rule.number or 0), default=default)


def reckon(
    counted_from: date,
    rules: Collection[Rule],
    *,
    default: Rule,
    until: date,
    notice_days: int,
    days_by: Callable[[Rule], date],
) -> Reckoned:
    """The last day of a clock by all that has held from its first day up to the day `until`.

    A rule reaches a clock that still runs on the rule's first day. A longer one gives its days at once; a shorter one
    takes days, but leaves `notice_days` from its first day. `days_by`: the last day of this clock by one rule alone.
    """
    rule = rule_on(counted_from, rules, default=default)
    day = days_by(rule)
    for turn in _turns(rules, after=counted_from, until=until):
        if turn > day:
            break
        follower = rule_on(turn, rules, default=default)
        if follower != rule:
            rule, by_itself = follower, days_by(follower)
            day = max(by_itself, min(day, turn + timedelta(days=notice_days)))
    return Reckoned(day, rule)


def _turns(rules: Collection[Rule], *, after: date, until: date) -> list[date]:
    """The days on which another rule may begin to hold."""
    begun = {rule.starts_on for rule in rules if rule.starts_on}
    ended = {rule.ends_on + timedelta(days=1) for rule in rules if rule.ends_on}
    return sorted(day for day in begun | ended if after < day <= until)


def settle(reckoned: Reckoned, *, before: date, rule_before: int | None, today: date, notice_days: int) -> date:
    """The new last day of a clock that people know with another one.

    It moves back only where another rule is the reason (a day on which an office opens after all takes nothing from
    anybody), and even then everybody has `notice_days` from the day on which they are told.
    """
    if reckoned.last_day >= before or reckoned.rule.number == rule_before:
        return max(before, reckoned.last_day)
    return max(reckoned.last_day, min(before, today + timedelta(days=notice_days)))
