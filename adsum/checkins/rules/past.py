"""What is recorded of one person's check-ins, as a replay reads it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from adsum.checkins.policy import CheckinPolicy
from adsum.checkins.rules.credit import Tried
from adsum.checkins.rules.duties import DutyKind, ExcuseReason, Outcome
from adsum.checkins.rules.excuses import ExcuseAnswer, held_until
from adsum.checkins.rules.sending import Sending
from adsum.flags.rules import Reason
from adsum.places.rules import PlaceClass


class PastFix(NamedTuple):
    """The location of a report, while it is kept."""

    accuracy_m: float
    taken_at: datetime
    from_address_km: float | None
    from_last_km: float | None
    from_last_hours: float | None


class PastReport(NamedTuple):
    """A report that came. `concerns` are those of that time; where its location is erased, they stand for it."""

    id: int
    duty_id: int | None
    received_at: datetime
    tried_at: datetime | None
    sending: Sending
    lives_there: bool | None
    place_class: PlaceClass
    concerns: frozenset[str]
    fix: PastFix | None
    kind: DutyKind = DutyKind.CHECK_IN


class PastDuty(NamedTuple):
    """A duty as it stands in the tables. `since` is when its plan began; `reminders` counts what was made for it.

    `is_given`: its day was given by an officer after a miss, so that it counts from `opened_at` and not from its plan's
    window. `made_for`: the day for which it was made, at `made_at`, where a request got it another day.
    """

    id: int
    level: str
    due_on: date
    previous_due_on: date | None
    since: datetime
    missed_after: datetime
    was_moved: bool
    outcome: Outcome | None
    excuse: ExcuseReason | None
    excused_at: datetime | None
    reminders: int
    opened_at: datetime
    made_at: datetime
    is_given: bool = False
    made_for: date | None = None
    kind: DutyKind = DutyKind.CHECK_IN

    @property
    def first_day(self) -> date:
        """The day for which it was made."""
        return self.made_for or self.due_on

    @property
    def person_excused_at(self) -> datetime | None:
        """When a member of staff let it count as done, or its office had no check-ins; None where nobody did."""
        if self.excuse == ExcuseReason.SWITCHED_OFF and self.excused_at:
            return min(self.excused_at, self.missed_after)
        return self.excused_at if self.excuse == ExcuseReason.OFFICER else None


class RaisedFlag(NamedTuple):
    """A flag of the kinds that a replay raises. `about` is as on the worklist: duty:7, report:9 or empty."""

    at: datetime
    reason: Reason
    about: str


class KnownTry(NamedTuple):
    """A failed attempt, and when Adsum heard of it."""

    known_at: datetime
    tried: Tried


class KnownClosed(NamedTuple):
    """A day on which the office is closed, and when Adsum heard of it."""

    known_at: datetime
    day: date


class PastHold(NamedTuple):
    """What moved a deadline because somebody asked to be excused: the asking (no `answer`), or what was answered.

    `new_day` is the other day that they got.
    """

    at: datetime
    duty_id: int
    answer: ExcuseAnswer | None = None
    new_day: date | None = None

    def until(self, missed_after: datetime, *, planned: datetime, policy: CheckinPolicy) -> datetime:
        """When an open duty is missed after this, where it was `missed_after` before, and `planned` by its term."""
        if self.new_day is not None:
            return missed_after
        if self.answer is None:
            return max(missed_after, held_until(planned, policy=policy))
        if self.answer == ExcuseAnswer.MORE_ASKED:
            return max(missed_after, self.at + timedelta(hours=policy.excuse_more_hours))
        return max(planned, self.at + timedelta(hours=policy.excuse_refused_hours))


@dataclass
class Life:
    """What is recorded of one person. `helped_in_at`: when an officer decided about “has never got in”."""

    person_id: int
    office_id: int
    officer_id: int | None
    zone: ZoneInfo
    language: str
    device: str
    activated_at: datetime | None
    is_reachable: bool
    duties: list[PastDuty] = field(default_factory=list)
    reports: list[PastReport] = field(default_factory=list)
    tries: list[KnownTry] = field(default_factory=list)
    flags: list[RaisedFlag] = field(default_factory=list)
    helped_in_at: list[datetime] = field(default_factory=list)
    holds: list[PastHold] = field(default_factory=list)
    closed: list[KnownClosed] = field(default_factory=list)

    def closed_by(self, at: datetime) -> set[date]:
        """The closed days that were known at this moment."""
        return {one.day for one in self.closed if one.known_at <= at}
