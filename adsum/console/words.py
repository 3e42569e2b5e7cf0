"""What the code calls things, in an officer's words: the filters of the console's pages."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any

from django import template
from django.utils import timezone
from django.utils.dateformat import format as format_date

from adsum.appointments.rules import ATTENDANCES, KINDS
from adsum.checkins.rules import ASKED_REASONS, CONCERNS, INNOCENT, RungState, Way
from adsum.console.counterpart_words import COUNTERPART_FACTS, other_file_facts
from adsum.console.law_words import law_facts
from adsum.console.monitor_words import FURTHER_VERBS
from adsum.console.notice_words import NOTICES
from adsum.console.record_words import record_facts
from adsum.core.languages import language_name
from adsum.documents.rules import Kind, Says
from adsum.enrolment.rules import FAULT_WORDS
from adsum.flags.rules import DECISIONS, REASONS, Reason
from adsum.leaving.rules import REASONS as LEFT_REASONS
from adsum.ledger.rules import ActorKind
from adsum.misses.rules import CHECKED
from adsum.orders.rules import Level
from adsum.partners.rules import REPORT_KINDS
from adsum.places.rules import PlaceClass

register = template.Library()

VERBS = FURTHER_VERBS | {
    "participant.enrolled": "enrolled this person from a wave",
    "participant.activated": "signed in with a code and date of birth",
    "invitation.issued": "made a new code",
    "invitation.sent-again": "sent the invitation once more",
    "device.signed-in": "signed in on a device",
    "device.signed-out": "signed out of a device",
    "push.started": "lets us push messages to a device",
    "push.ended": "ended messages on a device",
    "devices.signed-out": "signed the person out on every device",
    "language.chosen": "chose a language",
    "file.viewed": "opened this file",
    "order.started": "took over the monitoring level",
    "address.changed": "gave a new address",
    "place.taken": "sent a place with a check-in",
    "hand-off.offered": "asked for a code, to give the place by phone",
    "place.handed-over": "gave a place for a check-in, with its code",
    "place.shared": "shared a place",
    "photos.asked": "said how often a photo is asked for",
    "sharing.asked": "asked for the place to be shared after check-ins",
    "sharing.asked-no-more": "no longer asks for the place to be shared",
    "sharing.stopped": "stopped sharing the place, as they may",
    "tracking-app.made": "made a password for the OwnTracks app",
    "checkin.reported": "sent a check-in",
    "checkin.missed": "marked a check-in as missed",
    "checkin.excused": "excused a check-in",
    "checkin.deadline-moved": "gave more time for a check-in",
    "excuse.asked": "asked for a check-in to be excused",
    "excuse.answered": "answered a request to be excused",
    "attempt.failed": "noted that a check-in could not be sent",
    "message.written": "wrote a message",
    "message.answered": "answered a message",
    "representative.added": "lets a representative read the file",
    "representative.ended": "ended a representative’s look",
    "calendar.made": "made a secret address for a calendar",
    "calendar.ended": "ended the secret address for a calendar",
    "schedule.changed": "changed the check-in days",
    "schedule.added": "asked for something beside the check-ins",
    "schedule.ended": "ended a plan beside the check-ins",
    "schedule.paused": "paused the check-ins",
    "schedule.resumed": "resumed the check-ins",
    "duty.set-aside": "set a check-in aside: it could not be marked",
    "appointment.given": "gave an appointment",
    "appointment.moved": "moved an appointment",
    "appointment.cancelled": "cancelled an appointment",
    "appointment.attendance": "noted whether the participant came",
    "notice.queued": "wrote a notice to the participant",
    "questions.published": "published questions",
    "contact.broken": "noted that a number or address does not work",
    "letter.posted": "posted a letter",
    "letter.given": "gave a letter to its reader, at the office or by reading it out",
    "messages.chosen": "chose how to be reminded",
    "texts.stopped": "stopped text messages",
    "texts.started": "started text messages again",
    "reply.heard": "got an answer to a text message",
    "flag.raised": "raised a flag",
    "address.confirmed": "said that the address still holds",
    "upload.started": "began to send a file",
    "document.kept": "sent a document",
    "document.viewed": "opened a document",
    "document.scanned": "had a document scanned again",
    "document.answered": "answered a document",
    "document.unable": "said that they have nothing to show",
    "form.sent": "said that a form is sent",
    "form.not-sent": "said that a form is not sent after all",
    "flag.cleared": "decided a flag",
    "call.made": "called the person",
    "ladder.follow-up": "asked to be asked again about a missed check-in",
    "checkin.new-date": "gave a new date for a check-in",
    "plans.level": "changed the level of the check-ins to come",
    "miss.decided": "decided about a missed check-in",
    "step.holds": "put a decision into force",
    "step.signed": "signed a decision",
    "step.refused": "refused to sign a decision",
    "step.contested": "contested a decision",
    "step.answered": "answered a contested decision",
    "step.undone": "undid a decision",
    "step.grounded": "noted what stood against the person when a decision was taken",
    "step.ground-gone": "noted that what a decision rested on was taken back",
    "step.upheld": "let a decision stand without what it had rested on",
    "step.stands": "let “absconded” stand after a check-in",
    "participant.left": "noted that this person has left",
    "participant.moved": "moved this person to another office",
    "participant.back": "noted that this person is here again",
    "participant.erased": "erased this person’s file",
    "documents.erased": "erased what this person had sent",
    "caseload.given": "gave this person to an officer",
    "family.linked": "linked this person with their family",
    "family.unlinked": "took this person out of their family",
    "family.not-one": "said that this person is no family of somebody who was proposed",
    "family.decision-undone": "undid a decision about a proposed family",
    "family-decisions.erased": "erased what was decided about proposed families",
    "family.visit": "gave one visit for the whole family",
    "guardian.named": "noted who acts for a child",
    "guardian.ended": "ended that somebody acts for a child",
    "seat.taken": "signed in on a phone that others can use too",
    "turn.in": "took their turn on a shared phone",
    "turn.no-match": "tried to take a turn on a shared phone, without the right date of birth",
    "turn.wait": "tried too often to take a turn on a shared phone",
    "phone.code-asked": "asked for a code to change the phone number",
    "phone.code-refused": "typed a wrong code for a new phone number",
    "phone.changed": "changed the phone number",
    "things.ended": "ended what this person’s leaving ends",
}
ACTORS = {
    ActorKind.PARTICIPANT: "The participant",
    ActorKind.RULES: "Adsum",
    ActorKind.OPERATOR: "The operator",
    ActorKind.STRANGER: "Somebody not signed in",
    ActorKind.PARTNER: "Another agency’s system",
}
PLACES = {
    PlaceClass.SATELLITE: "Place known to the building",
    PlaceClass.NETWORK: "Place known to the neighbourhood",
    PlaceClass.COARSE: "Place known only roughly",
    PlaceClass.HAND_OFF: "Place given by another device of theirs, with a code",
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
CONTACTS = {"phone": "Text messages to the phone number fail", "email": "E-mails to the address fail"}
OUTCOMES = {"reported": "Reported", "missed": "Missed", "excused": "Excused", "None": "Open"}
DOCUMENTS = {
    Kind.ADDRESS_PROOF: "Proof of address",
    Kind.PHOTO: "Photo of the person",
    Kind.ENROLMENT_PHOTO: "Photo from the enrolment",
    Kind.EXCUSE: "Paper about a check-in",
    Kind.CONTEST: "Paper about a contested decision",
    Kind.REVIEW: "Paper about their level",
}
THROUGH = {"web": "on the web", "reply": "by text message", "phone": "by phone"}
EXCUSE_ANSWERS = {
    "granted": "Excused",
    "new-date": "Got a new date",
    "refused": "Not excused",
    "more-asked": "More was asked",
    "needless": "Needed no answer",
}
SAYINGS = {
    Says.NO_PAPERS: "Says: I have no papers",
    Says.STAYS_WITH_SOMEBODY: "Says: I stay with somebody",
    Says.SHELTER: "Says: I stay in a shelter",
    Says.NO_FIXED_ADDRESS: "Says: I have no fixed address",
    Says.NO_CAMERA: "Says: I cannot take a photo",
}
WAYS = {Way.SMS: "Text message", Way.EMAIL: "E-mail", Way.LETTER: "Letter", Way.CALL: "Call", Way.TASK: "Ask again"}
RUNGS = {
    RungState.WAITING: "to come",
    RungState.WRITTEN: "written",
    RungState.TO_CALL: "an officer is to call",
    RungState.REACHED: "reached",
    RungState.NOT_REACHED: "not reached",
    RungState.ASKED: "asked",
    RungState.NO_WAY: "no such way to this person",
    RungState.REPORTED: "not needed: a check-in came",
    RungState.EXCUSED: "not needed: excused",
    RungState.DECIDED: "not needed: decided",
    RungState.LEFT: "not needed: has left",
    RungState.NOT_YET: "not made: not switched on for this person",
}
MESSAGES = {
    "waiting": "waits to be sent",
    "sent": "sent, no receipt yet",
    "delivered": "delivered",
    "failed": "did not arrive",
    "gave-up": "could not be sent",
    "needless": "not needed any more",
}
FACTS: dict[str, Mapping[Any, str]] = {
    "reason": {reason: doc.title for reason, doc in REASONS.items()},
    "decision": DECISIONS,
    "kind": NOTICES,
    "level": LEVELS,
    "document": DOCUMENTS,
    "appointment": KINDS,
    "attendance": ATTENDANCES,
    "left": LEFT_REASONS,
    **COUNTERPART_FACTS,
    "report_kind": REPORT_KINDS,
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
    "innocent_words": INNOCENT,
    "level_words": LEVELS,
    "outcome_words": OUTCOMES,
    "document_words": DOCUMENTS,
    "say_words": SAYINGS,
    "decision_words": DECISIONS,
    "asked_words": ASKED_REASONS,
    "through_words": THROUGH,
    "excuse_words": EXCUSE_ANSWERS,
    "way_words": WAYS,
}
for _name, _table in _TABLES.items():
    register.filter(_name, partial(_words, _table))


@register.filter
def percent(share: float) -> str:
    """A share, from 0 to 1, in per cent."""
    return f"{share:.1%}"


@register.filter
def language_words(code: str) -> str:
    """A language by its English name."""
    return language_name(code)


@register.filter
def lookup(table: Mapping[Any, Any], key: object) -> Any:
    """What a table holds under this key, or None."""
    return table.get(key)


@register.filter
def why(details: Mapping[str, Any]) -> list[str]:
    """The facts of a flag, each in words."""
    found = (
        [f"{'Photo due' if details.get('photo') else 'Due'} on {_day(details['due_on'])}"]
        if details.get("due_on")
        else []
    )
    found += [_words(ASKED_REASONS, details["excuse"])] if details.get("excuse") else []
    found += [f"“{details['words']}”"] if details.get("words") else []
    found += [_words(SAYINGS, details["says"])] if details.get("says") else []
    found += [f"Wrote: “{details['said']}”"] if details.get("said") else []
    found += [f"{details['partner']} reports: {details['reported']}"] if details.get("reported") else []
    found += record_facts(details) + law_facts(details) + other_file_facts(details)
    found += [CONTACTS[details["contact"]]] if details.get("contact") in CONTACTS else []
    found += [_words(FAULT_WORDS, fault) for fault in details.get("faults", ())]
    found += [f"Contests: {_words(DECISIONS, details['contested'])}"] if details.get("contested") else []
    found += [f"The supervisor refused: “{details['refused']}”"] if details.get("refused") else []
    found += ["You wanted to be asked again"] if details.get("again") else []
    found += [*details.get("court", []), *details.get("ground", [])]
    found += _by_now(details, "reaching_until", "Messages go out until", "Messages went out until")
    found += _by_now(details, "task_due_at", "To be decided by", "Should have been decided by")
    return found + [_words(CONCERNS, concern) for concern in details.get("concerns", ())]


@register.filter
def rung_words(rung: Any) -> str:
    """What became of an attempt to reach somebody."""
    if rung.set_aside:
        return "went wrong; the operator is told"
    if rung.state == RungState.WRITTEN and rung.message is not None:
        return _words(MESSAGES, rung.message.state)
    if rung.state == RungState.WAITING and rung.duty.outcome != "missed":
        return "not needed"
    return _words(RUNGS, rung.state)


@register.filter
def check_words(absconding: Any, name: str) -> str:
    """What an officer answered to this line of the checklist."""
    return _words(CHECKED, getattr(absconding, name))


@register.filter
def lookup_note(typed: Mapping[str, str], name: str) -> str:
    """The note that was typed beside this line of the checklist."""
    return typed.get(f"{name}_note", "")


@register.filter
def is_of_a_miss(flag: Any) -> bool:
    """True for a flag about a missed check-in, or its late report."""
    return flag.reason in (Reason.MISSED_CHECK_IN, Reason.LATE_REPORT)


@register.filter
def answers_in_english(report: Any) -> list[Any]:
    """The office's questions in a report, with the answers."""
    return list(report.answered_in("en"))


