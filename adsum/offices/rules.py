"""Roles and what they may do."""

import re
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class Role(StrEnum):
    """What a member of staff does. Only officers and supervisors decide about a participant."""

    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    PROGRAMME = "programme"
    AUDITOR = "auditor"
    OPERATOR = "operator"


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
