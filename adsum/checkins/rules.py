"""What is owed when, and what in a report needs a look. Pure: facts in, words out; a lawyer can read it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Protocol, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from adsum.checkins.policy import CheckinPolicy


class Outcome(StrEnum):
    """How a duty ended. There is no “failed”: after MISSED a person decides."""

    REPORTED = "reported"
    MISSED = "missed"
    EXCUSED = "excused"


NEXT_OUTCOMES: dict[Outcome | None, frozenset[Outcome]] = {
    None: frozenset({Outcome.REPORTED, Outcome.MISSED, Outcome.EXCUSED}),
    Outcome.MISSED: frozenset({Outcome.EXCUSED}),
    Outcome.REPORTED: frozenset(),
    Outcome.EXCUSED: frozenset(),
}


class Concern(StrEnum):
    """What in a report needs an officer's look. None of them keeps a report from being accepted."""

    LATE = "late"
    MOVED = "moved"
    ADDRESS_NOT_ANSWERED = "address-not-answered"
    PHONE_CHANGED = "phone-changed"
    WANTS_CONTACT = "wants-contact"
    ANSWER = "answer"
    UNLOCATED = "unlocated"
    PLACE_COARSE = "place-coarse"
    PLACE_STALE = "place-stale"
    PLACE_FAR = "place-far"
    PLACE_TOO_FAST = "place-too-fast"
    OTHER_COUNTRY = "other-country"
    DEVICE_SIGNED_OUT = "device-signed-out"


CONCERNS = {
    Concern.LATE: "Arrived after the grace period",
    Concern.MOVED: "Says they live somewhere else now",
    Concern.ADDRESS_NOT_ANSWERED: "Did not say whether they still live there",
    Concern.PHONE_CHANGED: "Gives a new phone number",
    Concern.WANTS_CONTACT: "Asks the officer to get in touch",
    Concern.ANSWER: "Gave an answer that the office asked to see",
    Concern.UNLOCATED: "Sent without a place",
    Concern.PLACE_COARSE: "The place is known only roughly",
    Concern.PLACE_STALE: "The place was taken long before sending",
    Concern.PLACE_FAR: "The place is far from the address",
    Concern.PLACE_TOO_FAST: "The place is too far from the last one for the time between",
    Concern.OTHER_COUNTRY: "Sent through a network in another country",
    Concern.DEVICE_SIGNED_OUT: "Came from a phone that was signed out meanwhile",
}
# What an officer should think of before asking; none of these concerns says that anybody did anything.
INNOCENT = {
    Concern.UNLOCATED: "Many phones and most computers refuse or do not know their place. The check-in counts.",
    Concern.PLACE_COARSE: "Indoors, on a computer, or when the phone shares only an approximate place, this is usual.",
    Concern.PLACE_STALE: "The phone may have been indoors or offline, or its clock may be wrong.",
    Concern.PLACE_FAR: "A journey, a job, a hearing or a visit; or the map has the address wrong.",
    Concern.PLACE_TOO_FAST: "Indoors, a phone may take a network's old place for its own; a second phone, a relay"
    " service (VPN) or a wrong clock do the same.",
    Concern.OTHER_COUNTRY: "A relay service (VPN), a foreign phone contract or a wrong list of networks look the same;"
    " it says nothing of where the person was.",
}


class ExcuseReason(StrEnum):
    """Why a duty counts as done without a report."""

    OFFICER = "officer-decided"
    IN_LINE = "was-in-line"
    OFFLINE = "made-offline"
    NEVER_SIGNED_IN = "never-signed-in"
    OUTAGE = "service-was-down"
    FAILED_TRY = "could-not-send"


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


class NotedBy(StrEnum):
    """Who says so. What a device says may be made up; what the server saw may not."""

    DEVICE = "device"
    SERVER = "server"


class Source(StrEnum):
    """Which part of the service was looked at: the worker by itself, the public address from outside."""

    WORKER = "worker"
    ADDRESS = "address"


