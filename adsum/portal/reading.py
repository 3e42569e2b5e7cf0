"""What a page sends, read leniently: whatever is missing or wrong is left out, and the report is still a report."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from math import isfinite

from django.http import HttpRequest, QueryDict

from adsum.checkins.rules import GivenPlace, ReportContent
from adsum.core.text import clean_line, clean_text

ADDRESS_FIELDS = ("street", "unit", "city", "state", "postal_code")


Sent = Mapping[str, str]


def is_json(request: HttpRequest) -> bool:
    """True for what the page's script sends; a form without a script sends a form."""
    return request.content_type == "application/json"


def read_sent(request: HttpRequest) -> Sent:
    """The fields of a form, or the same fields as one JSON object; what is no object, or no text, is left out."""
    return read_object(request.body) if is_json(request) else request.POST.dict()


def read_object(raw: bytes) -> Sent:
    """The texts in a JSON object, by name; whatever else it is or holds is left out."""
    try:
        fields = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    given = fields if isinstance(fields, dict) else {}
    return {name: value.replace("\0", "") for name, value in given.items() if isinstance(value, str)}


def read_key(form: Sent) -> uuid.UUID | None:
    """The report's own id, made by the client; None when it is missing or broken."""
    try:
        return uuid.UUID(form.get("key", ""))
    except ValueError:
        return None


def read_report(form: Sent, *, network_country: str = "") -> ReportContent:
    """The answers of a check-in, and what the proxy says of the network's country."""
    moved = form.get("lives_there") == "no"
    address = {name: clean_line(form.get(name, "")) for name in ADDRESS_FIELDS}
    return ReportContent(
        lives_there={"yes": True, "no": False}.get(form.get("lives_there", "")),
        new_address=address if moved and address["street"] else {},
        new_phone=clean_line(form.get("new_phone", ""), longest=60),
        wants_contact=form.get("wants_contact") == "yes",
        message=clean_text(form.get("message", "")),
        place=replace(read_place(form), network_country=network_country),
    )


def read_place(form: Sent) -> GivenPlace:
    """Where the device says it is; coordinates that are none on earth count as unavailable."""
    status = clean_line(form.get("place_status", ""), longest=20) or "not-asked"
    if status != "granted":
        return GivenPlace(status)
    latitude, longitude, accuracy = (_number(form, name) for name in ("latitude", "longitude", "accuracy_m"))
    if latitude is None or longitude is None or accuracy is None:
        return GivenPlace("unavailable")
    if abs(latitude) > 90 or abs(longitude) > 180 or accuracy < 0:
        return GivenPlace("unavailable")
    return GivenPlace(status, latitude, longitude, accuracy, read_moment(form.get("taken_at", "")))


def _number(form: Sent, name: str) -> float | None:
    try:
        number = float(form.get(name, ""))
    except ValueError:
        return None
    return number if isfinite(number) else None


def read_moment(raw: str) -> datetime | None:
    """A moment of this century in UTC; what a broken clock says beyond it is left out."""
    try:
        moment = datetime.fromisoformat(raw)
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if 2000 <= moment.year < 2100 else None


def read_birthday_fields(form: QueryDict) -> date | None:
    """A date of birth from three fields; None when it is none."""
    try:
        return date(*(int(form.get(name, "")[:9]) for name in ("born_year", "born_month", "born_day")))
    except ValueError:
        return None
