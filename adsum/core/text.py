"""Text as it arrives from files, phones and forms, made safe to keep."""

import re
import unicodedata
from functools import lru_cache

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_BLANKS = re.compile(r"\s+")
_MARKS = re.compile(r"[\u0300-\u036f\u064b-\u065f]")
_SHORT = 40


def clean_text(raw: str, *, longest: int = 20_000) -> str:
    """What a person wrote, kept in full up to `longest` characters.

    Control characters and lone surrogates go, because PostgreSQL refuses them and a report must never be
    refused for one.
    """
    return _CONTROLS.sub("", unicodedata.normalize("NFC", raw)).strip()[:longest]


def clean_line(raw: str, *, longest: int = 200) -> str:
    """The same for one line: runs of blanks become one space."""
    if len(raw) <= longest and raw.isascii() and raw.isprintable() and "  " not in raw:  # most are clean already
        return raw.strip()
    return _BLANKS.sub(" ", clean_text(raw))[:longest].strip()


def clean_often(raw: str) -> str:
    """`clean_line` of what stands in very many rows of a list: units, cities, countries."""
    return _clean_short(raw) if len(raw) <= _SHORT else clean_line(raw)


def plain_letters(text: str) -> str:
    """Letters and digits only, without case and accents: López García is lopezgarcia."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in apart if char.isalnum())


def without_marks(text: str) -> str:
    """Without case, and without the accents and vowel signs that people leave out."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return _MARKS.sub("", apart)


_clean_short = lru_cache(10_000)(clean_line)
