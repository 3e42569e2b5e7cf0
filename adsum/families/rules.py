"""Who may act for whom, and how people are named on a phone that others see too. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from adsum.families.policy import FamiliesPolicy


def age_on(day: date, *, born: date) -> int:
    """Whole years; who was born on February 29 turns a year older on March 1."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def is_child(*, born: date, today: date, policy: FamiliesPolicy) -> bool:
    """True for who needs no phone of their own."""
    return age_on(today, born=born) < policy.child_below_years


def short_name(*, given_names: str, surnames: str) -> str:
    """First name and an initial: enough for the family, little for others. Empty where no name is known."""
    first, initial = given_names.split()[:1], surnames.strip()[:1]
    return f"{first[0] if first else ''} {initial + '.' if initial else ''}".strip()


class TurnAnswer(StrEnum):
    """What became of a wish to check in on this phone. The same for a wrong birthday and for nobody's seat."""

    IN = "in"
    NO_MATCH = "no-match"
    WAIT = "wait"


@dataclass(frozen=True)
class Turn:
    """Whose turn it is: their device's new token, where they are in, and the language they read."""

    answer: TurnAnswer
    token: str = ""
    language: str = ""


@dataclass(frozen=True)
class Sitter:
    """Somebody who may check in on this phone. `is_mine`: who holds it acts for them, and proves nothing more."""

    participant_id: int
    name: str
    is_mine: bool
    is_here: bool
