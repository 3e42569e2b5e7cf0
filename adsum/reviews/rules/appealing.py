"""The ladder of an appeal: a supervisor, a panel of two, an outside body. Pure."""

from collections.abc import Sequence
from enum import StrEnum


class AppealStage(StrEnum):
    """Who looks at it. None of them has had a part in it before."""

    SUPERVISOR = "supervisor"
    PANEL = "panel"
    OUTSIDE = "outside"


class Answer(StrEnum):
    """What an appeal came to. REMANDED: an officer decides anew, another one than before."""

    STANDS = "stands"
    REVERSED = "reversed"
    REMANDED = "remanded"


STAGES = {
    AppealStage.SUPERVISOR: "A supervisor who had no part in it",
    AppealStage.PANEL: "A panel of two",
    AppealStage.OUTSIDE: "A body outside this agency",
}
ANSWERS = {
    Answer.STANDS: "The decision stands",
    Answer.REVERSED: "The decision is reversed",
    Answer.REMANDED: "An officer decides anew",
}
VOTES_NEEDED = {AppealStage.SUPERVISOR: 1, AppealStage.PANEL: 2, AppealStage.OUTSIDE: 1}


def next_stage(stage: AppealStage | None) -> AppealStage | None:
    """Who looks at it after this one; None after the last."""
    stages = list(AppealStage)
    place = 0 if stage is None else stages.index(stage) + 1
    return stages[place] if place < len(stages) else None


def outcome_of(stage: AppealStage, votes: Sequence[Answer]) -> Answer | None:
    """What the votes come to: as many equal ones as the stage needs. Where a panel differs, one more person votes."""
    for answer in Answer:
        if list(votes).count(answer) >= VOTES_NEEDED[stage]:
            return answer
    return None
