"""Words of the law and its clocks for the officers' pages."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.dateformat import format as format_date

from adsum.law.rules import KINDS, ClockKind

LAW_VERBS = {
    "clock.started": "started a clock",
    "clock.stopped": "stopped a clock",
    "clock.paused": "paused a clock",
    "clock.resumed": "let a clock go on",
    "clock.moved": "moved a last day",
    "clock.late": "told the supervisor of a late answer",
    "clock.escalated": "told the programme of a late answer",
}


def law_facts(details: Mapping[str, Any]) -> list[str]:
    """What a flag about a late answer says: which answer, and until when it was due."""
    if details.get("clock") not in set(ClockKind):
        return []
    day = format_date(date.fromisoformat(details["last_day"]), "N j, Y")
    return [f"{KINDS[ClockKind(details['clock'])]}: its last day was {day}"]
