"""What is owed when, and what in a report needs a look. Pure: facts in, words out; a lawyer can read it."""

import hashlib
import json
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
    UNLOCATED = "unlocated"
    PLACE_COARSE = "place-coarse"
    PLACE_STALE = "place-stale"
    DEVICE_SIGNED_OUT = "device-signed-out"


CONCERNS = {
    Concern.LATE: "Arrived after the grace period",
    Concern.MOVED: "Says they live somewhere else now",
    Concern.ADDRESS_NOT_ANSWERED: "Did not say whether they still live there",
    Concern.PHONE_CHANGED: "Gives a new phone number",
    Concern.WANTS_CONTACT: "Asks the officer to get in touch",
    Concern.UNLOCATED: "Sent without a place",
    Concern.PLACE_COARSE: "The place is known only roughly",
    Concern.PLACE_STALE: "The place was taken long before sending",
    Concern.DEVICE_SIGNED_OUT: "Came from a phone that was signed out meanwhile",
}


class ExcuseReason(StrEnum):
    """Why a duty counts as done without a report."""

    OFFICER = "officer-decided"
    IN_LINE = "was-in-line"
    OFFLINE = "made-offline"
    NEVER_SIGNED_IN = "never-signed-in"


@dataclass(frozen=True)
class GivenPlace:
    """What the device said about its place. `status` is granted, or why there is none."""

    status: str = "not-asked"
    latitude: float | None = None
    longitude: float | None = None
    accuracy_m: float | None = None
    taken_at: datetime | None = None


@dataclass(frozen=True)
class ReportContent:
    """What a participant sends. Everything may be missing: a report is always accepted."""

    lives_there: bool | None = None
    new_address: dict[str, str] = field(default_factory=dict)
    new_phone: str = ""
    wants_contact: bool = False
    message: str = ""
    place: GivenPlace = GivenPlace()

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the answers: the same key with other answers is a conflict that a person sees."""
        return hashlib.sha256(json.dumps(self.as_details(), sort_keys=True).encode()).hexdigest()

    def as_details(self) -> dict[str, object]:
        """The answers without the place, as a flag shows them."""
        return {one.name: getattr(self, one.name) for one in fields(self) if one.name != "place"}


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
    signed_out: bool = False


def concerns_about(facts: ReportFacts, *, policy: CheckinPolicy) -> list[Concern]:
    """What an officer should look at in this report, in a fixed order; empty when it is in order."""
    checks = (
        (Concern.LATE, facts.missed_after is not None and facts.counts_from > facts.missed_after),
        (Concern.ADDRESS_NOT_ANSWERED, facts.lives_there is None),
        (Concern.MOVED, facts.lives_there is False),
        (Concern.PHONE_CHANGED, facts.new_phone),
        (Concern.WANTS_CONTACT, facts.wants_contact),
        (Concern.UNLOCATED, not facts.located and policy.unlocated_needs_look),
        (Concern.PLACE_COARSE, facts.coarse and policy.coarse_needs_look),
        (Concern.PLACE_STALE, facts.stale),
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
