"""Made-up names of several origins: a few common ones, and rarer ones put together from syllables."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

RARE, RARE_GIVEN = 0.4, 0.2
LISTS = Path(__file__).with_name("names.txt")
ORIGINS: Mapping[str, float] = {
    "spanish": 0.6, "haitian": 0.08, "brazilian": 0.06, "chinese": 0.06, "arabic": 0.07, "southasian": 0.06,
    "slavic": 0.05, "english": 0.02,
}  # fmt: skip
SURNAMES_OF = {"spanish": (0.08, 0.9, 0.02), "brazilian": (0.3, 0.6, 0.1)}
GIVEN_OF = {"spanish": 0.7, "haitian": 0.4, "brazilian": 0.5, "chinese": 0.6, "english": 0.3}


@dataclass(frozen=True)
class Names:
    """Of one origin: given names by sex, surnames, and syllables of rarer surnames."""

    given: dict[str, list[str]]
    surnames: list[str]
    syllables: tuple[list[str], ...]


@cache
def names_of(origin: str) -> Names:
    """The lists of one origin."""
    text = LISTS.read_text(encoding="ascii")
    block = text.partition(f"\n{origin}\n")[2].splitlines()[:4]
    lists = {line[0]: line[2:].split() for line in block}
    syllables = tuple(part.split() for part in block[3][2:].split("|"))
    return Names({"F": lists["F"], "M": lists["M"]}, lists["S"], syllables)


def common_first(random: Random, names: list[str]) -> str:
    """One of these, the first ones more often: of twenty, the first is every eleventh."""
    return names[int(len(names) * random.random() ** 1.25)]


def surname(random: Random, origin: str) -> str:
    """A surname of this origin."""
    names = names_of(origin)
    if random.random() < RARE:
        return "".join(common_first(random, part) for part in names.syllables)
    return common_first(random, names.surnames)


def surnames(random: Random, origin: str) -> tuple[str, ...]:
    """The surnames of a person of this origin."""
    one, two, three = SURNAMES_OF.get(origin, (1.0, 0.0, 0.0))
    count = random.choices((1, 2, 3), (one, two, three))[0]
    return tuple(surname(random, origin) for _ in range(count))


def given_names(random: Random, origin: str, sex: str) -> tuple[str, ...]:
    """The given names of a person of this origin."""
    names = names_of(origin).given[sex]
    first = common_first(random, names)
    if random.random() < RARE_GIVEN:
        start, middle, _ = names_of(origin).syllables
        end = random.choice(("NA", "LIA", "RIS") if sex == "F" else ("N", "DO", "RIK"))
        first = f"{random.choice(start)}{random.choice(middle)}{end}"
    second = common_first(random, names) if random.random() < GIVEN_OF.get(origin, 0.1) else first
    return (first,) if second == first else (first, second)
