"""What an office may ask, and what counts as an answer."""

from typing import Any

import pytest

from adsum.questions.policy import QuestionsPolicy
from adsum.questions.rules import Answered, BadTemplate, answered, read_answers, read_template

POLICY = QuestionsPolicy(most_questions=4, deepest_level=2)


def text(words: str) -> dict[str, str]:
    return {"en": words, "es": f"{words} (es)"}


def template(**change: Any) -> dict[str, Any]:
    where = {"key": "where", "kind": "text", "text": text("Where?")}
    yes = {"value": "yes", "text": text("Yes"), "picture": "check", "look": True, "then": [where]}
    work = {"key": "work", "kind": "choice", "text": text("Do you work?"), "options": [yes, option("no")]}
    return {"questions": [work | change]}


def option(value: str, **more: Any) -> dict[str, Any]:
    return {"value": value, "text": text(value), **more}


QUESTIONS = read_template(template(), languages=("en", "es"), policy=POLICY)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (None, "the template"),
        ({"questions": []}, "must be a list"),
        ({"questions": ["x"]}, r"questions\[0\].key"),
        (template(key="Work!"), r"questions\[0\].key: small letters"),
        (template(kind="number"), "kind: one of choice, text"),
        (template(text={"en": "Work?"}), r"text: missing in es"),
        (template(text=text("x" * 301)), "at most 300"),
        (template(options=[option("yes")]), "at least two"),
        (template(options=[option("yes"), option("yes")]), "a value of its own"),
        (template(options=[option("yes", picture="cat"), option("no")]), "picture: one of"),
        (template(options=[option("yes", look="maybe"), option("no")]), "look: true or false"),
        (template(options=[option("yes", then=template()["questions"]), option("no")]), "stands twice"),
        (
            template(options=[option("yes", then=template(key="b")["questions"]), option("no")]),
            "at most 2 deep",
        ),
        (
            {
                "questions": [
                    template(key=f"k{n}", options=[option("a"), option("b")])["questions"][0] for n in range(5)
                ]
            },
            "5 questions; at most 4",
        ),
    ],
)
def test_a_bad_template_is_refused_and_says_where(raw: Any, says: str) -> None:
    with pytest.raises(BadTemplate, match=says):
        read_template(raw, languages=("en", "es"), policy=POLICY)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({}, {}),
        ({"work": "yes", "where": "In a kitchen"}, {"work": "yes", "where": "In a kitchen"}),
        ({"work": "no", "where": "In a kitchen"}, {"work": "no"}),
        ({"where": "In a kitchen"}, {}),
        ({"work": "often"}, {}),
        ({"work": "yes", "where": "  ", "other": "x"}, {"work": "yes"}),
        ({"work": "yes", "where": "x" * 5000}, {"work": "yes", "where": "x" * POLICY.longest_answer}),
    ],
)
def test_only_what_was_asked_is_answered(given: dict[str, str], kept: dict[str, str]) -> None:
    assert read_answers(QUESTIONS, given, policy=POLICY) == kept


def test_answers_are_read_in_a_language_and_say_what_to_look_at() -> None:
    given = {"work": "yes", "where": "Cocina"}
    assert answered(QUESTIONS, given, language="es", policy=POLICY) == [
        Answered("Do you work? (es)", "Yes (es)", look=True),
        Answered("Where? (es)", "Cocina", look=False),
    ]
    assert answered(QUESTIONS, {"work": "no"}, language="xx", policy=POLICY) == [
        Answered("Do you work?", "no", look=False)
    ]
