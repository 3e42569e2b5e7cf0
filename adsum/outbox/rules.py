"""What a fact is, who may be told it, when a refused one is tried again, and when nobody is troubled for a while."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from adsum.outbox.policy import OutboxPolicy


class Way(StrEnum):
    """How a subscriber is told: each fact at once, all of a day in files, or by keeping its own file up to date."""

    WEBHOOK = "webhook"
    FILES = "files"
    TWINS = "twins"


KINDS = {
    "address.changed": "An address was changed",
    "checkin.missed": "A check-in was missed",
    "checkin.reported": "A check-in was made",
    "confirmation.asked": "An agency was asked about a record",
    "contact.changed": "A phone number or an e-mail address was changed",
    "counterpart.differs": "Another system’s file says something else than ours",
    "lead.closed": "A possible match was closed",
    "review.appealed": "A decision on a level was appealed",
    "review.asked": "A review was asked for",
    "review.decided": "A review was decided",
}
FIELDS = {
    "case_number": "The case number",
    "office": "The code of the office",
    "names": "Given names and surnames",
    "language": "The language",
    "address": "The address given last",
}


class Door(StrEnum):
    """Where other systems tell us something."""

    SMS = "sms"
    MONITORS = "monitors"
    RECORDS = "records"
    RECORD_FILES = "record-files"
    COURT = "court"
    COUNTERPARTS = "counterparts"


class RefusedFor(StrEnum):
    """Why a message was refused, as it is counted. It says nothing of what stood in it."""

    SIGNATURE = "signature"
    EXPIRED = "expired"
    UNKNOWN = "unknown"
    TOO_LARGE = "too-large"
    LAYOUT = "layout"


STATUSES = {  # of HTTP (RFC 9110)
    RefusedFor.SIGNATURE: 401,
    RefusedFor.EXPIRED: 401,
    RefusedFor.UNKNOWN: 404,
    RefusedFor.TOO_LARGE: 413,
    RefusedFor.LAYOUT: 422,
}


@dataclass(frozen=True)
class Event:
    """A fact owed to other systems: ids and codes only; a consumer asks for more where it may."""

    kind: str
    participant_id: int
    body: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Owed:
    """A fact on its way to one subscriber, who may get it twice and knows it by its number."""

    number: int
    kind: str
    participant_id: int
    body: dict[str, Any]
    created_at: datetime


@dataclass(frozen=True)
class Described:
    """What is said of a subscriber: where it is told, of which kinds and offices, and what beside the ids, and why."""

    code: str
    title: str
    way: Way
    address: str
    layout: str = ""
    hour: int | None = None
    kinds: tuple[str, ...] = ()
    offices: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    why: str = ""


def pause_after(refusals: int, *, chance: float, policy: OutboxPolicy) -> timedelta:
    """How long to wait after so many refusals: doubling, give or take a half, so that not all come back at once.

    `chance` is drawn from 0 to 1.
    """
    doubled = policy.first_pause_seconds * 2.0 ** min(refusals - 1, 30)
    return timedelta(seconds=min(doubled, policy.longest_pause_seconds) * (0.5 + chance))


def pause_in_silence(silent: timedelta, *, chance: float, policy: OutboxPolicy) -> timedelta:
    """How long to leave a subscriber alone that has been silent so long: as long again, within the policy's bounds."""
    seconds = min(max(silent.total_seconds(), policy.first_silence_seconds), policy.longest_silence_seconds)
    return timedelta(seconds=seconds * (0.5 + chance / 2))


def is_poison(refusals: int, *, policy: OutboxPolicy) -> bool:
    """True when an event has been refused so often that its participant's next ones should not wait any longer."""
    return refusals >= policy.tries


def refuses_everything(in_a_row: int, *, policy: OutboxPolicy) -> bool:
    """True when so many different facts were refused one after another that the fault is hardly theirs."""
    return in_a_row >= policy.refusals_in_a_row


def next_file_at(hour: int, *, now: datetime) -> datetime:
    """When the next daily file is due: at this hour, UTC."""
    due = now.replace(hour=hour, minute=0, second=0, microsecond=0)
    return due if due > now else due + timedelta(days=1)
