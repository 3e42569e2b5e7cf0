"""Who may act for whom, who is proposed as a family, how people are named on a phone that others see too. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from adsum.families.policy import FamiliesPolicy

LONGEST_HOUSEHOLD = 40


def age_on(day: date, *, born: date) -> int:
    """Whole years; who was born on February 29 turns a year older on March 1."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def is_child(*, born: date, today: date, policy: FamiliesPolicy) -> bool:
    """True for who needs no phone of their own."""
    return age_on(today, born=born) < policy.child_below_years


def short_name(*, given_names: str, surnames: str) -> str:
    """First name and an initial: enough for the family, little for others. Empty where no name is known."""
    first, initial = given_names.split()[:1], surnames.strip()[:1]
    return f"{first[0] if first else ''} {initial + '.' if initial else ''}".strip()


class TurnAnswer(StrEnum):
    """What became of a wish to check in on this phone. The same for a wrong birthday and for nobody's seat."""

    IN = "in"
    NO_MATCH = "no-match"
    WAIT = "wait"


@dataclass(frozen=True)
class Turn:
    """Whose turn it is: their device's new token, where they are in, and the language they read."""

    answer: TurnAnswer
    token: str = ""
    language: str = ""


@dataclass(frozen=True)
class Sitter:
    """Somebody who may check in on this phone. `is_mine`: who holds it acts for them, and proves nothing more."""

    participant_id: int
    name: str
    is_mine: bool
    is_here: bool


class Tie(StrEnum):
    """Why people may belong together, the surest first."""

    HOUSEHOLD = "household"
    PHONE = "phone"
    SURNAME = "surname"


TIES = {
    Tie.HOUSEHOLD: "one household in the agency’s list",
    Tie.PHONE: "the same phone and the same address",
    Tie.SURNAME: "the same address and the same family name",
}


@dataclass(frozen=True)
class Proposal:
    """People who may be one family, by id, and why."""

    people: tuple[int, ...]
    ties: tuple[Tie, ...]


def propose_families(
    groups: Iterable[tuple[Tie, Collection[int]]],
    *,
    families: Mapping[int, int],
    decided: Collection[tuple[int, ...]],
) -> list[Proposal]:
    """Groups that share somebody are one proposal; the surest first. Not who is one family, or was decided about."""
    whole: dict[int, set[int]] = {}
    why: list[tuple[int, Tie]] = []
    for tie, group in groups:
        joined = set(group).union(*(whole[one] for one in group if one in whole))
        whole.update(dict.fromkeys(joined, joined))
        why.append((next(iter(group)), tie))
    ties: dict[int, set[Tie]] = {}
    for one, tie in why:
        ties.setdefault(min(whole[one]), set()).add(tie)
    found = [
        Proposal(tuple(sorted(whole[first])), tuple(tie for tie in Tie if tie in shared))
        for first, shared in ties.items()
    ]
    order = list(Tie)
    return sorted(
        (one for one in found if one.people not in decided and not _are_family(one.people, families)),
        key=lambda one: (order.index(one.ties[0]), -len(one.ties), one.people),
    )


def _are_family(people: Collection[int], families: Mapping[int, int]) -> bool:
    return len({families.get(one, -one) for one in people}) == 1
