"""What a report says, and what in it needs a look. Pure: facts in, words out; a lawyer can read it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from uuid import UUID

from adsum.checkins.policy import CheckinPolicy
from adsum.checkins.rules.duties import DutyKind


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


CANNOT = "cannot"  # instead of a photo: its sender cannot take one
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


def receipt_statement(*, number: str, key: UUID, received_at: datetime, fingerprint: str) -> str:
    """What a receipt says, a line each, as it is signed: which report it is for, and when it was here."""
    moment = received_at.astimezone(UTC).isoformat(timespec="microseconds")
    return f"adsum receipt\n{number}\n{key}\n{moment}\n{fingerprint}\n"


@dataclass(frozen=True)
class ReportFacts:
    """What the rules look at in one report. `counts_from`: when it came, or when it was first tried.

    A photo says nothing of an address or a place, and nothing of the kind is missing in it.
    """

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
    kind: DutyKind = DutyKind.CHECK_IN


_OF_ANY_KIND = (Concern.LATE, Concern.DEVICE_SIGNED_OUT)


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
    asked = facts.kind == DutyKind.CHECK_IN
    return [concern for concern, holds in checks if holds and (asked or concern in _OF_ANY_KIND)]
