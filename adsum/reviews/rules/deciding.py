"""What may be decided about a level, and what each decision needs. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from adsum.orders.rules import Level
from adsum.reviews.rules.asking import LADDER, Wish


class Outcome(StrEnum):
    """What somebody with a name decides about a level."""

    KEEP = "keep"
    STEP_DOWN = "step-down"
    END = "end"
    STEP_UP = "step-up"


OUTCOMES = {
    Outcome.KEEP: "Keep the level",
    Outcome.STEP_DOWN: "Step down",
    Outcome.END: "End monitoring",
    Outcome.STEP_UP: "Step up",
}
REFUSALS = frozenset({Outcome.KEEP, Outcome.STEP_UP})


def refuses(wish: Wish, outcome: str) -> bool:
    """Whether somebody got less than they asked for: also a step down, where they asked for an end."""
    return outcome in REFUSALS or (wish is Wish.END and outcome == Outcome.STEP_DOWN)


class Weighs(StrEnum):
    """What the officer says of one criterion."""

    FOR = "for"
    AGAINST = "against"
    NEITHER = "neither"


WEIGHS = {Weighs.FOR: "speaks for less", Weighs.AGAINST: "speaks against it", Weighs.NEITHER: "does not decide it"}


@dataclass(frozen=True)
class Weighed:
    """One criterion, as the officer weighs it, with own words where they have some."""

    weighs: str
    words: str = ""


@dataclass(frozen=True)
class DecisionAsked:
    """What an officer wants to decide, as it came from the form.

    `weighed`: by criterion. `words` are for the participant, beside the reasons. `evidence`: of a step up.
    """

    outcome: str
    level: str = ""
    weighed: Mapping[str, Weighed] = field(default_factory=dict)
    words: str = ""
    evidence: str = ""


def level_after(asked: DecisionAsked, level_now: Level) -> Level:
    """The level that this decision leaves somebody at."""
    if asked.outcome == Outcome.KEEP:
        return level_now
    return Level.NONE if asked.outcome == Outcome.END else Level(asked.level)


def fault_in(asked: DecisionAsked, *, level_now: Level, criteria: Collection[str]) -> str:
    """What is missing before this can be decided, in words for the officer; nothing where all is there."""
    if asked.outcome not in set(Outcome):
        return "Choose what you decide."
    return (
        _fault_in_level(asked, level_now)
        or _fault_in_reasons(asked, set(criteria))
        or _fault_in_refusal(asked, criteria)
    )


def _fault_in_level(asked: DecisionAsked, level_now: Level) -> str:
    if asked.outcome in (Outcome.KEEP, Outcome.END):
        return ""
    if asked.level not in set(Level):
        return "Choose the new level."
    higher = LADDER.index(Level(asked.level)) - LADDER.index(level_now)
    if asked.outcome == Outcome.STEP_DOWN and (higher >= 0 or asked.level == Level.NONE):
        return "Choose a level that is lower than now. To end monitoring, choose “End monitoring”."
    if asked.outcome == Outcome.STEP_UP and higher <= 0:
        return "Choose a level that is higher than now."
    return ""


def _fault_in_reasons(asked: DecisionAsked, criteria: Collection[str]) -> str:
    if missing := [key for key in criteria if asked.weighed.get(key, Weighed("")).weighs not in set(Weighs)]:
        return f"Say for each criterion what it means for you: {len(missing)} to go."
    return "" if asked.words.strip() or criteria else "Write a reason: the participant and their lawyer read it."


def _fault_in_refusal(asked: DecisionAsked, criteria: Collection[str]) -> str:
    if asked.outcome not in REFUSALS:
        return ""
    against = any(asked.weighed[key].weighs == Weighs.AGAINST for key in criteria)
    if not against and not asked.words.strip():
        return "Nothing speaks against a lower level. Write your reason, or decide otherwise."
    if asked.outcome == Outcome.STEP_UP and not asked.evidence.strip():
        return "A step up needs its evidence: say what shows it, and where that stands."
    if asked.outcome == Outcome.STEP_UP and not asked.words.strip():
        return "A step up needs its grounds in your own words."
    return ""