@register.filter
def place_concerns(report: Any) -> list[str]:
    """The concerns of a report that speak of its place."""
    return [concern for concern in report.concerns if concern in INNOCENT]


@register.filter
def about_report(flag: Any, reports_by_id: Mapping[int, Any]) -> Any:
    """The report that a flag is about, or that came for its check-in, if it was loaded."""
    duty_id = flag.about_id("duty")
    late = (report for report in reports_by_id.values() if duty_id and report.duty_id == duty_id)
    return reports_by_id.get(flag.about_id("report")) or next(late, None)


@register.filter
def about_document(flag: Any, documents_by_id: Mapping[int, Any]) -> Any:
    """The document that a flag is about, if it was loaded."""
    return documents_by_id.get(flag.about_id("document"))


@register.filter
def about_partner_report(flag: Any, partner_reports_by_id: Mapping[int, Any]) -> Any:
    """What another agency reported that a flag is about, if it was loaded."""
    return partner_reports_by_id.get(flag.about_id("partner-report")) if partner_reports_by_id else None


@register.filter
def asked_about(flag: Any, requests: Iterable[Any]) -> list[Any]:
    """The requests to be excused from the check-in that a flag is about, oldest first."""
    duty_id = flag.about_id("duty") or flag.details.get("duty")
    return [asked for asked in reversed(list(requests)) if duty_id and asked.duty_id == duty_id]


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
    parts += [f"for {_day(facts['day'])}"] if "day" in facts else []
    return "; ".join(parts + why(facts))


def _day(iso: str) -> str:
    return format_date(date.fromisoformat(iso), "N j, Y")


def _by_now(details: Mapping[str, Any], name: str, ahead: str, over: str) -> list[str]:
    """A moment of a flag's clock, in the words for one to come or for one that is over."""
    if not details.get(name):
        return []
    moment = datetime.fromisoformat(details[name])
    words = over if moment < timezone.now() else ahead
    return [f"{words} {format_date(timezone.localtime(moment), 'D, N j, H:i')}"]