@dataclass(frozen=True)
class GivenPlace:
    """What the device said about its place. `status` is granted, or why there is none.

    `network_country` is what the operator's proxy says of the network, as an ISO 3166-1 code; empty: it says nothing.
    """

    status: str = "not-asked"
    latitude: float | None = None
    longitude: float | None = None
    accuracy_m: float | None = None
    taken_at: datetime | None = None
    network_country: str = ""


HANDED_OVER = "handed-over"  # the status of a place that another device gave


class HandOffAnswer(StrEnum):
    """What a phone learns from giving its place with a code. NO_MATCH never says what did not match."""

    TAKEN = "taken"
    NO_MATCH = "no-match"
    WAIT = "wait"


_NOT_TOLD = ("place", "template_id", "answers", "answers_need_look")


@dataclass(frozen=True)
class ReportContent:
    """What a participant sends. Everything may be missing: a report is always accepted."""

    lives_there: bool | None = None
    new_address: dict[str, str] = field(default_factory=dict)
    new_phone: str = ""
    wants_contact: bool = False
    message: str = ""
    template_id: int | None = None
    answers: dict[str, str] = field(default_factory=dict)
    answers_need_look: bool = False
    place: GivenPlace = GivenPlace()

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the answers: the same key with other answers is a conflict that a person sees."""
        return hashlib.sha256(json.dumps(self.as_details(), sort_keys=True).encode()).hexdigest()

    def as_details(self) -> dict[str, object]:
        """The answers without the place, as a flag shows them; the office's questions only where they were answered."""
        told = {one.name: getattr(self, one.name) for one in fields(self) if one.name not in _NOT_TOLD}
        return told | ({"answers": self.answers} if self.answers else {})


@dataclass(frozen=True)
class Sending:
    """How a report came. `sent_at` is what the device's clock said when the person pressed “send”.

    `form_given_at` is when we gave the form, by our clock: a signed pass in it proves that the report was not made
    earlier. `clock_skew` is the device's clock less ours at that moment. `signed_out`: its device was, meanwhile.
    """

    sent_at: datetime | None = None
    form_given_at: datetime | None = None
    clock_skew: timedelta | None = None
    signed_out: bool = False


UNSAID = Sending()


class Surety(StrEnum):
    """How sure it is when a report was made."""

    NOT_SAID = "not-said"
    AGREES = "agrees"
    CORRECTED = "corrected"
    UNPROVEN = "unproven"
    IMPOSSIBLE = "impossible"


SURETIES = {
    Surety.NOT_SAID: "The phone did not say when. It counts from when it arrived.",
    Surety.AGREES: "Quite sure: the phone’s clock agreed with ours, and it was made after we gave the form.",
    Surety.CORRECTED: "Fairly sure: the phone’s clock was wrong, and we set it right by when it got the form.",
    Surety.UNPROVEN: "Not sure: nothing of ours says when the form was given. It counts from when it arrived.",
    Surety.IMPOSSIBLE: "Cannot be: by its clock it was made before we gave the form, or after it arrived. "
    "Clocks of phones are often wrong. It counts from when it arrived.",
}


def made_at(sending: Sending, *, received_at: datetime, policy: CheckinPolicy) -> datetime | None:
    """When a report was made, by our clock; None where that is not said, not proven, or cannot be."""
    given_at = sending.form_given_at
    if sending.sent_at is None or given_at is None or sending.clock_skew is None:
        return None
    made, slack = sending.sent_at - sending.clock_skew, timedelta(minutes=policy.clock_slack_minutes)
    if not given_at - slack <= made <= received_at + slack:
        return None
    return min(max(made, given_at), received_at)


def surety_of(sending: Sending, *, received_at: datetime, policy: CheckinPolicy) -> Surety:
    """How sure it is when a report was made."""
    if sending.sent_at is None:
        return Surety.NOT_SAID
    if sending.clock_skew is None:
        return Surety.UNPROVEN
    if made_at(sending, received_at=received_at, policy=policy) is None:
        return Surety.IMPOSSIBLE
    agrees = abs(sending.clock_skew) <= timedelta(minutes=policy.clock_slack_minutes)
    return Surety.AGREES if agrees else Surety.CORRECTED


