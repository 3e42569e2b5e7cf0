"""What an appointment is, and what may become of it. Pure: facts in, words out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from adsum.appointments.policy import AppointmentsPolicy


class Kind(StrEnum):
    """What an appointment is. Its words for the participant stand in the portal's templates."""

    OFFICE_VISIT = "office-visit"
    COURT_HEARING = "court-hearing"
    OTHER = "other"


KINDS = {
    Kind.OFFICE_VISIT: "Visit at the field office",
    Kind.COURT_HEARING: "Court hearing",
    Kind.OTHER: "Other appointment",
}


class Source(StrEnum):
    """Who expects the person."""

    OFFICER = "officer"
    COURT = "court"


class Attendance(StrEnum):
    """Whether somebody came, as an officer has noted it. UNKNOWN takes back what was noted."""

    CAME = "came"
    ABSENT = "absent"
    UNKNOWN = "unknown"


ATTENDANCES = {
    Attendance.CAME: "Came",
    Attendance.ABSENT: "Did not come",
    Attendance.UNKNOWN: "Not known",
}


@dataclass(frozen=True)
class Wanted:
    """An appointment before it is given. Without a `place` it is at the participant's field office."""

    kind: Kind
    starts_at: datetime
    place: str = ""
    instructions: str = ""
    source: Source = Source.OFFICER


def refusal_of(wanted: Wanted, *, now: datetime, policy: AppointmentsPolicy) -> str:
    """Why an appointment cannot be like this, in an officer's words; empty when it can."""
    if wanted.starts_at <= now:
        return "This moment is over. Please choose a later one."
    if wanted.starts_at - now > timedelta(days=policy.furthest_days):
        return "This is years ahead. Please look at the date once more."
    soonest = now + timedelta(hours=policy.notice_hours)
    if wanted.source is Source.OFFICER and wanted.starts_at < soonest:
        return f"The participant must know it {policy.notice_hours} hours before. For something sooner, call them."
    if wanted.kind is not Kind.OFFICE_VISIT and not wanted.place.strip():
        return "Please say where it is."
    return ""
