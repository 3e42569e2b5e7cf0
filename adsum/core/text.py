"""Text as it arrives from files, phones and forms, made safe to keep."""

import re
import unicodedata

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_BLANKS = re.compile(r"\s+")


def clean_text(raw: str, *, longest: int = 20_000) -> str:
    """What a person wrote, kept in full up to `longest` characters.

    Control characters and lone surrogates go, because PostgreSQL refuses them and a report must never be
    refused for one.
    """
    return _CONTROLS.sub("", unicodedata.normalize("NFC", raw)).strip()[:longest]


def clean_line(raw: str, *, longest: int = 200) -> str:
    """The same for one line: runs of blanks become one space."""
    return _BLANKS.sub(" ", clean_text(raw))[:longest].strip()
