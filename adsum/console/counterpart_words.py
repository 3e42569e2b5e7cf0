"""Words of two files on one person: what each says, who owns what, why a person is asked, how long ago."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django import template
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.timesince import timesince

from adsum.counterparts.rules import ADDRESS_LINES, DIFFERS, FIELDS, TOLD, Holds, Owner

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from adsum.counterparts.models import Disagreement, Twin

register = template.Library()

COUNTERPART_VERBS = {
    "participant.corrected": "corrected the name or the date of birth",
    "counterpart.added": "described another system that keeps its own file",
    "counterpart.met": "found this person’s file in another system",
    "counterpart.parted": "found that another system has no file on this person any more",
    "counterpart.reconciled": "compared our file with another system’s as a whole",
    "counterpart.file-refused": "refused a file or a row of another system",
    "disagreement.found": "found that another system’s file says something else",
    "disagreement.ended": "no longer asks which of two values holds",
    "disagreement.decided": "decided which of two values holds",
    "difference.accepted": "had a difference between our file and another system’s mended",
    "disagreements.forgotten": "erased old questions on two values",
    "received.forgotten": "erased the names of what other systems had sent",
}
COUNTERPART_FACTS: dict[str, Mapping[Any, str]] = {
    "field": {name: field.title for name, field in FIELDS.items()},
    "holds": {Holds.OURS: "our value holds", Holds.THEIRS: "their value holds"},
    "difference": {kind: words for kind, (words, _) in DIFFERS.items()},
}
OWNED = {
    "names": "names",
    "date_of_birth": "dates of birth",
    "custody": "custody",
    "hearing": "hearings",
    "order": "orders of the court",
    "address": "addresses",
    "phone": "phone numbers",
    "last_check_in": "check-ins",
    "device": "devices",
}
NOTHING = "Nothing"
STILL_EXPECTED = "The person was told nothing and is still expected on the date before: ask the court which date holds"
DEVICES = {"gps": "A GPS device", "phone": "A phone that is signed in", "": "None"}
FEW_SECONDS = 120


def other_file_facts(details: Mapping[str, Any]) -> list[str]:
    """What a flag about another system’s file says: who says what, and what it said before."""
    if not details.get("system") or "before" not in details:
        return []
    title = str(details.get("field", ""))
    is_hearing = title == FIELDS["hearing"].title
    read = _moment if is_hearing else str
    now, before = (read(said) if said else NOTHING.lower() for said in (details.get("value"), details["before"]))
    found = [f"{details['system']} says under {title.lower()}: {now}", f"Before: {before}"]
    return [*found, STILL_EXPECTED] if is_hearing else found


def in_words(value: str, field: str) -> str:
    """A value as a person reads it; an address in lines. What is no day, or no known code, reads as it stands."""
    if field == "device":
        return DEVICES.get(value, value)
    if not value:
        return NOTHING
    if field == "address" and value.count("\n") == ADDRESS_LINES - 1:
        street, city, state, postal_code = value.split("\n")
        below = ", ".join(part for part in (city, f"{state} {postal_code}".strip()) if part)
        return "\n".join(line for line in (street, below) if line)
    if field in ("date_of_birth", "last_check_in"):
        return _day(value)
    return _moment(value) if field == "hearing" else value


def _day(value: str) -> str:
    try:
        return format_date(date.fromisoformat(value), "N j, Y")
    except ValueError:
        return value


def _moment(value: str) -> str:
    try:
        return format_date(datetime.fromisoformat(value), "N j, Y, H:i")
    except ValueError:
        return value


register.filter("in_words", in_words)


@register.filter
def owner_words(asked: Disagreement) -> str:
    """Who owns the field."""
    system = asked.twin.counterpart.subscriber.title
    is_ours = FIELDS[asked.field].owner == Owner.OURS
    return f"We own {OWNED[asked.field]}" if is_ours else f"{system} owns {OWNED[asked.field]}"


@register.filter
def why_asked(asked: Disagreement) -> str:
    """Why no rule says who is right."""
    field = FIELDS[asked.field]
    if asked.agreed is None:
        return "The two files have never said the same"
    before = field.plain(asked.agreed)
    here, there = field.plain(asked.ours) != before, field.plain(asked.theirs) != before
    if here and there:
        return "Both have changed it since"
    if here:
        is_ours = field.owner == Owner.OURS
        return "We told them ours, and they did not keep it" if is_ours else "It was changed here, and they own it"
    is_theirs = field.owner == Owner.THEIRS
    return "What it says there cannot be kept as it stands" if is_theirs else "It was changed there, and we own it"


@register.filter
def told_values(twin: Twin) -> list[tuple[str, str]]:
    """What they told us of fields of which we keep no value of our own."""
    return [(FIELDS[name].title, in_words(twin.told[name], name)) for name in TOLD if name in twin.told]


@register.filter
def field_titles(names: Iterable[str]) -> str:
    """Names of fields, as titles."""
    return ", ".join(FIELDS[name].title if name in FIELDS else name for name in names)


@register.filter
def ago(moment: datetime) -> str:
    """How long ago this was; just now in seconds."""
    since = timezone.now() - moment
    if since < timedelta(seconds=FEW_SECONDS):
        seconds = max(round(since.total_seconds()), 0)
        return f"{seconds} second{'' if seconds == 1 else 's'} ago"
    return f"{timesince(moment)} ago"


@register.simple_tag
def owned_by_them() -> str:
    """What the other side owns, in one line."""
    return ", ".join(OWNED[name] for name, field in FIELDS.items() if field.owner == Owner.THEIRS)


@register.simple_tag
def owned_by_us() -> str:
    """What we own, in one line."""
    return ", ".join(OWNED[name] for name, field in FIELDS.items() if field.owner == Owner.OURS)


@register.simple_tag
def told_them() -> str:
    """What they are told of a person."""
    return ", ".join(field.title.lower() for name, field in FIELDS.items() if name not in TOLD)
