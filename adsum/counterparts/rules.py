"""Two files on one person, field by field: who owns it, who changed it since both last agreed, what follows. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Owner(StrEnum):
    """Who is asked first about a field: whose word counts while the other side has not said otherwise."""

    THEIRS = "theirs"
    OURS = "ours"


class Move(StrEnum):
    """What is to be done about a field. ASK: a person decides, with both values before them."""

    NOTHING = "nothing"
    TAKE = "take"
    SEND = "send"
    ASK = "ask"


@dataclass(frozen=True)
class Field:
    """What both sides keep. `is_last`: only grows, such as the day of the last check-in: the later one is right."""

    name: str
    title: str
    owner: Owner
    is_last: bool = False


class Step(NamedTuple):
    """A field and what is to be done about it; `agreed` is what both will say once it is done."""

    field: Field
    move: Move
    ours: str
    theirs: str
    agreed: str | None


def settle(field: Field, *, agreed: str | None, ours: str, theirs: str) -> Move:
    """What follows from what both said last and say now. `agreed` is None before they first met.

    A side that has changed what it owns is followed. A side that has changed what the other one owns, or that met
    another value, is heard: a person decides. Nothing is overwritten by being late, or by being first.
    """
    if ours == theirs:
        return Move.NOTHING
    if field.is_last:
        return Move.SEND if ours > theirs else Move.TAKE
    if agreed is None:
        return _at_first(field.owner, ours, theirs)
    if ours != agreed and theirs != agreed:
        return Move.ASK
    changed = Owner.OURS if ours != agreed else Owner.THEIRS
    if changed != field.owner:
        return Move.ASK
    return Move.SEND if changed == Owner.OURS else Move.TAKE


def _at_first(owner: Owner, ours: str, theirs: str) -> Move:
    """They meet: who says nothing is told by the one who owns it; two who differ are heard."""
    if owner == Owner.THEIRS and not ours:
        return Move.TAKE
    if owner == Owner.OURS and not theirs:
        return Move.SEND
    return Move.ASK


def steps(
    fields: Mapping[str, Field],
    *,
    agreed: Mapping[str, str],
    ours: Mapping[str, str],
    theirs: Mapping[str, str],
    asked: Mapping[str, tuple[str, str]],
) -> Iterator[Step]:
    """What is to be done about each field on which the two do not agree, or have come to.

    `asked`: fields about which a person is asked already, with both values as they were then. Nothing moves meanwhile;
    another value is another question.
    """
    for name, field in fields.items():
        mine, other, before = ours[name], theirs[name], agreed.get(name)
        move = settle(field, agreed=before, ours=mine, theirs=other)
        if name in asked and move != Move.NOTHING:
            if asked[name] == (mine, other):
                continue
            move = Move.ASK
        if move != Move.NOTHING or before != mine or name in asked:
            yield Step(field, move, mine, other, _after(move, mine, other))


def _after(move: Move, ours: str, theirs: str) -> str | None:
    return {Move.NOTHING: ours, Move.SEND: ours, Move.TAKE: theirs, Move.ASK: None}[move]
