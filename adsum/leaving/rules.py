"""Why somebody leaves, what ends then, and until when their file is kept. Pure: facts in, words out."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from adsum.leaving.policy import LeavingPolicy


class LeftBecause(StrEnum):
    """Why somebody leaves. Only MOVED people go on checking in, and only DETAINED ones wait to go on."""

    CLOSED = "closed"
    MOVED = "moved"
    DETAINED = "detained"
    DIED = "died"
    ERROR = "error"


class Ends(StrEnum):
    """What can end when somebody leaves."""

    CHECKINS = "checkins"
    MESSAGES = "messages"
    FLAGS = "flags"
    STEPS = "steps"
    VISITS = "visits"
    SHARING = "sharing"
    ORDER = "order"
    PUSHES = "pushes"
    CALENDAR = "calendar"
    CODES = "codes"
    WARDS = "wards"
    LOOKS = "looks"
    RECORDS = "records"
    REVIEWS = "reviews"


ENDS: dict[LeftBecause, frozenset[Ends]] = {
    LeftBecause.CLOSED: frozenset(Ends),
    LeftBecause.DIED: frozenset(Ends),
    LeftBecause.ERROR: frozenset(Ends),
    LeftBecause.DETAINED: frozenset(Ends) - {Ends.ORDER, Ends.LOOKS, Ends.RECORDS, Ends.REVIEWS},
    LeftBecause.MOVED: frozenset({Ends.VISITS, Ends.SHARING}),
}
ERASED_AFTER = frozenset({LeftBecause.CLOSED, LeftBecause.DIED, LeftBecause.ERROR})

REASONS = {
    LeftBecause.CLOSED: "The case is closed",
    LeftBecause.MOVED: "Moves to another office",
    LeftBecause.DETAINED: "In custody",
    LeftBecause.DIED: "Has died",
    LeftBecause.ERROR: "Was on the list by mistake",
}
ENDS_WORDS = {
    Ends.CHECKINS: "Check-ins",
    Ends.MESSAGES: "Messages on their way",
    Ends.FLAGS: "Matters to decide",
    Ends.STEPS: "Decisions that wait for a signature, and “absconded”",
    Ends.VISITS: "Visits at the office",
    Ends.SHARING: "Sharing the place, and the tracking app",
    Ends.ORDER: "The monitoring order",
    Ends.PUSHES: "Messages on devices",
    Ends.CALENDAR: "The calendar’s secret address",
    Ends.CODES: "Codes to sign in",
    Ends.WARDS: "Children here for whom nobody else acts (their officer is told)",
    Ends.LOOKS: "Looks of representatives",
    Ends.RECORDS: "Possible matches with records that nobody has judged, and what sources are asked to tell",
    Ends.REVIEWS: "Reviews of the level that nobody has decided",
}
EVIDENCE_HINTS = {
    LeftBecause.CLOSED: "Which decision, of whom, of which day? For example: Order of Judge Ortiz, November 3.",
    LeftBecause.MOVED: "How do you know? For example: proof of the new address, seen today.",
    LeftBecause.DETAINED: "Where, since when, and who told you?",
    LeftBecause.DIED: "Which paper or authority says so? For example: death certificate, number and office.",
    LeftBecause.ERROR: "What was wrong? For example: case number of another person with the same name.",
}


@dataclass(frozen=True)
class Left:
    """What an officer says about somebody who leaves. `office_id` and `officer_id` only where they move."""

    reason: LeftBecause
    evidence: str
    office_id: int | None = None
    officer_id: int | None = None


def read_reason(raw: str) -> LeftBecause | None:
    """The reason that a form names; None where it names none."""
    return LeftBecause(raw) if raw in set(LeftBecause) else None


def erase_on(reason: LeftBecause, *, left_on: date, policy: LeavingPolicy) -> date | None:
    """The day on which the file is erased; None while the person may still need it."""
    keep = {
        LeftBecause.CLOSED: policy.keep_closed_days,
        LeftBecause.ERROR: policy.keep_error_days,
        LeftBecause.DIED: policy.keep_died_days,
    }
    return left_on + timedelta(days=keep[reason]) if reason in keep else None


@dataclass(frozen=True)
class Deadlines:
    """The moments of an open duty. `moved_from`: the planned `missed_after`, where credit has moved it."""

    opens_at: datetime
    due_at: datetime
    missed_after: datetime
    moved_from: datetime | None = None


def carried_over(before: Deadlines, *, due_at: datetime, grace_hours: int) -> Deadlines:
    """An open duty at its new office, where its day ends at `due_at`: each moment the later one, none is shortened."""
    ends = max(before.due_at, due_at)
    planned = max(before.moved_from or before.missed_after, due_at + timedelta(hours=grace_hours))
    return Deadlines(
        before.opens_at,
        ends,
        max(before.missed_after, planned),
        planned if before.moved_from else None,
    )
