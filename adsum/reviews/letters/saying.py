"""A text of our catalogues, said in a language; in English where that language lacks it, and marked as English."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.utils.formats import date_format
from django.utils.translation import gettext, override

from adsum.reviews.letters.facts import Fact


@dataclass(frozen=True)
class Said:
    """Words, and the language in which they are: a screen reader speaks them in it."""

    words: str
    language: str


def say(text: str, values: Mapping[str, str | int | date] | None = None, *, language: str) -> Said:
    """The text with its values, days written as that language writes them.

    What the catalogue lacks is said in English as a whole, its days too: half a sentence would be in no language.
    """
    there, spoken = _looked_up(text, language)
    if not values:
        return Said(there, spoken)
    told = {key: _day(one, spoken) if isinstance(one, date) else one for key, one in values.items()}
    return Said(there % told, spoken)


def say_fact(fact: Fact, *, language: str) -> Said:
    """A fact as a sentence."""
    return say(fact.text, fact.values, language=language)


@lru_cache(4_000)
def _looked_up(text: str, language: str) -> tuple[str, str]:
    """The text in this language, or as it stands in English."""
    with override(language):
        there = gettext(text) if text else ""
    return (there, language) if there != text else (text, "en")


@lru_cache(4_000)
def _day(day: date, language: str) -> str:
    with override(language):
        return date_format(day, "DATE_FORMAT")
