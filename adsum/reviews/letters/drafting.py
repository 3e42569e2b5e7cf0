"""The letter writes itself: what was decided becomes plain sentences in one language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from adsum.reviews.letters import words
from adsum.reviews.letters.facts import AT_LEAST, Decided, Fact, Reason
from adsum.reviews.letters.saying import Said, say, say_fact
from adsum.reviews.rules import Outcome


@dataclass(frozen=True)
class ReasonSaid:
    """One criterion: its name, what was found, and what the officer wrote on it."""

    label: Said
    words: Said
    own: Said | None


@dataclass(frozen=True)
class Letter:
    """A decision's letter in one language, in the order in which it is read."""

    language: str
    number: str
    sender: str
    to: str
    title: Said
    rows: tuple[tuple[Said, Said], ...]
    paragraphs: tuple[Said, ...]
    reasons_title: Said
    reasons: tuple[ReasonSaid, ...]
    own_title: Said
    own: Said | None
    facts_title: Said
    facts: tuple[Said, ...]
    not_counted: Said
    appeal_title: Said
    appeal: tuple[Said, ...]
    last_day: date | None
    help: Said | None
    signature: Said
    signed_by: str
    signed_at: datetime


def draft(decided: Decided, *, language: str) -> Letter:
    """The letter in this language, one of our codes. A sentence that has no text in it yet is in English."""
    signed_on = decided.signed_at.astimezone(ZoneInfo(decided.zone)).date()
    own = decided.own_words.strip()
    return Letter(
        language=language,
        number=decided.number,
        sender="\n".join(filter(None, [decided.office, decided.phone])),
        to="\n".join(filter(None, [decided.name, decided.address])),
        title=say(words.TITLES[decided.outcome], language=language),
        rows=_rows(decided, language),
        paragraphs=_opening(decided, language),
        reasons_title=say(words.WHY, language=language),
        reasons=tuple(_reason(one, decided.own_language, language) for one in decided.reasons),
        own_title=say(words.OFFICERS_WORDS, language=language),
        own=Said(own, decided.own_language) if own else None,
        facts_title=say(words.LOOKED_AT, language=language),
        facts=tuple(say_fact(one, language=language) for one in decided.facts),
        not_counted=say(words.NOT_COUNTED, language=language),
        appeal_title=say(words.NO_AGREEMENT, language=language),
        appeal=_appeal(decided, language),
        last_day=decided.appeal_last_day,
        help=say(words.HELP, {"phone": _left_to_right(decided.phone)}, language=language) if decided.phone else None,
        signature=say(words.SIGNED, {"name": decided.signed_by, "day": signed_on}, language=language),
        signed_by=decided.signed_by,
        signed_at=decided.signed_at,
    )


def _left_to_right(number: str) -> str:
    """A telephone number that keeps its order among Arabic words."""
    return f"\u200e{number}\u200e"


def _rows(decided: Decided, language: str) -> tuple[tuple[Said, Said], ...]:
    rows = [(words.UNTIL_NOW, decided.level_now), (words.FROM_NOW, decided.level_then)]
    number = say(words.NUMBER, language=language), Said(decided.number, "en")
    return number, *(
        (say(label, language=language), say(words.LEVELS[level], language=language)) for label, level in rows
    )


def _opening(decided: Decided, language: str) -> tuple[Said, ...]:
    asked = {"day": decided.asked_on} if decided.asked_on else None
    values = None if decided.outcome == Outcome.KEEP else {"day": decided.holds_from}
    return (
        say(words.ASKED if asked else words.NOT_ASKED, asked, language=language),
        say(words.OUTCOMES[decided.outcome], values, language=language),
    )


def _reason(reason: Reason, own_language: str, language: str) -> ReasonSaid:
    known = {str(key): text for key, text in words.CRITERIA.items()}
    label = say(known.get(reason.key, reason.label), language=language)
    own = Said(reason.words.strip(), own_language) if reason.words.strip() else None
    parts = _parts(reason, known, language)
    if len({one.language for one in parts}) > 1:  # half a line in another language is in none
        return _reason(reason, own_language, "en")
    return ReasonSaid(label, Said(" ".join(one.words for one in parts), parts[0].language), own)


def _parts(reason: Reason, known: Mapping[str, str], language: str) -> list[Said]:
    """The figures, how they stand, and what that means for the officer: as far as each is there."""
    parts = [say(words.STANDS[reason.met], language=language)]
    if reason.key in known and reason.has is not None and reason.wants is not None:
        rule = words.AT_LEAST if reason.key in AT_LEAST else words.AT_MOST
        parts.insert(0, say(rule, {"has": reason.has, "wants": reason.wants}, language=language))
    return [*parts, say(words.WEIGHS[reason.weighs], language=language)] if reason.weighs else parts


def _appeal(decided: Decided, language: str) -> tuple[Said, ...]:
    again = say(words.ASK_AGAIN, language=language)
    if decided.appeal_last_day is None:
        return (again,)
    how = decided.appeal_how or Fact(words.APPEAL, {"day": decided.appeal_last_day})
    return say_fact(how, language=language), again
