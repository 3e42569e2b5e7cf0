"""What a file says of check-ins: on time, late, never came, excused. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from adsum.checkins.rules import ExcuseReason, Outcome
from adsum.reviews.rules.file import Fact, Link, Topic

SOURCE = "Check-ins"
EXCUSED = {
    ExcuseReason.OFFICER: "An officer excused it",
    ExcuseReason.IN_LINE: "The person was in line when it was busy",
    ExcuseReason.OFFLINE: "It was made in time, without a network",
    ExcuseReason.NEVER_SIGNED_IN: "The person had never been able to sign in",
    ExcuseReason.OUTAGE: "The service was down",
    ExcuseReason.FAILED_TRY: "It could not be sent",
    ExcuseReason.OFFICE_CLOSED: "The office was closed",
    ExcuseReason.LEFT: "The person had left the programme",
    ExcuseReason.SWITCHED_OFF: "The office had no check-ins by phone",
}


class Course(StrEnum):
    """How one check-in went. Nothing but LATE and MISSED can speak against anybody."""

    ON_TIME = "on-time"
    LATE = "late"
    MISSED = "missed"
    EXCUSED = "excused"
    ASKED = "asked"


def course_of(outcome: Outcome, *, lates: Sequence[bool], asks: bool = False) -> Course:
    """How it went. `lates`: for each of its reports whether it came late; `asks`: a request to be excused waits.

    One report in time is enough; what came late has come. A miss waits for the answer to a request.
    """
    if outcome is Outcome.EXCUSED:
        return Course.EXCUSED
    if lates:
        return Course.LATE if all(lates) else Course.ON_TIME
    if outcome is Outcome.MISSED:
        return Course.ASKED if asks else Course.MISSED
    return Course.ON_TIME


@dataclass(frozen=True)
class CheckIn:
    """One check-in of the file; its report, where one came, by number and day of arrival."""

    due_on: date
    course: Course
    excuse: ExcuseReason | None = None
    said: str = ""
    report_id: int = 0
    came_on: date | None = None
    was_moved: bool = False


def check_in_facts(rows: Iterable[CheckIn], *, participant_id: int) -> Iterator[Fact]:
    """Those in time as one line; each that was late, missed or excused as its own."""
    rows, page = list(rows), Link("person", (participant_id,), "check-ins")
    if in_time := [row for row in rows if row.course is Course.ON_TIME]:
        last = max(row.due_on for row in in_time)
        yield Fact(Topic.CHECK_INS, f"Came on time: {len(in_time)}, the last one due on", SOURCE, last, page)
    for row in rows:
        if row.course is not Course.ON_TIME:
            yield _told(row, participant_id, page)
        elif row.was_moved:
            words = "Came in the time that was added after a failed try or an outage"
            yield Fact(Topic.ATTEMPTS, words, SOURCE, row.due_on, page, "counts as on time")


def _told(row: CheckIn, participant_id: int, page: Link) -> Fact:
    if row.course is Course.LATE:
        came = f", came {row.came_on:%Y-%m-%d}" if row.came_on else ""
        link = Link("person", (participant_id,), f"report-{row.report_id}") if row.report_id else page
        return Fact(Topic.CHECK_INS, f"Came late{came}", SOURCE, row.due_on, link)
    if row.course is Course.MISSED:
        return Fact(Topic.CHECK_INS, "Never came", SOURCE, row.due_on, page)
    if row.course is Course.ASKED:
        words = "Has not come; the person asks to be excused"
        return Fact(Topic.CHECK_INS, words, SOURCE, row.due_on, page, "counts neither way until it is answered")
    words = EXCUSED[row.excuse] if row.excuse else "Excused"
    return Fact(Topic.CHECK_INS, words, SOURCE, row.due_on, page, "excused: counts neither way", row.said)