def counts_from(
    received_at: datetime, *, tried_at: datetime | None, policy: CheckinPolicy, sending: Sending = UNSAID
) -> datetime:
    """From when a report counts: when it was first tried, or made offline, if that was not long before it came."""
    first = [received_at]
    if tried_at is not None and timedelta() <= received_at - tried_at <= timedelta(hours=policy.line_credit_hours):
        first.append(tried_at)
    made = made_at(sending, received_at=received_at, policy=policy)
    if made is not None and received_at - made <= timedelta(days=policy.offline_credit_days):
        first.append(made)
    return min(first)


def receipt_statement(*, number: str, key: UUID, received_at: datetime, fingerprint: str) -> str:
    """What a receipt says, a line each, as it is signed: which report it is for, and when it was here."""
    moment = received_at.astimezone(UTC).isoformat(timespec="microseconds")
    return f"adsum receipt\n{number}\n{key}\n{moment}\n{fingerprint}\n"


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


@dataclass(frozen=True)
class ReportFacts:
    """What the rules look at in one report. `counts_from`: when it came, or when it was first tried."""

    counts_from: datetime
    missed_after: datetime | None
    lives_there: bool | None
    new_phone: bool
    wants_contact: bool
    located: bool
    coarse: bool
    stale: bool
    answers_need_look: bool = False
    far: bool = False
    too_fast: bool = False
    other_country: bool = False
    signed_out: bool = False


def concerns_about(facts: ReportFacts, *, policy: CheckinPolicy) -> list[Concern]:
    """What an officer should look at in this report, in a fixed order; empty when it is in order."""
    checks = (
        (Concern.LATE, facts.missed_after is not None and facts.counts_from > facts.missed_after),
        (Concern.ADDRESS_NOT_ANSWERED, facts.lives_there is None),
        (Concern.MOVED, facts.lives_there is False),
        (Concern.PHONE_CHANGED, facts.new_phone),
        (Concern.WANTS_CONTACT, facts.wants_contact),
        (Concern.ANSWER, facts.answers_need_look),
        (Concern.UNLOCATED, not facts.located and policy.unlocated_needs_look),
        (Concern.PLACE_COARSE, facts.coarse and policy.coarse_needs_look),
        (Concern.PLACE_STALE, facts.stale and policy.stale_needs_look),
        (Concern.PLACE_FAR, facts.far and policy.far_needs_look),
        (Concern.PLACE_TOO_FAST, facts.too_fast and policy.too_fast_needs_look),
        (Concern.OTHER_COUNTRY, facts.other_country and policy.other_country_needs_look),
        (Concern.DEVICE_SIGNED_OUT, facts.signed_out),
    )
    return [concern for concern, holds in checks if holds]


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


def first_due_on(listed: date | None, *, enrolled_on: date, policy: CheckinPolicy) -> date:
    """The first due day: the listed one, but never sooner than fair notice."""
    soonest = enrolled_on + timedelta(days=policy.first_notice_days)
    return max(listed, soonest) if listed else soonest


def catch_up(next_due_on: date, *, interval_days: int, today: date) -> date:
    """The next due day that is not past already: nobody owes a check-in that no duty announced to them."""
    if next_due_on >= today:
        return next_due_on
    periods = -(-(today - next_due_on).days // interval_days)
    return next_due_on + timedelta(days=interval_days * periods)


class HasDueAt(Protocol):
    """A duty, as far as choosing one goes."""

    due_at: datetime


D = TypeVar("D", bound=HasDueAt)


def nearest_duty(unanswered: list[D], *, at: datetime) -> D | None:
    """Which unanswered duty a report answers: the one that falls due, or fell due, nearest to it."""
    return min(unanswered, key=lambda duty: abs(duty.due_at - at), default=None)
