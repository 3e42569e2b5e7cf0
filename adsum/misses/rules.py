"""Which steps an officer may take after a missed check-in, and what each needs. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from adsum.checkins.policy import LadderPolicy
from adsum.flags.rules import ADVERSE, OF_A_MISS, Decision

WITH_A_DAY = frozenset({Decision.NEW_DATE, Decision.APPOINTMENT})
FOLLOWED_UP = frozenset({Decision.NOT_REACHED, Decision.HOME_VISIT, Decision.APPOINTMENT})
DONE_AT_NINE = 9  # an appointment without a time is at nine


class Checked(StrEnum):
    """What an officer found when they checked one thing before they propose “absconded”."""

    YES = "yes"
    NO = "no"
    NOT_DONE = "not-done"


CHECKS = {
    "attempts_made": "Attempts to reach the person were made",
    "address_visited": "Somebody visited the address",
    "court_no_show": "The person did not come to court",
    "mail_returned": "Mail came back",
}
CHECKED = {Checked.YES: "Yes", Checked.NO: "No", Checked.NOT_DONE: "Not done"}

COMMON_REASONS: dict[Decision, tuple[str, ...]] = {
    Decision.EXCUSED: (
        "Was ill or in hospital",
        "The phone was broken, lost or without credit",
        "Adsum or the internet did not work",
        "Had to work or to care for somebody",
        "Was at court or at another authority",
    ),
    Decision.NEW_DATE: (
        "Needs a phone first",
        "Is travelling for a reason that I accept",
        "Asked for more time",
    ),
    Decision.REACHED: (
        "Will check in today",
        "Did not know how; I explained it",
        "Has a new phone number, which I noted",
    ),
    Decision.NOT_REACHED: ("Nobody answered", "I left a message", "The number does not work"),
    Decision.APPOINTMENT: ("Needs help with the phone", "Several check-ins were missed in a row"),
    Decision.HOME_VISIT: ("No message and no call reached the person", "Letters came back"),
    Decision.WARNING: ("Several check-ins were missed without a reason", "Said that they will not check in"),
    Decision.STAYS_MISSED: ("One miss without a reason; nothing else follows", "A later check-in has come"),
    Decision.LEVEL_CHANGE: ("This way of checking in does not work for the person", "Several misses after a warning"),
    Decision.ABSCONDED: ("Nobody knows where the person is after all attempts",),
}


@dataclass(frozen=True)
class StepAsked:
    """What an officer wants to do about a missed check-in, as it came from the form."""

    step: str
    reason: str
    on: date | None = None
    hour: str = ""
    place: str = ""
    level: str = ""
    checks: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)


def fault_in(asked: StepAsked, *, levels: frozenset[str], today: date, policy: LadderPolicy) -> str:
    """What is missing before this step can be taken, in words for the officer; nothing where all is there."""
    if asked.step not in OF_A_MISS or asked.step not in policy.steps:
        return "Choose one of the steps."
    if not asked.reason.strip():
        return "Choose or write a reason: the participant and their lawyer can ask for it."
    if asked.step in WITH_A_DAY:
        last = today + timedelta(days=policy.latest_date_days)
        if asked.on is None or not today < asked.on <= last:
            return f"Give a day after today, and not after {last.isoformat()}."
    if asked.step == Decision.APPOINTMENT and not asked.place.strip():
        return "Say where the appointment is."
    if asked.step == Decision.LEVEL_CHANGE and asked.level not in levels:
        return "Choose the level that you propose."
    if asked.step == Decision.ABSCONDED and any(asked.checks.get(one) not in set(Checked) for one in CHECKS):
        return "Answer each line of the checklist: yes, no, or not done."
    return ""


def needs_signature(step: str, *, policy: LadderPolicy) -> bool:
    """True where a step holds only once a supervisor, not the one who chose it, has signed."""
    return step == Decision.ABSCONDED or (step in ADVERSE and step in policy.signed_steps)
