"""Numbers of rows inside of texts and lists: at another site each row has another number."""

from collections.abc import Mapping
from typing import Any

Numbers = Mapping[str, Mapping[int, int]]  # of each table: the old number, and the new one

# What the code calls things in “about” (duty:7), and in which table they are.
ABOUT = {
    "appeal": "appeal",
    "appointment": "appointment",
    "attempt": "attempt",
    "clock": "clock",
    "contact": "contact",
    "court": "courtstanding",
    "decision": "reviewdecision",
    "departure": "departure",
    "document": "document",
    "duty": "duty",
    "guardianship": "guardianship",
    "invitee": "invitee",
    "lead": "lead",
    "message": "threadmessage",
    "monitor": "monitor",
    "order": "order",
    "participant": "participant",
    "pause": "pause",
    "phone-change": "phonechange",
    "plan": "plan",
    "reply": "reply",
    "report": "report",
    "review": "review",
    "rung": "rung",
    "step": "missstep",
}
AS_IT_IS = frozenset({"text"})  # what follows is no number of a row
LONGEST = 60


def turn_about(about: str, numbers: Numbers, *, mark: int) -> str:
    """The same thing by its number here. What has none is marked, so that it means no row here by chance."""
    kind, _, rest = about.partition(":")
    old, *more = rest.split(":", 1)
    if kind in AS_IT_IS or not old.isdecimal():
        return about
    new = numbers.get(ABOUT.get(kind, ""), {}).get(int(old))
    if new is None:
        return ":".join([f"old-{kind}", f"{mark}-{old}", *more])[:LONGEST]
    return ":".join([kind, str(new), *more])


def turn_keys(details: Mapping[str, Any], numbers: Numbers) -> dict[str, Any]:
    """Details of a flag in which numbers stand under the name of the thing: {"duty": 7}."""
    return {
        key: numbers.get(ABOUT[key], {}).get(value) if key in ABOUT and type(value) is int else value
        for key, value in details.items()
    }


def policy_numbers(cited: str) -> set[int]:
    """The stored versions that a row cites: CheckinPolicy@9f86d08188:3+7."""
    _, _, stored = cited.partition("@")[2].partition(":")
    return {int(number) for number in stored.split("+") if number.isdecimal()}
