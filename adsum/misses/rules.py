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

# By their keys; an officer reads these words. What a participant reads of them stands in notices/step_reason.txt.
COMMON_REASONS: dict[Decision, dict[str, str]] = {
    Decision.EXCUSED: {
        "ill": "Was ill or in hospital",
        "phone": "The phone was broken, lost or without credit",
        "service": "Adsum or the internet did not work",
        "work": "Had to work or to care for somebody",
        "court": "Was at court or at another authority",
    },
    Decision.NEW_DATE: {
        "no-phone": "Needs a phone first",
        "travel": "Is travelling for a reason that I accept",
        "more-time": "Asked for more time",
    },
    Decision.REACHED: {
        "today": "Will check in today",
        "explained": "Did not know how; I explained it",
        "new-number": "Has a new phone number, which I noted",
    },
    Decision.NOT_REACHED: {
        "nobody": "Nobody answered",
        "left-word": "I left a message",
        "dead-number": "The number does not work",
    },
    Decision.APPOINTMENT: {
        "needs-help": "Needs help with the phone",
        "in-a-row": "Several check-ins were missed in a row",
    },
    Decision.HOME_VISIT: {
        "no-contact": "No message and no call reached the person",
        "mail-back": "Letters came back",
    },
    Decision.WARNING: {
        "no-reason": "Several check-ins were missed without a reason",
        "will-not": "Said that they will not check in",
    },
    Decision.STAYS_MISSED: {
        "one-miss": "One miss without a reason; nothing else follows",
        "later-came": "A later check-in has come",
    },
    Decision.LEVEL_CHANGE: {
        "does-not-work": "This way of checking in does not work for the person",
        "after-warning": "Several misses after a warning",
    },
    Decision.ABSCONDED: {"not-found": "Nobody knows where the person is after all attempts"},
}


@dataclass(frozen=True)
class StepAsked:
    """What an officer wants to do about a missed check-in, as it came from the form.

    `common` is the key of a common reason of this step; `reason` is in the officer's own words. One of them is enough.
    """

    step: str
    reason: str = ""
    common: str = ""
    on: date | None = None
    hour: str = ""
    place: str = ""
    level: str = ""
    checks: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)

    @property
    def common_words(self) -> str:
        """The common reason as an officer reads it; nothing where the step has no such reason."""
        return COMMON_REASONS[Decision(self.step)].get(self.common, "") if self.step in OF_A_MISS else ""

    @property
    def whole_reason(self) -> str:
        """All that is said, for officers and lawyers."""
        return ". ".join(filter(None, [self.common_words, self.reason.strip()]))


def fault_in(asked: StepAsked, *, levels: frozenset[str], today: date, policy: LadderPolicy) -> str:
    """What is missing before this step can be taken, in words for the officer; nothing where all is there."""
    if asked.step not in OF_A_MISS or asked.step not in policy.steps:
        return "Choose one of the steps."
    if not asked.whole_reason:
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
