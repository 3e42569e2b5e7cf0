"""How a field of the court is read: numbers, codes, days. What is kept is ready for COPY."""

import re
from datetime import date
from functools import lru_cache

NULL = r"\N"
# Days that stand for “not known” in such dumps: 1900-01-01, 1753-01-01, 9999-12-31, 2100-01-01.
FIRST_YEAR, LAST_YEAR = 1901, 2099
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ][\d:.]+)?$")
_US_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: [\d:. APM]+)?$")
_CASE_NUMBER = re.compile(r"[AX][0-9]{9}$")
LONGEST_CODE, LONGEST_NUMBER = 10, 18


class Unreadable(ValueError):
    """A field is not what it should be; says what it is instead."""


def number(text: str) -> str:
    """A number of the court's, such as that of a case."""
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER):
        raise Unreadable("is no number")
    return text


def code(text: str) -> str:
    """A code of the court's, in capitals; blank where there is none."""
    if not text:
        return ""
    text = text.strip().upper()
    if len(text) > LONGEST_CODE or not text.isprintable():
        raise Unreadable("is no code")
    return text.replace("\\", r"\\")


@lru_cache(50_000)
def day(text: str) -> str:
    """A day, or none where the court writes one that stands for “not known”."""
    found = day_of(text)
    return NULL if found is None else found.isoformat()


def day_of(text: str) -> date | None:
    """The same as a date."""
    text = text.strip()
    if not text or text.upper() in ("NULL", "N/A"):
        return None
    if match := _DAY.match(text):
        year, month, on = map(int, match.groups())
    elif match := _US_DAY.match(text):
        month, on, year = map(int, match.groups())
    else:
        raise Unreadable("is no date")
    try:
        return date(year, month, on) if FIRST_YEAR <= year <= LAST_YEAR else None
    except ValueError:
        return None


def yes(text: str) -> str:
    """Whether the court has ticked it."""
    return "t" if text.strip().upper() in ("Y", "YES", "1", "T", "TRUE") else "f"


def case_number(text: str) -> str:
    """A person's case number, with or without hyphens."""
    text = text.strip().upper().replace("-", "")
    if not _CASE_NUMBER.match(text):
        raise Unreadable("is no case number")
    return text
