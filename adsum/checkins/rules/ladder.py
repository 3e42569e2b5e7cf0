"""What follows a missed check-in, rung by rung. Pure. No rung does more than reach out, or ask a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import chain, repeat

from adsum.checkins.policy import LadderPolicy
from adsum.checkins.rules.duties import Outcome


class Way(StrEnum):
    """How a rung reaches out: a message, an officer's call, or a matter put before the officer again."""

    SMS = "sms"
    EMAIL = "email"
    LETTER = "letter"
    CALL = "call"
    TASK = "task"


class RungState(StrEnum):
    """Where a rung stands. From REPORTED on: it was not needed, and why."""

    WAITING = "waiting"
    WRITTEN = "written"
    TO_CALL = "to-call"
    REACHED = "reached"
    NOT_REACHED = "not-reached"
    ASKED = "asked"
    NO_WAY = "no-way"
    REPORTED = "reported"
    EXCUSED = "excused"
    DECIDED = "decided"
    LEFT = "left"
    NOT_YET = "not-yet"


OPEN_RUNGS = (RungState.WAITING, RungState.TO_CALL)
NEEDLESS = (RungState.REPORTED, RungState.EXCUSED, RungState.DECIDED, RungState.LEFT)


@dataclass(frozen=True)
class PlannedRung:
    """One attempt to come: its place in the order, its way, its moment."""

    position: int
    way: Way
    climb_at: datetime


def plan_rungs(missed_at: datetime, *, policy: LadderPolicy) -> Iterator[PlannedRung]:
    """The attempts to reach somebody whose check-in was marked missed at this moment."""
    ways = chain(policy.contact_by, repeat(policy.contact_by[-1] if policy.contact_by else ""))
    for position, (hours, way) in enumerate(zip(policy.contact_after_hours, ways, strict=False)):
        if way:
            yield PlannedRung(position, Way(way), missed_at + timedelta(hours=hours))


@dataclass(frozen=True)
class Clock:
    """When the officer's task begins and should be done; and until when messages still go out."""

    task_from: datetime
    task_due_at: datetime
    reaching_until: datetime

    def as_details(self) -> dict[str, str]:
        """The clock as a flag keeps it."""
        return {
            "task_from": self.task_from.isoformat(),
            "task_due_at": self.task_due_at.isoformat(),
            "reaching_until": self.reaching_until.isoformat(),
        }


def clock_of(missed_at: datetime, *, policy: LadderPolicy) -> Clock:
    """The officer's clock for a check-in that was marked missed at this moment."""
    begins = missed_at + timedelta(hours=policy.task_after_hours)
    last = max((rung.climb_at for rung in plan_rungs(missed_at, policy=policy)), default=missed_at)
    return Clock(begins, begins + timedelta(hours=policy.task_hours), last)


def why_needless(*, outcome: str | None, reported: bool, left: bool) -> RungState | None:
    """Why a rung of this duty is not climbed; None where it is: the duty is missed, and nothing has come since."""
    if reported or outcome == Outcome.REPORTED:
        return RungState.REPORTED
    if outcome == Outcome.EXCUSED:
        return RungState.EXCUSED
    return RungState.LEFT if left else None
