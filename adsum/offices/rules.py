"""Roles and what they may do."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays

from adsum.core.text import clean_line


class Role(StrEnum):
    """What a member of staff does. Only officers and supervisors decide about a participant."""

    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    PROGRAMME = "programme"
    AUDITOR = "auditor"
    OPERATOR = "operator"


class HelpKind(StrEnum):
    """What help a place gives. Its words for the participant stand in the portal's templates."""

    LEGAL = "legal"
    SHELTER = "shelter"
    FOOD = "food"
    HEALTH = "health"
    LANGUAGE = "language"
    OTHER = "other"


@dataclass(frozen=True)
class Helper:
    """One row of an office's list of help."""

    kind: HelpKind
    name: str
    phone: str
    languages: str
    address: str


HELP_COLUMNS = ("kind", "name", "phone", "languages", "address")


def read_helper(row: Mapping[str, str]) -> Helper | None:
    """A row of the list, by its columns; None where it has no name or a kind that is not known."""
    given = {column: clean_line(row.get(column) or "", longest=300) for column in HELP_COLUMNS}
    kind = given["kind"].lower()
    if not given["name"] or kind not in set(HelpKind):
        return None
    return Helper(HelpKind(kind), given["name"][:120], given["phone"][:40], given["languages"][:200], given["address"])


KIOSK_COOKIE = "adsum_kiosk"  # on a tablet that staff have turned into a kiosk for check-ins
KIOSK_SALT = "adsum.kiosk"
EVERY_OFFICE = frozenset({Role.PROGRAMME, Role.AUDITOR})
DECIDERS = frozenset({Role.OFFICER, Role.SUPERVISOR})
_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,11}")


def is_office_code(code: str) -> bool:
    """True for what can name a field office: one to twelve capitals, digits and dashes (NYC, SFR-2)."""
    return _CODE.fullmatch(code) is not None


def is_time_zone(name: str) -> bool:
    """True for a zone of the IANA database (America/New_York)."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def federal_holidays(year: int) -> dict[date, str]:
    """The US federal holidays of a year, with the days on which they are observed. A suggestion: a person confirms."""
    return dict(sorted(holidays.country_holidays("US", years=year, language="en_US").items()))


def next_open_day(day: date, *, closed: Collection[date]) -> date:
    """This day, or the first one after it on which the office is not closed. Saturdays and Sundays count as open."""
    while day in closed:
        day += timedelta(days=1)
    return day
