"""A command's answer in lines for people: lists as blocks, moments to the minute, no brackets or quotes."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

INDENT = "  "


def lines_of(answer: Mapping[str, Any], *, indent: str = "") -> Iterator[str]:
    """Each name with its value beside it; what has parts of its own, below it."""
    width = max(map(len, answer), default=0)
    for name, value in answer.items():
        words = name.replace("_", " ")
        if parts := _parts(value):
            yield f"{indent}{words}"
            for number, part in enumerate(parts):
                yield from [""] * (number > 0)
                yield from lines_of(part, indent=indent + INDENT)
        else:
            yield f"{indent}{words:<{width}}  {_in_words(value)}"


def _parts(value: Any) -> Sequence[Mapping[str, Any]]:
    """What is shown as blocks: a mapping, or a list of them."""
    if isinstance(value, Mapping):
        return [value] if value else []
    if isinstance(value, list | tuple) and value and all(isinstance(one, Mapping) for one in value):
        return value
    return []


def _in_words(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    if isinstance(value, list | tuple | set | frozenset | Mapping):
        return ", ".join(_in_words(one) for one in value) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else str(value)
