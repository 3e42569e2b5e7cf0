"""What an officer decided, as a letter needs it. Pure: it can be pickled, stored and compared."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from adsum.orders.rules import Level
from adsum.reviews.rules import REFUSALS, Met, Outcome, Weighs


class Criterion(StrEnum):
    """Criteria that have words of their own; another one is named by `Reason.label`."""

    MONTHS = "months"
    ON_TIME = "on-time"
    MISSES = "misses"
    HEARINGS = "hearings"
    RECORDS = "records"
    ALERTS = "alerts"


AT_LEAST = frozenset({Criterion.MONTHS, Criterion.ON_TIME})


@dataclass(frozen=True)
class Fact:
    """A sentence: a text of our catalogues with its values. One that no catalogue has is printed in English."""

    text: str
    values: Mapping[str, str | int | date] = field(default_factory=dict)


@dataclass(frozen=True)
class Reason:
    """What was found for one criterion: the person's figure beside the policy's, as far as there are any.

    `words` are the officer's own on it, as written, in `Decided.own_language`; `weighs` is what it means for them.
    `label` names a criterion that is none of ours, with a text of our catalogues.
    """

    key: str
    met: Met
    has: int | None = None
    wants: int | None = None
    words: str = ""
    label: str = ""
    weighs: Weighs | None = None


@dataclass(frozen=True)
class Decided:
    """All that stands in the letter. Raises ValueError where a person could not contest it, or learns no reason."""

    number: str
    outcome: Outcome
    name: str
    address: str
    office: str
    phone: str
    level_now: Level
    level_then: Level
    holds_from: date
    reasons: tuple[Reason, ...]
    signed_by: str
    signed_at: datetime
    zone: str
    asked_on: date | None = None
    facts: tuple[Fact, ...] = ()
    own_words: str = ""
    own_language: str = "en"
    appeal_last_day: date | None = None
    appeal_how: Fact | None = None

    def __post_init__(self) -> None:
        if not self.own_words.strip() and not self.reasons:
            raise ValueError("a decision has a reason")
        if self.outcome in REFUSALS and self.appeal_last_day is None:
            raise ValueError("who does not agree must know until when they can say so")
