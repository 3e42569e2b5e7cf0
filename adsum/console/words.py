"""What the code calls things, in an officer's words: the filters of the console's pages."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

from django import template
from django.utils.dateformat import format as format_date
from django.utils.translation import get_language_info

from adsum.checkins.rules import CONCERNS
from adsum.enrolment.rules import FAULT_WORDS
from adsum.flags.rules import DECISIONS, REASONS
from adsum.ledger.rules import ActorKind
from adsum.orders.rules import Level
from adsum.places.rules import PlaceClass

register = template.Library()

VERBS = {
    "participant.enrolled": "enrolled this person from a wave",
    "participant.activated": "signed in with a code and date of birth",
    "invitation.issued": "made a new code",
    "device.signed-in": "signed in on a device",
    "device.signed-out": "signed out of a device",
    "devices.signed-out": "signed the person out on every device",
    "language.chosen": "chose a language",
    "file.viewed": "opened this file",
    "order.started": "took over the monitoring level",
    "address.changed": "gave a new address",
    "place.taken": "sent a place with a check-in",
    "checkin.reported": "sent a check-in",
    "checkin.missed": "marked a check-in as missed",
    "checkin.excused": "excused a check-in",
    "duty.set-aside": "set a check-in aside: it could not be marked",
    "notice.queued": "wrote a notice to the participant",
    "contact.broken": "noted that a number or address does not work",
    "letter.posted": "posted a letter",
    "messages.chosen": "chose how to be reminded",
    "texts.stopped": "stopped text messages",
    "texts.started": "started text messages again",
    "reply.heard": "got an answer to a text message",
    "flag.raised": "raised a flag",
    "flag.cleared": "decided a flag",
}
ACTORS = {
    ActorKind.PARTICIPANT: "The participant",
    ActorKind.RULES: "Adsum",
    ActorKind.OPERATOR: "The operator",
    ActorKind.STRANGER: "Somebody not signed in",
}
PLACES = {
    PlaceClass.SATELLITE: "Place known to the building",
    PlaceClass.NETWORK: "Place known to the neighbourhood",
    PlaceClass.COARSE: "Place known only roughly",
    PlaceClass.REFUSED: "No place: not allowed on the device",
    PlaceClass.UNAVAILABLE: "No place: the device does not know it",
    PlaceClass.TIMED_OUT: "No place: not found in time",
    PlaceClass.NOT_ASKED: "No place: sent without it",
}
LEVELS = {
    Level.NONE: "No monitoring",
    Level.CHECK_IN: "Check-in by phone or computer",
    Level.PHONE_CALL: "Check-in by phone call",
    Level.GPS_WRIST: "GPS on the wrist",
    Level.GPS_ANKLE: "GPS on the ankle",
}
NOTICES = {
    "checkin-missed": "a check-in was missed",
    "checkin-excused": "a check-in is excused",
}
CONTACTS = {"phone": "Text messages to the phone number fail", "email": "E-mails to the address fail"}
OUTCOMES = {"reported": "Reported", "missed": "Missed", "excused": "Excused", "None": "Open"}
FACTS: dict[str, Mapping[Any, str]] = {
    "reason": {reason: doc.title for reason, doc in REASONS.items()},
    "decision": DECISIONS,
    "kind": NOTICES,
    "level": LEVELS,
}
RARE_LANGUAGES = {
    "ht": "Haitian Creole",
    "zh": "Chinese",
    "mam": "Mam",
    "quc": "K’iche’",
    "kjb": "Q’anjob’al",
    "kek": "Q’eqchi’",
    "ixl": "Ixil",
}


def _words(table: Mapping[Any, str], code: object) -> str:
    """The words for a code; a code without words reads as itself."""
    known = {str(key): words for key, words in table.items()}
    return known.get(str(code), str(code).replace("-", " ").replace(".", " "))


_TABLES: dict[str, Mapping[Any, str]] = {
    "verb_words": VERBS,
    "fault_words": FAULT_WORDS,
    "concern_words": CONCERNS,
    "place_words": PLACES,
    "level_words": LEVELS,
    "outcome_words": OUTCOMES,
}
for _name, _table in _TABLES.items():
    register.filter(_name, partial(_words, _table))


@register.filter
def language_words(code: str) -> str:
    """A language by its English name."""
    try:
        return RARE_LANGUAGES.get(code) or str(get_language_info(code.lower())["name"])
    except KeyError:
        return code


@register.filter
def lookup(table: Mapping[Any, Any], key: object) -> Any:
    """What a table holds under this key, or None."""
    return table.get(key)


@register.filter
def why(details: Mapping[str, Any]) -> list[str]:
    """The facts of a flag, each in words."""
    found = [f"Due on {_day(details['due_on'])}"] if details.get("due_on") else []
    found += [f"Wrote: “{details['said']}”"] if details.get("said") else []
    found += [CONTACTS[details["contact"]]] if details.get("contact") in CONTACTS else []
    found += [_words(FAULT_WORDS, fault) for fault in details.get("faults", ())]
    return found + [_words(CONCERNS, concern) for concern in details.get("concerns", ())]


@register.filter
def about_report(flag: Any, reports_by_id: Mapping[int, Any]) -> Any:
    """The report that a flag is about, or that came for its check-in, if it was loaded."""
    duty_id = flag.about_id("duty")
    late = (report for report in reports_by_id.values() if duty_id and report.duty_id == duty_id)
    return reports_by_id.get(flag.about_id("report")) or next(late, None)


@register.filter
def actor_words(line: Any, names: Mapping[int, str]) -> str:
    """Who did what a ledger line says."""
    if line.actor_kind == ActorKind.STAFF:
        return names.get(line.actor_id, "A member of staff")
    return _words(ACTORS, line.actor_kind)


@register.filter
def line_facts(line: Any) -> str:
    """What a ledger line adds to its verb: which flag, which decision, which day."""
    facts = line.facts
    parts = [_words(table, facts[key]) for key, table in FACTS.items() if key in facts]
    parts += [language_words(facts["language"])] if "language" in facts else []
    return "; ".join(parts + why(facts))


def _day(iso: str) -> str:
    return format_date(date.fromisoformat(iso), "N j, Y")
