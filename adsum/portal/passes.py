"""The pass that goes with each check-in form: whose form it is, for which device, and when we gave it.

What holds a pass was made after it was given, for nobody else; so a report that was made offline can be delivered
after its device was signed out. docs/decisions/0013-offline-reports.md says who may deliver what.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.http import HttpRequest

from adsum.checkins.rules import Sending
from adsum.core.ids import keyed_hash
from adsum.people.rules import hash_token
from adsum.portal.cookies import DEVICE_COOKIE
from adsum.portal.reading import read_moment


@dataclass(frozen=True)
class Pass:
    """Whose form, on which device (the hash of its token), and when it was given by our clock."""

    participant_id: int
    device: str
    given_at: datetime

    def signed(self) -> str:
        """As it stands in the form."""
        said = f"{self.participant_id}.{round(self.given_at.timestamp() * 1000)}.{self.device}"
        return f"{said}.{_signature(said)}"


def _signature(said: str) -> str:
    return keyed_hash(settings.SECRET_KEY, "form pass", said)[:32]


def give_pass(request: HttpRequest, participant_id: int, now: datetime) -> str:
    """The pass for the form that this device asks for now."""
    return Pass(participant_id, hash_token(request.COOKIES.get(DEVICE_COOKIE, "")), now).signed()


def read_pass(text: str) -> Pass | None:
    """The pass that we signed; None for anything else."""
    said, _, signature = text.rpartition(".")
    if not hmac.compare_digest(_signature(said).encode(), signature.encode()):
        return None
    participant_id, given_ms, device = said.split(".")
    return Pass(int(participant_id), device, datetime.fromtimestamp(int(given_ms) / 1000, UTC))


def read_sending(form: Mapping[str, str], given: Pass | None, *, signed_out: bool = False) -> Sending:
    """When the report was made as the device says, and how far its clock was from ours when it got the form."""
    opened_at = read_moment(form.get("opened_at", ""))
    return Sending(
        sent_at=read_moment(form.get("sent_at", "")),
        form_given_at=given.given_at if given else None,
        clock_skew=opened_at - given.given_at if given and opened_at else None,
        signed_out=signed_out,
    )


def sending_of(form: Mapping[str, str], participant_id: int) -> Sending:
    """The same for a report that comes straight from a page; another person's pass says nothing."""
    given = read_pass(form.get("pass", ""))
    return read_sending(form, given if given and given.participant_id == participant_id else None)


def is_fresh(given: Pass, *, days: int, now: datetime) -> bool:
    """True while a pass alone delivers a report."""
    return now - given.given_at <= timedelta(days=days)
