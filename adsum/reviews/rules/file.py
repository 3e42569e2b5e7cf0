"""A case file: facts with their sources, what is missing, and the criteria beside them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from adsum.reviews.rules.criteria import Criterion, CriterionKey, Met


class Topic(StrEnum):
    """What a fact is about, in the order of the file."""

    LEVEL = "level"
    CHECK_INS = "check-ins"
    ATTEMPTS = "attempts"
    ADDRESS = "address"
    HEARINGS = "hearings"
    RECORDS = "records"
    ALERTS = "alerts"
    GROUNDS = "grounds"
    EARLIER = "earlier"


TOPICS = {
    Topic.LEVEL: "This level",
    Topic.CHECK_INS: "Check-ins",
    Topic.ATTEMPTS: "Tries that failed, and outages",
    Topic.ADDRESS: "Address",
    Topic.HEARINGS: "Hearings and appointments",
    Topic.RECORDS: "Outside records",
    Topic.ALERTS: "Alerts of the monitor",
    Topic.GROUNDS: "Health and care",
    Topic.EARLIER: "Earlier decisions",
}


class Whose(StrEnum):
    """Who must bring what is missing."""

    PARTICIPANT = "participant"
    OFFICE = "office"
    AGENCY = "agency"


WHOSE = {
    Whose.PARTICIPANT: "The participant can bring it; it is no fault if they cannot",
    Whose.OFFICE: "The office must see to it",
    Whose.AGENCY: "Another agency must answer",
}


@dataclass(frozen=True)
class Link:
    """A page of the console: its URL's name, arguments, and the place in the page."""

    name: str
    args: tuple[int | str, ...] = ()
    anchor: str = ""


@dataclass(frozen=True)
class Fact:
    """One thing that is on file: in words, of which day, from where. `neutral`: why it counts neither way."""

    topic: Topic
    words: str
    source: str
    on: date | None = None
    link: Link | None = None
    neutral: str = ""
    quote: str = ""


@dataclass(frozen=True)
class Missing:
    """What is not on file, and who must bring it."""

    what: str
    whose: Whose
    link: Link | None = None

    @property
    def whose_words(self) -> str:
        return WHOSE[self.whose]


@dataclass(frozen=True)
class Alerts:
    """A monitor's alerts within the policy's months, by rating, and how officers have judged them."""

    judged_true: int
    judged_false: int = 0
    by_rating: Mapping[str, int] = field(default_factory=dict)
    link: Link | None = None


@dataclass(frozen=True)
class CaseFile:
    """All that a decider needs on one page. `policy` is the version of the rules that it was assembled by."""

    participant_id: int
    level: str
    since: datetime | None
    assembled_at: datetime
    policy: str
    facts: tuple[Fact, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    missing: tuple[Missing, ...] = ()

    @property
    def topics(self) -> list[tuple[str, list[Fact]]]:
        return [
            (TOPICS[topic], facts) for topic in Topic if (facts := [fact for fact in self.facts if fact.topic is topic])
        ]

    @property
    def profile(self) -> dict[CriterionKey, Met]:
        return profile_of(self.criteria)


def profile_of(criteria: Sequence[Criterion]) -> dict[CriterionKey, Met]:
    """Which criterion stands how: what like cases have in common."""
    return {one.key: one.met for one in criteria}
