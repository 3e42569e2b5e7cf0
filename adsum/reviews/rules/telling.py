"""What a file says of everything but check-ins, in officers' words. Pure: values in, facts out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from adsum.appointments.rules import Attendance
from adsum.documents.rules import Says
from adsum.flags.rules import Decision
from adsum.records.rules import Heard
from adsum.reviews.rules.file import Alerts, Fact, Link, Topic

LEVEL_WORDS = {
    "none": "No monitoring",
    "check-in": "Check-in by phone or computer",
    "phone-call": "Check-in by phone call",
    "gps-wrist": "GPS on the wrist",
    "gps-ankle": "GPS on the ankle",
}
SAID = {
    Says.NO_PAPERS: "Says: I have no papers",
    Says.STAYS_WITH_SOMEBODY: "Says: I stay with somebody",
    Says.SHELTER: "Says: I stay in a shelter",
    Says.NO_FIXED_ADDRESS: "Says: I have no fixed address",
    Says.NO_CAMERA: "Says: I cannot take a photo",
}
STEPS = {
    Decision.REACHED: "An officer reached the person",
    Decision.NOT_REACHED: "An officer could not reach the person",
    Decision.NEW_DATE: "The check-in got a new date",
    Decision.EXCUSED: "The check-in was excused",
    Decision.APPOINTMENT: "Called to the office",
    Decision.HOME_VISIT: "A home visit was asked for",
    Decision.WARNING: "Written warning",
    Decision.STAYS_MISSED: "The check-in stays missed",
    Decision.LEVEL_CHANGE: "Another level",
    Decision.ABSCONDED: "Recorded as absconded",
}
HEARD = {
    Heard.ANSWERED: "answered",
    Heard.DOWN: "did not answer",
    Heard.SILENT: "has sent nothing lately",
    Heard.WAITING: "answered; what it sent is being matched",
}


def level_fact(*, level: str, ground: str, note: str, on: date, ended_on: date | None, page: Link) -> Fact:
    """An order: the level, why, from when until when."""
    words = LEVEL_WORDS.get(level, level) + (f", until {ended_on:%Y-%m-%d}" if ended_on else "")
    return Fact(Topic.LEVEL, words, "Order: " + ", ".join(filter(None, [ground, note])), on, page)


def attendance_fact(*, kind: str, where: str, attendance: str, on: date, page: Link) -> Fact:
    """A hearing or an appointment that is over."""
    became = {Attendance.CAME: "came", Attendance.ABSENT: "did not come"}.get(
        Attendance(attendance), "nobody has noted whether they came"
    )
    neutral = "not known: counts neither way" if attendance == Attendance.UNKNOWN else ""
    return Fact(Topic.HEARINGS, f"{kind}: {became}", f"Appointments, {where}", on, page, neutral)


def step_fact(*, step: str, on: date, who: str, reason: str, level: str, stands: bool, page: Link) -> Fact:
    """What was decided about a missed check-in, by whom and why. What was undone counts neither way."""
    words = STEPS[Decision(step)] + (f": {LEVEL_WORDS.get(level, level)}" if level else "")
    neutral = "" if stands else "it does not stand: counts neither way"
    return Fact(Topic.EARLIER, words, f"Decided by {who}", on, page, neutral, reason)


def decision_fact(
    *, outcome: str, before: str, after: str, who: str, reason: str, on: date, neutral: str, page: Link
) -> Fact:
    """What was decided about the level in a review, by whom and why."""
    change = "" if before == after else f": {LEVEL_WORDS[before]} → {LEVEL_WORDS[after]}"
    return Fact(Topic.EARLIER, outcome + change, f"Review, decided by {who}", on, page, neutral, reason)


def alert_facts(alerts: Alerts, *, today: date) -> list[Fact]:
    """A monitor's alerts: how they were rated, and how many turned out false."""
    rated = ", ".join(f"{rating}: {count}" for rating, count in alerts.by_rating.items()) or "none"
    judged = f"Judged true: {alerts.judged_true}, judged false: {alerts.judged_false}"
    return [
        Fact(
            Topic.ALERTS, f"Alerts by rating: {rated}", "Monitor", today, alerts.link, "a rating is a machine's guess"
        ),
        Fact(Topic.ALERTS, judged, "Officers' judgements", today, alerts.link),
    ]


def look_fact(heard: Mapping[str, str], *, on: date, page: Link) -> Fact:
    """The last look at outside records, with what was heard from each source. None heard is no look."""
    said = "; ".join(f"{source} {HEARD[Heard(answer)]}" for source, answer in sorted(heard.items()))
    return Fact(Topic.RECORDS, "Looked up: " + (said or "no source was asked"), "Records check", on, page)


def record_fact(*, kind: str, what: str, agency: str, on: date, holds: bool, disputed: bool, link: Link) -> Fact:
    """A record that its agency has confirmed, or has taken back since."""
    words = f"{kind}{f': {what}' if what else ''}"
    if disputed:
        words += " (the person says that it is not about them)"
    neutral = "" if holds else "it does not hold any more: counts neither way"
    return Fact(Topic.RECORDS, words, f"Confirmed by {agency}", on, link, neutral)


def before_this_level(facts: Iterable[Fact]) -> Iterator[Fact]:
    """The same facts, said to be from before this level, or from longer ago than the policy looks back."""
    return (replace(fact, neutral=fact.neutral or "from before this level: counts neither way") for fact in facts)
