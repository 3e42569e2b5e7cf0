"""Law: every URL names who may enter."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver

from adsum.offices.rules import Role

OPEN_TO = frozenset({"anyone", "participant", "machine"})


@dataclass(frozen=True)
class Address:
    """One URL pattern with its whole route, as in console/people/<int:participant_id>/."""

    route: str
    name: str
    view: Callable[..., Any]
    arguments: frozenset[str]

    @property
    def who_may_enter(self) -> str:
        return str(getattr(self.view, "who_may_enter", ""))


def addresses(patterns: Iterable[URLPattern | URLResolver], above: str = "") -> Iterator[Address]:
    """Every address below these patterns."""
    for pattern in patterns:
        route = above + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, route)
        else:
            arguments = frozenset(pattern.pattern.converters)
            yield Address(route, pattern.name or "", pattern.callback, arguments)


def find_open_doors(found: Iterable[Address]) -> list[str]:
    """Addresses without a name, or whose view does not say who may enter."""
    return [f"/{address.route} {fault}" for address in found if (fault := _fault(address))]


def _fault(address: Address) -> str:
    if not address.name:
        return "has no name"
    who = address.who_may_enter
    named = who in OPEN_TO or (bool(who) and set(who.split()) <= set(Role))
    return "" if named else f"does not name who may enter ({who or 'nobody'})"
