"""Rules about clocks: their kinds, how days are counted, and what holds while the law changes."""

from adsum.law.rules.counting import days_down, days_paused, is_working, last_day
from adsum.law.rules.kinds import (
    KINDS,
    OF_A_COURT,
    OWED,
    ClockKind,
    CountsFrom,
    Rule,
    Unit,
    default_rule,
    fault_in_rule,
)
from adsum.law.rules.turning import Reckoned, reckon, rule_on, settle

__all__ = [
    "KINDS",
    "OF_A_COURT",
    "OWED",
    "ClockKind",
    "CountsFrom",
    "Reckoned",
    "Rule",
    "Unit",
    "days_down",
    "days_paused",
    "default_rule",
    "fault_in_rule",
    "is_working",
    "last_day",
    "reckon",
    "rule_on",
    "settle",
]
