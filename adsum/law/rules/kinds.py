"""Which clocks there are, and what a rule about them says. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from adsum.law.policy import LawPolicy


class ClockKind(StrEnum):
    """What somebody has time for."""

    ANSWER = "answer"
    EVIDENCE = "evidence"
    APPEAL = "appeal"
    APPEAL_ANSWER = "appeal-answer"
    PANEL_ANSWER = "panel-answer"
    EASING = "easing"


class Unit(StrEnum):
    """Which days count. WORKING: no weekends, holidays, or days on which the office is closed (but a court's clock)."""

    CALENDAR = "calendar"
    WORKING = "working"


class CountsFrom(StrEnum):
    """From which day. RECEIPT: for what is posted, some days later, as the rule says. POSTMARK: the day of posting."""

    RECEIPT = "receipt"
    POSTMARK = "postmark"


KINDS = {
    ClockKind.ANSWER: "Answer to a request",
    ClockKind.EVIDENCE: "Sending evidence",
    ClockKind.APPEAL: "Appeal",
    ClockKind.APPEAL_ANSWER: "Answer to an appeal",
    ClockKind.PANEL_ANSWER: "Answer of the panel",
    ClockKind.EASING: "Asking a judge to ease conditions",
}
OWED = frozenset(
    {ClockKind.ANSWER, ClockKind.APPEAL_ANSWER, ClockKind.PANEL_ANSWER}
)  # by the agency; others are theirs
OF_A_COURT = frozenset({ClockKind.EASING})  # no closed day of ours moves its last day
MOST_DAYS = 365


@dataclass(frozen=True)
class Rule:
    """So many days for one kind of clock, from a day until a day, both inclusive. `number` None: the policy's default.

    `rolls`: a last day that is no working day becomes the next one. `tolls_outage`, `tolls_request`: days on which the
    service was down, or on which the agency waited for the person, do not count.
    """

    days: int
    unit: Unit = Unit.CALENDAR
    counts_from: CountsFrom = CountsFrom.RECEIPT
    mail_days: int = 0
    rolls: bool = True
    tolls_outage: bool = True
    tolls_request: bool = True
    starts_on: date | None = None
    ends_on: date | None = None
    number: int | None = None
    source: str = ""

    def holds_on(self, day: date) -> bool:
        """True from its first day to its last."""
        return (self.starts_on is None or self.starts_on <= day) and (self.ends_on is None or day <= self.ends_on)


def default_rule(kind: ClockKind, *, policy: LawPolicy) -> Rule:
    """What holds where no rule is entered. The agency gets no time back for its outages; a court's days are its own."""
    days = {
        ClockKind.ANSWER: policy.answer_days,
        ClockKind.EVIDENCE: policy.evidence_days,
        ClockKind.APPEAL: policy.appeal_days,
        ClockKind.APPEAL_ANSWER: policy.appeal_answer_days,
        ClockKind.PANEL_ANSWER: policy.panel_answer_days,
        ClockKind.EASING: policy.easing_days,
    }[kind]
    is_court = kind in OF_A_COURT
    return Rule(
        days,
        mail_days=0 if is_court else policy.mail_days,
        tolls_outage=not is_court and kind not in OWED,
        tolls_request=not is_court,
        source="8 CFR 1236.1(d)(1)" if is_court else f"Policy of the programme ({policy.version})",
    )


def fault_in_rule(rule: Rule, *, source: str, reason: str) -> str:
    """Why this rule cannot be entered; empty where it can."""
    if not 1 <= rule.days <= MOST_DAYS or not 0 <= rule.mail_days <= MOST_DAYS:
        return f"Give the days as a number of at least 1, and at most {MOST_DAYS}."
    if rule.starts_on is None:
        return "Give the day from which it holds."
    if rule.ends_on is not None and rule.ends_on < rule.starts_on:
        return "It would end before it begins."
    if not source:
        return "Name the law or the memo it comes from."
    return "" if reason else "Say why the rule changes."
