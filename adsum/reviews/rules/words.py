"""What a criterion says to officers, in words with its figures. Pure."""

from collections.abc import Callable
from typing import NamedTuple


class Figures(NamedTuple):
    """What the file shows: `has` of `of` within so many months."""

    has: int
    of: int
    months: int


def count_of(number: int, one: str, many: str = "") -> str:
    """Such as: 1 miss, 3 misses, no miss."""
    if number == 0:
        return f"no {one}"
    return f"{number} {one if number == 1 else many or one + 's'}"


def _within(months: int) -> str:
    return f"in {count_of(months, 'month')}"


_KNOWN: dict[str, Callable[[Figures], str]] = {
    "time-at-level": lambda it: f"{count_of(it.has, 'whole month')} at this level",
    "on-time": lambda it: f"{it.has} of {it.of} came on time {_within(it.months)}",
    "misses": lambda it: f"{count_of(it.has, 'miss', 'misses')} {_within(it.months)}",
    "hearings": lambda it: (f"came to {it.has} of {it.of}" if it.of else "none to come to") + f" {_within(it.months)}",
    "records": lambda it: f"{count_of(it.has, 'record')} that an agency has confirmed",
    "alerts": lambda it: f"{count_of(it.has, 'alert')} judged true {_within(it.months)}",
}
_NOT_KNOWN: dict[str, Callable[[Figures], str]] = {
    **_KNOWN,
    "on-time": lambda it: f"too few to say: {it.has} of {it.of} came on time {_within(it.months)}",
    "misses": lambda it: "no check-in was owed yet",
    "hearings": lambda it: f"came to {it.has} of {it.of} {_within(it.months)}; nobody noted the others",
    "records": lambda it: "nobody has looked lately",
    "alerts": lambda it: "nothing is known of a monitor",
}
_WANTED: dict[str, Callable[[int, int], str]] = {
    "time-at-level": lambda wants, months: f"at least {count_of(wants, 'month')}" if wants else "any time",
    "on-time": lambda wants, months: f"at least {wants} % {_within(months)}",
    "misses": lambda wants, months: _most(wants, "miss", "misses", months),
    "hearings": lambda wants, months: _most(wants, "absence", "absences", months),
    "records": lambda wants, months: "no confirmed record, and a recent look",
    "alerts": lambda wants, months: _most(wants, "true alert", "true alerts", months),
}


def figures_of(key: str, figures: Figures, *, known: bool) -> str:
    """What the file shows, or what is not known."""
    return (_KNOWN if known else _NOT_KNOWN)[key](figures)


def wanted_by(key: str, *, wants: int, months: int) -> str:
    """What the policy asks for."""
    return _WANTED[key](wants, months)


def _most(wants: int, one: str, many: str, months: int) -> str:
    return ("at most " if wants else "") + f"{count_of(wants, one, many)} {_within(months)}"
