"""What a partner may see and report, and when it has asked too often. Pure: facts in, words out."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from adsum.places.rules import GivenAddress

CLIENT_PREFIX, SECRET_PREFIX, TOKEN_PREFIX = "adsum_", "adsum_secret_", "adsum_token_"
FLAG_ABOUT = "partner-report"


class Scope(StrEnum):
    """What a partner may do. Each is given to it by name, with one reason for all."""

    FIND = "participants:find"
    LIST = "participants:list"
    NAMES = "participants:names"
    LANGUAGE = "participants:language"
    ADDRESS = "addresses:read"
    DUTIES = "duties:read"
    APPOINTMENTS = "appointments:read"
    REPORT = "reports:write"


SCOPES = {
    Scope.FIND: "Find a person by case number, and see their office and whether they have signed in",
    Scope.LIST: "See everybody of the offices, page by page",
    Scope.NAMES: "Beside it names and date of birth",
    Scope.LANGUAGE: "Beside it the language",
    Scope.ADDRESS: "Beside it the address given last",
    Scope.DUTIES: "When check-ins are due, and what became of them",
    Scope.APPOINTMENTS: "When and where a person is expected: at the office, in court, elsewhere",
    Scope.REPORT: "Report what an officer decides about: another address, another number, anything else",
}


class ReportKind(StrEnum):
    """What a partner reports."""

    ADDRESS = "address"
    CONTACT = "contact"
    OTHER = "other"


REPORT_KINDS = {
    ReportKind.ADDRESS: "Another address",
    ReportKind.CONTACT: "Another phone number or e-mail address",
    ReportKind.OTHER: "Something else",
}


class ReportState(StrEnum):
    """Whether a report waits for an officer, was decided about, or was taken back by its partner."""

    OPEN = "open"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Described:
    """What an operator says of a partner: whose people it may see, what of them, and which law lets it."""

    code: str
    title: str
    offices: tuple[str, ...]
    scopes: tuple[Scope, ...]
    why: str


@dataclass(frozen=True)
class Said:
    """What a report says: by its kind an address, a number, or words only."""

    kind: ReportKind
    words: str = ""
    address: GivenAddress | None = None
    phone: str = ""
    email: str = ""

    @property
    def is_empty(self) -> bool:
        """True where nothing is said that an officer could decide about."""
        match self.kind:
            case ReportKind.ADDRESS:
                return self.address is None or not (self.address.street and self.address.city)
            case ReportKind.CONTACT:
                return not (self.phone or self.email)
        return not self.words

    def as_facts(self) -> dict[str, Any]:
        """As it is kept."""
        facts: dict[str, Any] = {"address": self.address._asdict()} if self.address else {}
        return facts | {name: value for name, value in (("phone", self.phone), ("email", self.email)) if value}


def said_from(kind: str, words: str, facts: Mapping[str, Any]) -> Said:
    """What was kept, read again."""
    address = GivenAddress(**facts["address"]) if "address" in facts else None
    return Said(ReportKind(kind), words, address, facts.get("phone", ""), facts.get("email", ""))


@dataclass(frozen=True)
class Use:
    """How much of a minute's requests is left to somebody, and in how many seconds the next minute begins."""

    limit: int
    left: int
    seconds: int
    is_over: bool = field(default=False)


def use_of(count: int, *, limit: int, now: datetime) -> Use:
    """Where the request with this number stands within its minute."""
    return Use(limit, max(0, limit - count), max(1, 60 - now.second), count > limit)


def granted(asked: str, *, given: Collection[str]) -> tuple[str, ...] | None:
    """The scopes of a token: those asked for, or all that were given. None where one is asked for that was not."""
    wanted = asked.split()
    return tuple(sorted(set(wanted or given))) if set(wanted) <= set(given) else None


def hash_secret(secret: str) -> str:
    """A secret or token of ours as it is kept. They are 256 random bits: nothing slower would be safer."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def flag_about(report_id: int) -> str:
    """How a flag names the report that it is about."""
    return f"{FLAG_ABOUT}:{report_id}"
