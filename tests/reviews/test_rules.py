"""What may be decided, about whom, with what; and how votes come to an answer. Tables."""

from dataclasses import replace

import pytest

from adsum.orders.rules import Level
from adsum.reviews.rules import (
    Answer,
    AppealStage,
    DecisionAsked,
    Outcome,
    Weighed,
    Wish,
    fault_in,
    level_after,
    lowered_to,
    next_stage,
    outcome_of,
    refuses,
)

FOR, AGAINST, NEITHER = Weighed("for"), Weighed("against"), Weighed("neither")
FINE = DecisionAsked("step-down", "check-in", {"on-time": FOR, "misses": NEITHER}, "She came to everything.")
UP = replace(FINE, outcome="step-up", level="gps-ankle", evidence="Record 7, confirmed by the police on May 3.")


@pytest.mark.parametrize(
    ("asked", "level_now", "fault"),
    [
        (FINE, Level.GPS_WRIST, ""),
        (replace(FINE, words=""), Level.GPS_WRIST, ""),
        (replace(FINE, level="gps-wrist"), Level.GPS_WRIST, "lower than now"),
        (replace(FINE, level="gps-ankle"), Level.GPS_WRIST, "lower than now"),
        (replace(FINE, level="none"), Level.GPS_WRIST, "End monitoring"),
        (replace(FINE, level="moon"), Level.GPS_WRIST, "new level"),
        (replace(FINE, level=""), Level.GPS_WRIST, "new level"),
        (replace(FINE, outcome=""), Level.GPS_WRIST, "what you decide"),
        (replace(FINE, outcome="detain"), Level.GPS_WRIST, "what you decide"),
        (replace(FINE, weighed={"on-time": FOR}), Level.GPS_WRIST, "1 to go"),
        (replace(FINE, weighed={}), Level.GPS_WRIST, "2 to go"),
        (replace(FINE, weighed={"on-time": FOR, "misses": Weighed("maybe")}), Level.GPS_WRIST, "1 to go"),
        (replace(FINE, outcome="end", level=""), Level.GPS_WRIST, ""),
        (replace(FINE, outcome="keep", level="", words=""), Level.GPS_WRIST, "Nothing speaks against"),
        (replace(FINE, outcome="keep", level="", words="  "), Level.GPS_WRIST, "Nothing speaks against"),
        (replace(FINE, outcome="keep", level=""), Level.GPS_WRIST, ""),
        (
            replace(FINE, outcome="keep", words="", weighed={"on-time": AGAINST, "misses": FOR}),
            Level.GPS_WRIST,
            "",
        ),
        (UP, Level.CHECK_IN, ""),
        (UP, Level.GPS_ANKLE, "higher than now"),
        (replace(UP, evidence=""), Level.CHECK_IN, "evidence"),
        (replace(UP, words="", weighed={"on-time": AGAINST, "misses": FOR}), Level.CHECK_IN, "own words"),
    ],
)
def test_what_a_decision_needs(asked: DecisionAsked, level_now: Level, fault: str) -> None:
    said = fault_in(asked, level_now=level_now, criteria=["on-time", "misses"])
    assert bool(said) == bool(fault)
    assert fault in said


def test_without_criteria_the_reason_is_in_words() -> None:
    bare = replace(FINE, weighed={}, words=" ")
    assert "Write a reason" in fault_in(bare, level_now=Level.GPS_WRIST, criteria=[])
    assert not fault_in(replace(bare, words="It hurts her."), level_now=Level.GPS_WRIST, criteria=[])


@pytest.mark.parametrize(
    ("outcome", "level", "after"),
    [
        ("keep", "none", Level.GPS_WRIST),
        ("end", "gps-ankle", Level.NONE),
        ("step-down", "phone-call", Level.PHONE_CALL),
        ("step-up", "gps-ankle", Level.GPS_ANKLE),
    ],
)
def test_the_level_after(outcome: str, level: str, after: Level) -> None:
    assert level_after(DecisionAsked(outcome, level), Level.GPS_WRIST) is after


@pytest.mark.parametrize(
    ("wish", "level", "lower"),
    [
        (Wish.LOWER, Level.GPS_ANKLE, Level.GPS_WRIST),
        (Wish.LOWER, Level.CHECK_IN, Level.NONE),
        (Wish.LOWER, Level.NONE, Level.NONE),
        (Wish.LOOK, Level.PHONE_CALL, Level.CHECK_IN),
        (Wish.END, Level.GPS_ANKLE, Level.NONE),
    ],
)
def test_what_a_wish_means(wish: Wish, level: Level, lower: Level) -> None:
    assert lowered_to(wish, level) is lower


@pytest.mark.parametrize(
    ("wish", "outcome", "less"),
    [
        (Wish.LOWER, Outcome.STEP_DOWN, False),
        (Wish.LOWER, Outcome.END, False),
        (Wish.LOWER, Outcome.KEEP, True),
        (Wish.END, Outcome.STEP_DOWN, True),
        (Wish.END, Outcome.END, False),
        (Wish.LOOK, Outcome.STEP_UP, True),
    ],
)
def test_who_got_less_than_they_asked_for(wish: Wish, outcome: Outcome, *, less: bool) -> None:
    assert refuses(wish, outcome) is less


@pytest.mark.parametrize(
    ("stage", "votes", "answer"),
    [
        (AppealStage.SUPERVISOR, [], None),
        (AppealStage.SUPERVISOR, [Answer.REVERSED], Answer.REVERSED),
        (AppealStage.PANEL, [Answer.REVERSED], None),
        (AppealStage.PANEL, [Answer.REVERSED, Answer.STANDS], None),
        (AppealStage.PANEL, [Answer.REVERSED, Answer.STANDS, Answer.REVERSED], Answer.REVERSED),
        (AppealStage.PANEL, [Answer.REMANDED, Answer.REMANDED], Answer.REMANDED),
        (AppealStage.OUTSIDE, [Answer.STANDS], Answer.STANDS),
    ],
)
def test_what_votes_come_to(stage: AppealStage, votes: list[Answer], answer: Answer | None) -> None:
    assert outcome_of(stage, votes) is answer


def test_the_ladder_of_an_appeal() -> None:
    assert next_stage(None) is AppealStage.SUPERVISOR
    assert next_stage(AppealStage.SUPERVISOR) is AppealStage.PANEL
    assert next_stage(AppealStage.PANEL) is AppealStage.OUTSIDE
    assert next_stage(AppealStage.OUTSIDE) is None
