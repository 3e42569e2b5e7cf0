"""Why something needs an officer, and what the officer may decide. Pure: words and order only."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol, TypeVar


class Reason(StrEnum):
    """Why a flag was raised."""

    MISSED_CHECK_IN = "missed-check-in"
    LATE_REPORT = "late-report"
    CHECK_IN_CONCERN = "check-in-concern"
    CONFLICTING_REPORT = "conflicting-report"
    NEVER_SIGNED_IN = "never-signed-in"
    FILE_GRADED = "file-graded"
    MESSAGE_WAITS = "message-waits"
    CORRECTION_ASKED = "correction-asked"
    ADDRESS_PROOF = "address-proof"
    PHOTO = "photo"
    NOTHING_TO_SHOW = "nothing-to-show"
    CONTACT_BROKEN = "contact-broken"
    WROTE_BACK = "wrote-back"
    EXCUSE_ASKED = "excuse-asked"
    CONTESTED = "contested"
    BACK_AGAIN = "back-again"
    LEFT_BUT_CAME = "left-but-came"
    STUCK = "stuck"
    RECORD_CONFIRMED = "record-confirmed"
    RECORD_UNCONFIRMED = "record-unconfirmed"
    RECORD_GONE = "record-gone"
    RECORD_DISPUTED = "record-disputed"
    OF_AGE = "of-age"
    WARD_ALONE = "ward-alone"
    COURT_ORDER = "court-order"
    COURT_RELIEF = "court-relief"
    COURT_REVERSED = "court-reversed"
    GROUND_GONE = "ground-gone"
    CLOCK_LATE = "clock-late"
    OTHER_FILE = "other-file"
    PARTNER_REPORT = "partner-report"


class Decision(StrEnum):
    """What an officer can decide about a flag. ADVERSE ones have a record, a notice and a way to contest them."""

    EXCUSED = "excused"
    REACHED = "reached"
    NOT_REACHED = "not-reached"
    CORRECTED = "corrected"
    STAYS_MISSED = "stays-missed"
    NEW_CODE = "new-code"
    SEEN = "seen"
    ANSWERED = "answered"
    ACCEPTED = "accepted"
    ANOTHER_WANTED = "another-wanted"
    SAME_PERSON = "same-person"
    CANNOT_TELL = "cannot-tell"
    CALL = "call"
    NEW_DATE = "new-date"
    MORE_ASKED = "more-asked"
    NOT_EXCUSED = "not-excused"
    NEEDLESS = "needless"
    APPOINTMENT = "appointment"
    HOME_VISIT = "home-visit"
    WARNING = "warning"
    LEVEL_CHANGE = "level-change"
    ABSCONDED = "absconded"
    STANDS = "stands"
    UNDONE = "undone"
    LEFT = "left"
    LAPSED = "lapsed"


@dataclass(frozen=True)
class ReasonDoc:
    """How a reason stands on the worklist: its words, its place in the order (lower first), what may be decided."""

    title: str
    question: str
    urgency: int
    decisions: tuple[Decision, ...]


# A missed check-in and its late report are one matter, so that what is decided of one can be said of the other.
OF_A_MISS = (
    Decision.EXCUSED,
    Decision.NEW_DATE,
    Decision.REACHED,
    Decision.NOT_REACHED,
    Decision.APPOINTMENT,
    Decision.HOME_VISIT,
    Decision.WARNING,
    Decision.STAYS_MISSED,
    Decision.LEVEL_CHANGE,
    Decision.ABSCONDED,
)
ADVERSE = frozenset(
    {Decision.APPOINTMENT, Decision.HOME_VISIT, Decision.WARNING, Decision.LEVEL_CHANGE, Decision.ABSCONDED}
)

# What is written as the reason of a decision about these is sent to the participant.
ANSWERED_IN_WRITING = frozenset({Reason.MESSAGE_WAITS, Reason.CORRECTION_ASKED, Reason.RECORD_DISPUTED})

REASONS = {
    Reason.MISSED_CHECK_IN: ReasonDoc(
        "Missed check-in",
        "No check-in arrived by the end of the grace period. What happens next?",
        10,
        OF_A_MISS,
    ),
    Reason.LATE_REPORT: ReasonDoc(
        "Late check-in",
        "A check-in arrived after it had been marked missed. Does it count?",
        20,
        OF_A_MISS,
    ),
    Reason.EXCUSE_ASKED: ReasonDoc(
        "Asks to be excused",
        "This person says why they could not, or cannot, check in. Do you excuse it? Your reason is sent to them.",
        15,
        (Decision.EXCUSED, Decision.NEW_DATE, Decision.MORE_ASKED, Decision.NOT_EXCUSED, Decision.NEEDLESS),
    ),
    Reason.CONFLICTING_REPORT: ReasonDoc(
        "Check-in sent twice with different content",
        "One check-in arrived twice under the same number, and the two differ. The first one stands. Is it right?",
        25,
        (Decision.REACHED, Decision.CORRECTED, Decision.SEEN),
    ),
    Reason.CHECK_IN_CONCERN: ReasonDoc(
        "Check-in to look at",
        "Something in this check-in needs a look. Is it in order?",
        30,
        (Decision.SEEN, Decision.CORRECTED, Decision.REACHED, Decision.NOT_REACHED),
    ),
    Reason.CORRECTION_ASKED: ReasonDoc(
        "Asks for a correction",
        "The participant says that something in their file is wrong. Your reason below is sent to them as the answer.",
        28,
        (Decision.CORRECTED, Decision.ANSWERED),
    ),
    Reason.MESSAGE_WAITS: ReasonDoc(
        "Message to answer",
        "The participant has written. Your reason below is sent to them as the answer.",
        35,
        (Decision.ANSWERED, Decision.REACHED),
    ),
    Reason.NEVER_SIGNED_IN: ReasonDoc(
        "Has never got in",
        "A check-in came due, but this person has never signed in. It was excused. How will you help them in?",
        40,
        (Decision.NEW_CODE, Decision.REACHED, Decision.NOT_REACHED),
    ),
    Reason.STUCK: ReasonDoc(
        "Stuck on the way in",
        "Somebody of the office asked that this person be called and helped in. How did it go?",
        38,
        (Decision.REACHED, Decision.NOT_REACHED, Decision.NEW_CODE),
    ),
    Reason.FILE_GRADED: ReasonDoc(
        "File to complete",
        "The agency's file leaves something open. Can it be mended?",
        50,
        (Decision.CORRECTED, Decision.REACHED, Decision.SEEN),
    ),
    Reason.ADDRESS_PROOF: ReasonDoc(
        "Proof of address",
        "Does this paper show the address beside it?",
        33,
        (Decision.ACCEPTED, Decision.ANOTHER_WANTED, Decision.CALL),
    ),
    Reason.PHOTO: ReasonDoc(
        "Photo to compare",
        "Is this the same person as in the enrolment photo? Only you compare; no computer does.",
        34,
        (Decision.SAME_PERSON, Decision.CANNOT_TELL, Decision.ANOTHER_WANTED, Decision.CALL),
    ),
    Reason.NOTHING_TO_SHOW: ReasonDoc(
        "Has nothing to show",
        "This person says so themselves. It is no fault. Do they need help?",
        36,
        (Decision.SEEN, Decision.CALL, Decision.REACHED),
    ),
    Reason.CONTACT_BROKEN: ReasonDoc(
        "Messages do not arrive",
        "A phone number or e-mail address does not work any more. Call, or write a letter: how can we reach them?",
        35,
        (Decision.REACHED, Decision.CORRECTED, Decision.NOT_REACHED),
    ),
    Reason.WROTE_BACK: ReasonDoc(
        "Answered a text message",
        "This person has answered a reminder with words of their own. Do they need anything?",
        35,
        (Decision.REACHED, Decision.NOT_REACHED, Decision.SEEN),
    ),
    Reason.CONTESTED: ReasonDoc(
        "Contests a decision",
        "The participant says that a decision is wrong. Does it stand? Your reason is sent to them as the answer.",
        15,
        (Decision.UNDONE, Decision.STANDS),
    ),
    Reason.COURT_ORDER: ReasonDoc(
        "Order of the court",
        "The court has ordered this person to leave. Does it change anything for you? Do they know, and have a lawyer?",
        14,
        (Decision.REACHED, Decision.NOT_REACHED, Decision.CALL, Decision.CORRECTED, Decision.SEEN),
    ),
    Reason.COURT_RELIEF: ReasonDoc(
        "The court has granted relief",
        "This person may stay. Should their monitoring end?",
        18,
        (Decision.REACHED, Decision.NOT_REACHED, Decision.CALL, Decision.SEEN),
    ),
    Reason.COURT_REVERSED: ReasonDoc(
        "The court has taken a decision back",
        "Somebody has acted on a decision that does not hold any more. What they did must be looked at again. Is it?",
        8,
        (Decision.CORRECTED, Decision.REACHED, Decision.NOT_REACHED, Decision.SEEN),
    ),
    Reason.GROUND_GONE: ReasonDoc(
        "A step rests on what was taken back",
        "What stood against this person when the step was decided is gone. Does the step still stand without it?",
        8,
        (Decision.UNDONE, Decision.STANDS),
    ),
    Reason.BACK_AGAIN: ReasonDoc(
        "Absconded, but has checked in",
        "A check-in came from somebody who is recorded as absconded. Adsum proposes to end that record.",
        12,
        (Decision.UNDONE, Decision.STANDS),
    ),
    Reason.OF_AGE: ReasonDoc(
        "A child has come of age",
        "From this age people check in themselves. Have they a phone of their own? If so, end the guardianship.",
        38,
        (Decision.SEEN, Decision.REACHED, Decision.NOT_REACHED),
    ),
    Reason.WARD_ALONE: ReasonDoc(
        "Nobody acts for this child",
        "Who acted for this child has left, or is in custody. Who cares for it, and who checks in for it now?",
        9,
        (Decision.REACHED, Decision.NOT_REACHED, Decision.CALL, Decision.SEEN),
    ),
    Reason.LEFT_BUT_CAME: ReasonDoc(
        "Has left, but has checked in",
        "A check-in came from somebody who has left. It was received. Is what we know about them still right?",
        12,
        (Decision.SEEN, Decision.REACHED, Decision.CORRECTED),
    ),
    Reason.RECORD_DISPUTED: ReasonDoc(
        "Says a record is not about them",
        "The participant says that this record is about somebody else. Look at it again; your reason is sent to them.",
        11,
        (Decision.ANSWERED, Decision.CALL),
    ),
    Reason.RECORD_GONE: ReasonDoc(
        "A record has changed since you decided",
        "The ground of a decision is gone, or the person says that it is not them. Is anything to be undone?",
        11,
        (Decision.UNDONE, Decision.SEEN, Decision.CALL),
    ),
    Reason.RECORD_CONFIRMED: ReasonDoc(
        "Record confirmed",
        "Somebody judged that this record is about this person, and the agency says that it holds. What follows?",
        14,
        (Decision.SEEN, Decision.CALL, Decision.REACHED, Decision.NOT_REACHED),
    ),
    Reason.RECORD_UNCONFIRMED: ReasonDoc(
        "The agency has not answered",
        "The agency that owns this record did not say in time whether it holds. Nothing follows from it. Call them?",
        16,
        (Decision.CALL, Decision.REACHED, Decision.NOT_REACHED, Decision.SEEN),
    ),
    Reason.PARTNER_REPORT: ReasonDoc(
        "Another agency reports",
        "Nothing was changed by it. Ask the participant: is it right? What you change, you change yourself.",
        29,
        (Decision.REACHED, Decision.NOT_REACHED, Decision.CORRECTED, Decision.CALL, Decision.SEEN),
    ),
    Reason.CLOCK_LATE: ReasonDoc(
        "An answer is late",
        "The last day for this answer is over. That refuses nothing: somebody must answer now. Who does?",
        9,
        (Decision.SEEN, Decision.CALL, Decision.REACHED),
    ),
    Reason.OTHER_FILE: ReasonDoc(
        "Another system’s file says something new",
        "It may change what is asked of this person, or end it. Nothing has followed from it. What do you do?",
        13,
        (Decision.SEEN, Decision.CALL, Decision.REACHED, Decision.NOT_REACHED, Decision.CORRECTED),
    ),
}

DECISIONS = {
    Decision.EXCUSED: "It counts as done; the participant is told",
    Decision.STAYS_MISSED: "It stays marked as missed",
    Decision.REACHED: "I spoke with the person",
    Decision.NOT_REACHED: "I tried and could not reach them",
    Decision.CORRECTED: "I had the agency's file corrected",
    Decision.NEW_CODE: "I gave them a new code",
    Decision.SEEN: "It is in order as it is",
    Decision.ANSWERED: "I answer what is written below",
    Decision.ACCEPTED: "Yes, I accept it; the participant is told",
    Decision.ANOTHER_WANTED: "I ask for another one; the participant is told my reason",
    Decision.SAME_PERSON: "The same person; the participant is told",
    Decision.CANNOT_TELL: "I cannot tell",
    Decision.CALL: "I will call the person",
    Decision.NEW_DATE: "It gets a new date; the participant is told",
    Decision.MORE_ASKED: "I ask for more; the participant is told my reason",
    Decision.NOT_EXCUSED: "I do not excuse it; the participant is told why, and that they can ask again",
    Decision.NEEDLESS: "It needs no answer: the check-in came, or it was no request",
    Decision.APPOINTMENT: "Office appointment; the participant is told",
    Decision.HOME_VISIT: "Ask for a home visit; the participant is told",
    Decision.WARNING: "Written warning; the participant is told",
    Decision.LEVEL_CHANGE: "Propose another level; a supervisor signs",
    Decision.ABSCONDED: "Propose “absconded”; a supervisor signs",
    Decision.STANDS: "It stands",
    Decision.UNDONE: "I undo it; the participant is told",
    Decision.LEFT: "The person has left",
    Decision.LAPSED: "Its ground is gone; Adsum took it off the worklist",
}


@dataclass(frozen=True)
class NewFlag:
    """A flag before it is raised. `about` names the thing (duty:7); one flag per reason and thing is open at a time."""

    participant_id: int
    reason: Reason
    about: str = ""
    details: dict[str, Any] = field(default_factory=dict)


class HasMatter(Protocol):
    """A flag, as far as what it is about goes."""

    reason: str
    details: dict[str, Any]

    def about_id(self, kind: str) -> int | None:
        """The id of the thing of this kind that it is about."""


F = TypeVar("F", bound=HasMatter)


def without_twins(flags: list[F]) -> list[F]:
    """The matters to decide: a missed check-in whose report came late is one, shown as the late report.

    Where somebody asks to be excused from a check-in, that comes first, and the miss waits behind it.
    """
    asked = {flag.about_id("duty") for flag in flags if flag.reason == Reason.EXCUSE_ASKED}
    late = {flag.details.get("duty") for flag in flags if flag.reason == Reason.LATE_REPORT}
    behind = {Reason.MISSED_CHECK_IN: asked | late, Reason.LATE_REPORT: asked}
    return [flag for flag in flags if _duty_of(flag) not in behind.get(Reason(flag.reason), set())]


def _duty_of(flag: HasMatter) -> int | None:
    return flag.about_id("duty") or flag.details.get("duty")
