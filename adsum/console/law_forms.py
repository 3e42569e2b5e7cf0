"""A rule of law as it is typed, and as officers read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django import template

from adsum.law.rules import ClockKind, CountsFrom, Rule, Unit

register = template.Library()


class BadForm(Exception):
    """What was typed is no rule; the message says what to mend."""


@dataclass(frozen=True)
class RuleForm:
    """A rule that somebody wants to enter: about which clock, and why."""

    kind: ClockKind
    rule: Rule
    reason: str


def read_form(typed: Mapping[str, str]) -> RuleForm:
    """The rule that was typed. Raises BadForm."""
    if typed.get("kind") not in set(ClockKind) or typed.get("unit") not in set(Unit):
        raise BadForm("Choose the clock and the days that count.")
    if typed.get("counts_from") not in set(CountsFrom):
        raise BadForm("Choose the day from which it counts.")
    rule = Rule(
        days=_number(typed.get("days", "")),
        unit=Unit(typed["unit"]),
        counts_from=CountsFrom(typed["counts_from"]),
        mail_days=_number(typed.get("mail_days") or "0"),
        rolls="rolls" in typed,
        tolls_outage="tolls_outage" in typed,
        tolls_request="tolls_request" in typed,
        starts_on=_day(typed.get("starts_on", "")),
        ends_on=_day(typed["ends_on"]) if typed.get("ends_on") else None,
        source=typed.get("source", ""),
    )
    return RuleForm(ClockKind(typed["kind"]), rule, typed.get("reason", ""))


def _number(raw: str) -> int:
    if not (raw.isascii() and raw.isdigit() and len(raw) <= 4):
        raise BadForm("Give the days as a number.")
    return int(raw)


def _day(raw: str) -> date:
    try:
        return date.fromisoformat(raw)
    except ValueError as error:
        raise BadForm("Give the day on which it begins.") from error


@register.filter
def rule_in_words(rule: Rule) -> str:
    """What a rule says beside its days, in a sentence."""
    mailed = f" (what is posted: {rule.mail_days} days later)" if rule.mail_days else ""
    start = f"receipt{mailed}" if rule.counts_from is CountsFrom.RECEIPT else "the postmark"
    parts = [f"from {start}"]
    parts += ["ends on a working day"] if rule.rolls else []
    parts += ["outages do not count"] if rule.tolls_outage else []
    parts += ["stands while the agency waits for the person"] if rule.tolls_request else []
    return "; ".join(parts)
