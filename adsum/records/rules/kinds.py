"""The words of outside records: kinds, stages, verdicts, answers. Pure."""

from enum import StrEnum


class Kind(StrEnum):
    """What a record tells of. None of them proves that somebody did anything."""

    ARREST = "arrest"
    WARRANT = "warrant"
    COURT_EVENT = "court-event"
    PROTECTION_ORDER = "protection-order"


KINDS = {
    Kind.ARREST: "Arrest",
    Kind.WARRANT: "Warrant",
    Kind.COURT_EVENT: "Court event",
    Kind.PROTECTION_ORDER: "Protection order",
}


class Transport(StrEnum):
    """How records of a source come."""

    DROP = "drop"
    PUSH = "push"
    QUERY = "query"
    RAP_BACK = "rap-back"


class Stage(StrEnum):
    """Where a possible match stands."""

    OPEN = "open"
    SECOND = "second"
    SUPERVISOR = "supervisor"
    SAME = "same"
    NOT_SAME = "not-same"
    CANNOT_TELL = "cannot-tell"
    CLOSED = "closed"


WAITING = frozenset({Stage.OPEN, Stage.SECOND, Stage.SUPERVISOR})
STAGES = {
    Stage.OPEN: "waits for a judgement",
    Stage.SECOND: "waits for a second judgement",
    Stage.SUPERVISOR: "two people disagree; a supervisor judges",
    Stage.SAME: "judged: the same person",
    Stage.NOT_SAME: "judged: not the same person",
    Stage.CANNOT_TELL: "judged: nobody can tell",
    Stage.CLOSED: "closed: its ground is gone",
}


class Closed(StrEnum):
    """Why a possible match waits for nobody any more."""

    WITHDRAWN = "withdrawn"
    CORRECTED = "corrected"
    AGENCY = "agency"
    LEFT = "left"


CLOSED_WORDS = {
    Closed.WITHDRAWN: "the agency took the record back",
    Closed.CORRECTED: "the agency corrected the record; this person does not fit any more",
    Closed.AGENCY: "the agency said that it does not hold, or is about somebody else",
    Closed.LEFT: "the person has left the programme",
}


class Verdict(StrEnum):
    """What a person says of a possible match."""

    SAME = "same"
    NOT_SAME = "not-same"
    CANNOT_TELL = "cannot-tell"


VERDICTS = {
    Verdict.SAME: "The same person",
    Verdict.NOT_SAME: "Not the same person",
    Verdict.CANNOT_TELL: "Cannot tell",
}


class Answer(StrEnum):
    """What the agency that owns a record says when asked whether it holds and is about this person."""

    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"
    NOT_THEIRS = "not-theirs"


ANSWERS = {
    Answer.CONFIRMED: "It holds, and it is about this person",
    Answer.WITHDRAWN: "It does not hold any more",
    Answer.NOT_THEIRS: "It is about somebody else",
}


class Heard(StrEnum):
    """What a check got from one source. Only ANSWERED means that it was looked."""

    ANSWERED = "answered"
    DOWN = "down"
    SILENT = "silent"
    WAITING = "waiting"


class CheckedFor(StrEnum):
    """Why somebody was looked up."""

    REPORT = "report"
    REVIEW = "review"
