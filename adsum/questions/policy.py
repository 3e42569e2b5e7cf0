"""Knobs about questions."""

from dataclasses import dataclass

from adsum.core.knobs import Policy, knob


@dataclass(frozen=True)
class QuestionsPolicy(Policy):
    """How much may be asked with a check-in."""

    most_questions: int = knob(
        12,
        low=1,
        high=30,
        why="Follow-up questions included: who is asked too much sends nothing.",
    )
    deepest_level: int = knob(
        3,
        low=1,
        high=4,
        why="A question, its follow-up, and one more: deeper than that nobody finds the way back.",
    )
    longest_answer: int = knob(
        1000,
        low=100,
        high=4000,
        why="Characters of a written answer that are kept; more is a message or a document.",
    )
