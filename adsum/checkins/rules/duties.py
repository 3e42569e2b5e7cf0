"""What is owed when, and how it ends. Pure: facts in, words out; a lawyer can read it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from adsum.checkins.policy import CheckinPolicy
from adsum.offices.rules import next_open_day


class Outcome(StrEnum):
    """How a duty ended. There is no “failed”: after MISSED a person decides."""

    REPORTED = "reported"
    MISSED = "missed"
    EXCUSED = "excused"


class DutyKind(StrEnum):
    """What a plan asks for: a check-in, or a photo of the person, each with its own days."""

    CHECK_IN = "check-in"
    PHOTO = "photo"


NEXT_OUTCOMES: dict[Outcome | None, frozenset[Outcome]] = {
    None: frozenset({Outcome.REPORTED, Outcome.MISSED, Outcome.EXCUSED}),
    Outcome.MISSED: frozenset({Outcome.EXCUSED}),
    Outcome.REPORTED: frozenset(),
    Outcome.EXCUSED: frozenset(),
}


class ExcuseReason(StrEnum):
    """Why a duty counts as done without a report."""

    OFFICER = "officer-decided"
    IN_LINE = "was-in-line"
    OFFLINE = "made-offline"
    NEVER_SIGNED_IN = "never-signed-in"
    OUTAGE = "service-was-down"
    FAILED_TRY = "could-not-send"
    OFFICE_CLOSED = "office-was-closed"
    LEFT = "has-left"
    SWITCHED_OFF = "was-switched-off"


@dataclass(frozen=True)
class Term:
    """The moments of one duty, in UTC: counts from `opens_at`, due at `due_at`, missed after `missed_after`."""

    opens_at: datetime
    due_at: datetime
    missed_after: datetime


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first moment that no longer belongs to this day in the office's zone, in UTC."""
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)


def term_of(
    due_on: date,
    *,
    previous_due_on: date | None,
    since: datetime,
    zone: ZoneInfo,
    policy: CheckinPolicy,
) -> Term:
    """When a duty counts, is due and is missed.

    Its window never reaches back over the previous due day; a first duty counts from `since`, the start of its plan.
    """
    opens_at = since
    if previous_due_on is not None:
        opens_on = due_on - timedelta(days=policy.window_days)
        opens_at = end_of_day(max(opens_on, previous_due_on), zone)
    due_at = end_of_day(due_on, zone)
    return Term(opens_at, due_at, due_at + timedelta(hours=policy.grace_hours))


def moved_by_closed_days(
    planned: datetime, *, due_on: date, closed: Collection[date], zone: ZoneInfo, policy: CheckinPolicy
) -> datetime:
    """When a duty is missed, where the office is closed on its due day: as if it were due on the next open day."""
    if not policy.closed_moves_deadline or due_on not in closed:
        return planned
    grace = planned - end_of_day(due_on, zone)
    return max(planned, end_of_day(next_open_day(due_on, closed=closed), zone) + grace)


def first_due_on(listed: date | None, *, enrolled_on: date, policy: CheckinPolicy) -> date:
    """The first due day: the listed one, but never sooner than fair notice."""
    soonest = enrolled_on + timedelta(days=policy.first_notice_days)
    return max(listed, soonest) if listed else soonest


class HasDueAt(Protocol):
    """A duty, as far as choosing one goes."""

    due_at: datetime


D = TypeVar("D", bound=HasDueAt)


def nearest_duty(unanswered: list[D], *, at: datetime) -> D | None:
    """Which unanswered duty a report answers: the one that falls due, or fell due, nearest to it."""
    return min(unanswered, key=lambda duty: abs(duty.due_at - at), default=None)
