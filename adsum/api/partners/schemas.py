"""What goes in and out. What is not in an answer was not allowed to this token, or is not known."""

import datetime as dt
import re
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import BeforeValidator, ConfigDict, Field

from adsum.appointments.rules import Attendance, Kind
from adsum.partners.rules import ReportState

HANDLE = r"^[0-9]{1,18}-[0-9a-f]{16}$"
_NO_CONTROLS = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
_ONE_LINE = r"^[^\x00-\x1f\x7f]*$"


def _text(longest: int, *, least: int = 0, pattern: str = _ONE_LINE) -> Any:
    return Field(min_length=least, max_length=longest, pattern=pattern)


def _written_out(value: object) -> object:
    """A day is 2026-11-23, never a number of seconds."""
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise ValueError("a day such as 2026-11-23 is needed")
    return value


Day = Annotated[dt.date, BeforeValidator(_written_out)]


class Strict(Schema):
    """What a partner sends: what is not known is refused, not dropped."""

    model_config = ConfigDict(extra="forbid")


class ProblemOut(Schema):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list["FaultOut"] | None = None


class FaultOut(Schema):
    """One place that is not as described: in the query, a header or the body, there as a JSON pointer."""

    in_: str = Field(alias="in")
    pointer: str
    detail: str


class TokenOut(Schema):
    """A token (RFC 6749, 5.1): sent as `Authorization: Bearer …` until it ends."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    scope: str


class PartnerOut(Schema):
    """Who you are to us: whose people you may see, what of them, and the law by which you may."""

    code: str
    title: str
    offices: list[str]
    scopes: list[str]
    token_scopes: list[str]
    why: str
    requests_per_minute: int


class AddressOut(Schema):
    """An address as it was given."""

    street: str
    unit: str
    city: str
    state: str
    postal_code: str


class ParticipantOut(Schema):
    """A participant. `id` is yours alone; the number before its hyphen is the `participant` of our webhooks."""

    id: str
    case_number: str
    office: str
    time_zone: str
    signed_in: bool
    given_names: str | None = None
    surnames: str | None = None
    date_of_birth: dt.date | None = None
    language: str | None = None
    address: AddressOut | None = None


class ParticipantPage(Schema):
    """A page; `next` is the cursor of the one behind it, null on the last."""

    items: list[ParticipantOut]
    next: str | None


class DutiesOut(Schema):
    """Check-ins: the one that can be made now, one that was missed and waits for an officer, the next day, a year's."""

    open_due_on: dt.date | None
    missed_due_on: dt.date | None
    next_due_on: dt.date | None
    last_check_in_at: dt.datetime | None
    reported_in_a_year: int
    missed_in_a_year: int
    excused_in_a_year: int


class AppointmentOut(Schema):
    """When and where a person is expected. `attendance` is what an officer noted; unknown is no absence."""

    id: int
    kind: Kind
    starts_at: dt.datetime
    place: str
    holds: bool
    attendance: Attendance


class AppointmentList(Schema):
    """Appointments, the next one first."""

    items: list[AppointmentOut]


class AddressIn(Strict):
    """An address in the United States."""

    street: Annotated[str, _text(200, least=1)]
    unit: Annotated[str, _text(60)] = ""
    city: Annotated[str, _text(100, least=1)]
    state: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    postal_code: Annotated[str, Field(pattern=r"^[0-9]{5}(-[0-9]{4})?$")]


Words = Annotated[str, _text(4000, pattern=_NO_CONTROLS)]


class AddressReport(Strict):
    """The person lives somewhere else, as far as you know."""

    kind: Literal["address"]
    address: AddressIn
    words: Words = ""


class ContactReport(Strict):
    """Another number (E.164) or e-mail address: at least one of both."""

    kind: Literal["contact"]
    phone: Annotated[str, Field(pattern=r"^(\+[1-9][0-9]{6,14})?$")] = ""
    email: Annotated[str, Field(max_length=200, pattern=r"^([!-?A-~]+@[!-?A-~]+\.[!-?A-~]+)?$")] = ""
    words: Words = ""


class OtherReport(Strict):
    """Anything else that an officer should know, in your words."""

    kind: Literal["other"]
    words: Annotated[str, _text(4000, least=1, pattern=_NO_CONTROLS)]


ReportIn = Annotated[AddressReport | ContactReport | OtherReport, Field(discriminator="kind")]


class ReportOut(Schema):
    """A report of yours. `open`: an officer has not decided yet, and you can change it or take it back."""

    id: int
    participant_id: str
    kind: Literal["address", "contact", "other"]
    state: ReportState
    words: str
    address: AddressOut | None = None
    phone: str | None = None
    email: str | None = None
    made_at: dt.datetime
    changed_at: dt.datetime


class ReportPage(Schema):
    """A page; `next` is the cursor of the one behind it, null on the last."""

    items: list[ReportOut]
    next: str | None


class TokenAsked(Schema):
    """What is asked for a token. Client and secret stand here, or in the header (HTTP Basic)."""

    grant_type: str = Field("", description="client_credentials")
    scope: str = ""
    client_id: str = ""
    client_secret: str = ""
