"""Two files on one person, field by field: who owns it, who changed it since both last agreed, what follows. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

from adsum.core.text import without_marks
from adsum.people.rules import read_phone

SEPARATOR = "\x1f"  # between the columns of a row that is kept as one text
ADDRESS_LINES = 4  # street with unit, city, state, postal code


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
    """What both sides keep. `is_last`: only grows, such as the day of the last check-in: the later one is right.

    `is_told`: we keep no value of our own, only what they told us last; a change is news for an officer.
    `in_any_letters`: capitals and marks on letters make no difference.
    """

    name: str
    title: str
    owner: Owner
    is_last: bool = False
    is_told: bool = False
    in_any_letters: bool = False

    def plain(self, value: str) -> str:
        """The value in the form in which two sides are compared."""
        return without_marks(value) if self.in_any_letters else value


FIELDS = {
    one.name: one
    for one in (
        Field("names", "Names", Owner.THEIRS, in_any_letters=True),
        Field("date_of_birth", "Date of birth", Owner.THEIRS),
        Field("custody", "Custody", Owner.THEIRS, is_told=True),
        Field("hearing", "Next hearing", Owner.THEIRS, is_told=True),
        Field("order", "Order of the court", Owner.THEIRS, is_told=True),
        Field("address", "Address", Owner.OURS, in_any_letters=True),
        Field("phone", "Phone number", Owner.OURS),
        Field("last_check_in", "Last check-in", Owner.OURS, is_last=True),
        Field("device", "Device", Owner.OURS),
    )
}
TOLD = tuple(name for name, field in FIELDS.items() if field.is_told)


class Holds(StrEnum):
    """Whose value a person has decided for."""

    OURS = "ours"
    THEIRS = "theirs"


class Asked(NamedTuple):
    """What a person is asked about a field: both values as they were then. `holds`: whose, once it is decided."""

    ours: str
    theirs: str
    holds: str = ""


@dataclass(frozen=True)
class Row:
    """A file of theirs as it came: its number there, which version, and their columns as they stand there, joined.

    `as_of`: what their clock said.
    """

    number: str
    case_number: str
    revision: int
    said: str
    as_of: str = ""

    @property
    def digest(self) -> tuple[int, int]:
        """Two numbers of 32 bits that stand for it, as the other side counts them, too.

        The first eight bytes of SHA-256 over case number and columns, with U+001F between them. Added up over a range
        of rows they stand for the range, in whatever order it is read.
        """
        first = sha256(f"{self.case_number}{SEPARATOR}{self.said}".encode()).digest()[:8]
        return int.from_bytes(first[:4]), int.from_bytes(first[4:])


Reader = Callable[[str], Mapping[str, str]]  # their columns, joined: each field in the form in which values compare


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
        return _of_the_last(agreed, ours, theirs)
    if agreed is None:
        return _at_first(field.owner, ours, theirs)
    if ours != agreed and theirs != agreed:
        return Move.ASK
    changed = Owner.OURS if ours != agreed else Owner.THEIRS
    if changed != field.owner:
        return Move.ASK
    return Move.SEND if changed == Owner.OURS else Move.TAKE


def _of_the_last(agreed: str | None, ours: str, theirs: str) -> Move:
    if ours > theirs:
        return Move.SEND
    return Move.NOTHING if agreed == theirs else Move.TAKE


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
    asked: Mapping[str, Asked],
) -> Iterator[Step]:
    """What is to be done about each field on which the two do not agree, or have come to.

    `asked`: fields about which a person is asked already, or has decided. Until they have, nothing moves; what they
    decided is done while both values are still those that they saw; another value is another question.
    """
    for name, field in fields.items():
        mine, other, before = ours[name], theirs[name], agreed.get(name)
        known = None if before is None else field.plain(before)
        move = settle(field, agreed=known, ours=field.plain(mine), theirs=field.plain(other))
        if name in asked and move != Move.NOTHING:
            move = _as_decided(asked[name], mine, other)
            if move is Move.NOTHING:
                continue
        after = _after(field, move, mine, other)
        if move != Move.NOTHING or before != after or name in asked:
            yield Step(field, move, mine, other, after)


def _as_decided(asked: Asked, ours: str, theirs: str) -> Move:
    """NOTHING: the same question waits for its answer."""
    if (asked.ours, asked.theirs) != (ours, theirs):
        return Move.ASK
    return {"": Move.NOTHING, Holds.OURS: Move.SEND, Holds.THEIRS: Move.TAKE}[asked.holds]


def _after(field: Field, move: Move, ours: str, theirs: str) -> str | None:
    if move is Move.NOTHING and field.is_last:
        return theirs  # theirs may be later than ours, and stays so
    return {Move.NOTHING: ours, Move.SEND: ours, Move.TAKE: theirs, Move.ASK: None}[move]


def can_take(field: Field, value: str) -> bool:
    """Whether this can be kept as our value: a day that is one, a name with letters, a phone that can be called."""
    match field.name:
        case "names":
            return any(char.isalpha() for char in value)
        case "date_of_birth":
            return _is_moment(value) and value[:4] >= "1900"
        case "hearing":
            return not value or _is_moment(value)
        case "address":
            return value.count("\n") == ADDRESS_LINES - 1
        case "phone":
            return read_phone(value) is not None
    return True


def _is_moment(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


class Ours(NamedTuple):
    """What we say of a person, as its text says it."""

    surnames: str
    given_names: str
    date_of_birth: str
    street: str
    unit: str
    city: str
    state: str
    postal_code: str
    phone: str
    last_check_in: str
    device: str

    @property
    def values(self) -> dict[str, str]:
        """Field by field, in the form in which values compare; without those of which they tell us."""
        street = " ".join(part for part in (self.street, self.unit) if part)
        lines = [street, self.city, self.state, self.postal_code]
        return {
            "names": ", ".join(part for part in (self.surnames, self.given_names) if part),
            "date_of_birth": self.date_of_birth,
            "address": "\n".join(lines) if any(lines) else "",
            "phone": self.phone,
            "last_check_in": self.last_check_in,
            "device": self.device,
        }


def read_ours(text: str) -> Ours:
    """What we say, from its text."""
    return Ours(*text.split(SEPARATOR))


def values_of(told: Mapping[str, str], ours: str) -> dict[str, str]:
    """Our value of each field; of those of which only they tell, what they told us last."""
    return {**{name: told.get(name, "") for name in TOLD}, **read_ours(ours).values}


class Differs(StrEnum):
    """How two files differ when they are looked at whole, and by that what mends it."""

    NEWS = "news"  # their row is another than the one we heard of
    UNSENT = "unsent"  # ours says what they were never told
    UNHEARD = "unheard"  # they have a row of which we never heard
    GONE = "gone"  # they have no row any more where they had one
    NOT_THERE = "not-there"  # they have nobody of this case number
    UNREADABLE = "unreadable"  # their row is there, and cannot be read


DIFFERS = {
    Differs.NEWS: ("Changed there, and we were not told", "Read their row as it is now"),
    Differs.UNSENT: ("Changed here, and they were not told", "Tell them"),
    Differs.UNHEARD: ("A row there of which we were not told", "Read their row"),
    Differs.GONE: ("Their row is gone", "Ask them why; nothing of it is undone here"),
    Differs.NOT_THERE: ("They have no row", "Ask them to open one under this case number"),
    Differs.UNREADABLE: ("Their row cannot be read", "Ask them to mend it; why stands under what was refused"),
}
MENDED_BY_US = frozenset({Differs.NEWS, Differs.UNSENT, Differs.UNHEARD})


def is_cut_short(*, known: int, shown: int, percent: int) -> bool:
    """True when they show so few of the rows they had that their list is rather broken than their people gone."""
    return known > 0 and shown * 100 < known * percent
