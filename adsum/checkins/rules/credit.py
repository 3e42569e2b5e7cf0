"""What failed, and how much time it gives back. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from adsum.checkins.policy import CheckinPolicy


class Step(StrEnum):
    """Where in a check-in something failed."""

    OPEN = "open"
    FILL = "fill"
    PLACE = "place"
    SEND = "send"


class Failure(StrEnum):
    """What failed there."""

    NETWORK = "network"
    SERVER = "server"
    TIMEOUT = "timeout"
    SCRIPT = "script"
    EXPIRED = "expired"
    NOT_FOUND = "not-found"


class NotedBy(StrEnum):
    """Who says so. What a device says may be made up; what the server saw may not."""

    DEVICE = "device"
    SERVER = "server"


class Source(StrEnum):
    """Which part of the service was looked at: the worker by itself, the public address from outside."""

    WORKER = "worker"
    ADDRESS = "address"


@dataclass(frozen=True)
class FailedTry:
    """What a try to check in came to."""

    step: Step
    failure: Failure


def read_failed_try(step: str, failure: str) -> FailedTry | None:
    """The step and the failure that a device reports; None for anything else."""
    try:
        return FailedTry(Step(step), Failure(failure))
    except ValueError:
        return None


def attempt_statement(*, number: str, key: UUID, received_at: datetime, failed: FailedTry) -> str:
    """What the receipt of a failed attempt says, a line each, as it is signed."""
    moment = received_at.astimezone(UTC).isoformat(timespec="microseconds")
    return f"adsum attempt\n{number}\n{key}\n{moment}\n{failed.step} {failed.failure}\n"


def failed_when(received_at: datetime, *, said: datetime | None, policy: CheckinPolicy) -> datetime:
    """When an attempt failed: as its device says, where that was not long before we heard of it."""
    longest = timedelta(hours=policy.reported_try_credit_hours)
    return said if said is not None and timedelta() <= received_at - said <= longest else received_at


@dataclass(frozen=True)
class Span:
    """From a moment to another, in UTC."""

    began_at: datetime
    ended_at: datetime

    def overlap(self, other: Span) -> timedelta:
        """How long both hold; zero where they do not meet."""
        begins, ends = max(self.began_at, other.began_at), min(self.ended_at, other.ended_at)
        return max(timedelta(), ends - begins)


def merge_spans(spans: Iterable[Span]) -> list[Span]:
    """The same time in order, none of it twice."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda one: one.began_at):
        if merged and span.began_at <= merged[-1].ended_at:
            merged[-1] = Span(merged[-1].began_at, max(span.ended_at, merged[-1].ended_at))
        else:
            merged.append(span)
    return merged


@dataclass(frozen=True)
class Tried:
    """A failed attempt, as far as credit goes."""

    at: datetime
    noted_by: NotedBy


def credited_deadline(
    deadline: datetime, *, tries: Iterable[Tried], outages: Iterable[Span], policy: CheckinPolicy
) -> datetime:
    """When a duty is missed, once what was not its participant's fault is taken off.

    From the last failed attempt before the deadline they have so many hours, however many attempts there were. Then
    the time in which the service was down, in the last hours before the deadline and in what was added to it, is given
    back in full; an outage too short to keep anybody from checking in counts as none.
    """
    hours = {NotedBy.DEVICE: policy.reported_try_credit_hours, NotedBy.SERVER: policy.noted_try_credit_hours}
    moved = [one.at + timedelta(hours=hours[one.noted_by]) for one in tries if one.at <= deadline]
    ends_at = max([deadline, *moved])
    since = deadline - timedelta(hours=policy.last_chance_hours)
    for outage in merge_spans(outages):
        lost = outage.overlap(Span(since, ends_at))
        if lost and outage.ended_at - outage.began_at >= timedelta(minutes=policy.outage_counts_minutes):
            ends_at = max(ends_at, outage.ended_at) + lost
    return ends_at


def find_gap(last_at: datetime | None, *, now: datetime, policy: CheckinPolicy) -> Span | None:
    """The outage that ends now: nothing was seen alive since `last_at`, for longer than a slow minute explains."""
    if last_at is None or now - last_at < timedelta(minutes=policy.outage_counts_minutes):
        return None
    return Span(last_at, now)


def not_in_doubt(deadline: datetime, *, doubt: Span | None) -> datetime:
    """The deadline, or once it is known whether there was an outage, where it fell into a silence."""
    return max(deadline, doubt.ended_at) if doubt and deadline > doubt.began_at else deadline


def in_doubt_until(last_at: datetime | None, *, now: datetime, policy: CheckinPolicy) -> datetime | None:
    """Until when it is not known whether a silence since `last_at` becomes an outage; None where there is no doubt."""
    if last_at is None or now - last_at < timedelta(seconds=policy.doubt_after_seconds):
        return None
    known_at = last_at + timedelta(minutes=policy.outage_counts_minutes)
    return known_at if known_at > now else None
