"""Templates of questions: read from what an office writes, asked, and answered. Pure: a lawyer can read it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from re import fullmatch
from typing import Any

from adsum.core.text import clean_text
from adsum.questions.policy import QuestionsPolicy

Texts = Mapping[str, str]
PICTURES = frozenset(
    [
        *("calendar", "call", "check", "clock", "cloud", "eye", "file", "help", "house", "key", "letter", "mark"),
        *("moved", "pencil", "phone", "place", "talk", "words"),
    ]
)
LONGEST_KEY, LONGEST_TEXT = 40, 300


class Kind(StrEnum):
    """How a question is answered."""

    CHOICE = "choice"
    TEXT = "text"


class BadTemplate(ValueError):
    """The template cannot be used; the message says where and what is wrong."""


@dataclass(frozen=True)
class Option:
    """One answer to choose. `look`: an officer should see it. `then`: what is asked of who chooses it."""

    value: str
    text: Texts
    picture: str
    look: bool
    then: tuple["Question", ...]

    @property
    def picture_file(self) -> str:
        return f"pictograms/{self.picture}.svg"


@dataclass(frozen=True)
class Question:
    """One question; `options` are empty where the answer is written."""

    key: str
    kind: Kind
    text: Texts
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Answered:
    """A question that was asked, and its answer in words, both in one language; `look`: an officer should see it."""

    question: str
    answer: str
    look: bool


def read_template(raw: Any, *, languages: Collection[str], policy: QuestionsPolicy) -> tuple[Question, ...]:
    """The questions of `{"questions": [...]}`. Raises BadTemplate.

    Each text is an object with one string per language; an option may lead to further questions (`then`).
    """
    reader = _Reader(languages, policy)
    questions = reader.questions(_list_in(raw, "questions", "the template"), "questions", 1)
    if len(reader.keys) > policy.most_questions:
        raise BadTemplate(f"{len(reader.keys)} questions; at most {policy.most_questions}, follow-ups included")
    return questions


class _Reader:
    """Reads one template; knows where it is, and which keys it has met."""

    def __init__(self, languages: Collection[str], policy: QuestionsPolicy) -> None:
        self.languages, self.policy = languages, policy
        self.keys: set[str] = set()

    def questions(self, raw: list[Any], where: str, depth: int) -> tuple[Question, ...]:
        if depth > self.policy.deepest_level:
            raise BadTemplate(f"{where}: follow-ups go at most {self.policy.deepest_level} deep")
        return tuple(self.question(each, f"{where}[{at}]", depth) for at, each in enumerate(raw))

    def question(self, raw: Any, where: str, depth: int) -> Question:
        key = self.name(raw, "key", where)
        if key in self.keys:
            raise BadTemplate(f"{where}.key: “{key}” stands twice; each question has a key of its own")
        self.keys.add(key)
        kind = raw.get("kind")
        if kind not in set(Kind):
            raise BadTemplate(f"{where}.kind: one of {', '.join(Kind)}")
        options: tuple[Option, ...] = ()
        if kind == Kind.CHOICE:
            given = _list_in(raw, "options", where)
            options = tuple(self.option(each, f"{where}.options[{at}]", depth) for at, each in enumerate(given))
            values = [option.value for option in options]
            if len(values) < 2 or len(set(values)) < len(values):
                raise BadTemplate(f"{where}.options: at least two, each with a value of its own")
        return Question(key, Kind(kind), self.text(raw, where), options)

    def option(self, raw: Any, where: str, depth: int) -> Option:
        value, picture = self.name(raw, "value", where), raw.get("picture", "")
        if picture and picture not in PICTURES:
            raise BadTemplate(f"{where}.picture: one of {', '.join(sorted(PICTURES))}")
        look = raw.get("look", False)
        if not isinstance(look, bool):
            raise BadTemplate(f"{where}.look: true or false")
        then = self.questions(_list_in(raw, "then", where), f"{where}.then", depth + 1) if "then" in raw else ()
        return Option(value, self.text(raw, where), picture, look, then)

    def name(self, raw: Any, field: str, where: str) -> str:
        value = raw.get(field) if isinstance(raw, dict) else None
        if not isinstance(value, str) or not fullmatch(rf"[a-z0-9-]{{1,{LONGEST_KEY}}}", value):
            raise BadTemplate(f"{where}.{field}: small letters, digits and hyphens, up to {LONGEST_KEY}")
        return value

    def text(self, raw: Any, where: str) -> Texts:
        texts = raw.get("text")
        given = texts if isinstance(texts, dict) else {}
        said = {language: text.strip() for language, text in given.items() if isinstance(text, str) and text.strip()}
        if missing := sorted(set(self.languages) - set(said)):
            raise BadTemplate(f"{where}.text: missing in {', '.join(missing)}")
        if any(len(text) > LONGEST_TEXT for text in said.values()):
            raise BadTemplate(f"{where}.text: at most {LONGEST_TEXT} characters")
        return said


def _list_in(raw: Any, field: str, where: str) -> list[Any]:
    found = raw.get(field) if isinstance(raw, dict) else None
    if not isinstance(found, list) or not found:
        raise BadTemplate(f"{where}: “{field}” must be a list with something in it")
    return found


def read_answers(
    questions: Collection[Question], given: Mapping[str, str], *, policy: QuestionsPolicy
) -> dict[str, str]:
    """The answers to what was asked; what was not asked, or is no option, is left out. Nothing is required."""
    return {question.key: answer for question, answer in _asked(questions, given, policy)}


def answered(
    questions: Collection[Question], answers: Mapping[str, str], *, language: str, policy: QuestionsPolicy
) -> list[Answered]:
    """Questions with their answers, in their order and one language, as a person reads them."""
    found = []
    for question, answer in _asked(questions, answers, policy):
        chosen = next((option for option in question.options if option.value == answer), None)
        words = in_language(chosen.text, language) if chosen else answer
        found.append(Answered(in_language(question.text, language), words, chosen is not None and chosen.look))
    return found


def in_language(text: Texts, language: str) -> str:
    """A text in this language, else in English, else in any."""
    return text.get(language) or text.get("en") or next(iter(text.values()), "")


def _asked(
    questions: Collection[Question], given: Mapping[str, str], policy: QuestionsPolicy
) -> Iterator[tuple[Question, str]]:
    for question in questions:
        answer = clean_text(given.get(question.key, ""))[: policy.longest_answer]
        chosen = next((option for option in question.options if option.value == answer), None)
        if answer and (chosen or question.kind == Kind.TEXT):
            yield question, answer
        if chosen:
            yield from _asked(chosen.then, given, policy)
