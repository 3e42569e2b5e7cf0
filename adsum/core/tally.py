"""What comes often among very many, and how often: eight bytes a note instead of the things themselves.

Things are told apart by 64 bits (`key_of`): among a million of them, two are taken for one once in forty million times.
"""

from array import array
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator

PARTS = 64
_BITS = 0xFFFF_FFFF_FFFF_FFFF


def key_of(thing: Hashable) -> int:
    """A number of 64 bits that stands for this thing in this process and in those forked from it."""
    return hash(thing) & _BITS


class Often:
    """Keys as they come; afterwards, those that came often. Only a part of them is unpacked at a time."""

    def __init__(self) -> None:
        self._parts = [array("Q") for _ in range(PARTS)]

    def note(self, key: int) -> None:
        """This one came."""
        self._parts[key % PARTS].append(key)

    def add(self, other: "Often") -> None:
        """What another one, of this process or one forked from it, noted after this one."""
        for part, more in zip(self._parts, other._parts, strict=True):
            part.extend(more)

    def at_least(self, times: int) -> dict[int, int]:
        """The keys that came so often or more often, with how often."""
        return {key: count for part in self._parts for key, count in Counter(part).items() if count >= times}


class Different:
    """Pairs of keys, who and where; afterwards, where there were many different ones. Whoever comes twice counts once.

    The place of somebody who comes again is that of their first note.
    """

    def __init__(self) -> None:
        self._parts = [(array("Q"), array("Q")) for _ in range(PARTS)]

    def note(self, who: int, where: int) -> None:
        """This one was there."""
        names, places = self._parts[who % PARTS]
        names.append(who)
        places.append(where)

    def add(self, other: "Different") -> None:
        """What another one, of this process or one forked from it, noted after this one."""
        for (names, places), (more_names, more_places) in zip(self._parts, other._parts, strict=True):
            names.extend(more_names)
            places.extend(more_places)

    def at_least(self, count: int) -> dict[int, int]:
        """The places of so many different ones or more, with how many."""
        places = Often()
        for where in self._first_places():
            places.note(where)
        return places.at_least(count)

    def _first_places(self) -> Iterator[int]:
        for names, places in self._parts:
            yield from _of_first(names, places)


def _of_first(names: Iterable[int], places: Iterable[int]) -> Iterator[int]:
    seen: set[int] = set()
    for who, where in zip(names, places, strict=True):
        if who not in seen:
            seen.add(who)
            yield where
