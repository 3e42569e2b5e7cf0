"""Made-up people: families, twins, fathers and sons of one name; 1 January where nobody knew the day."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from adsum.management.sampling import naming

PLACEHOLDERS, PLACEHOLDER = {"arabic": 0.25, "southasian": 0.12}, 0.02
STATES = ("CA", "TX", "FL", "NY", "NJ", "IL", "GA", "NC", "MA", "WA", "CO", "VA", "AZ", "PA", "MD")
TOWNS = tuple(f"{first} {last}" for first in ("OLD", "NEW", "FORT", "GLEN", "MILL", "KING", "ROSE", "BLUE")
              for last in ("HILL", "LAKE", "FORD", "WOOD", "BAY", "FALLS", "CROSS", "POINT"))  # fmt: skip
FIRST_BIRTHDAY, BORN_DAYS = date(1948, 1, 1).toordinal(), 59 * 365


@dataclass(frozen=True)
class Person:
    """Somebody made up."""

    case_number: str
    origin: str
    given: tuple[str, ...]
    surnames: tuple[str, ...]
    born: date
    sex: str
    city: str
    state: str


def make_person(random: Random, origin: str) -> Person:
    """Somebody of this origin."""
    sex = "M" if random.random() < 0.58 else "F"
    born = date.fromordinal(FIRST_BIRTHDAY + int(BORN_DAYS * random.betavariate(3.5, 2.2)))
    if random.random() < PLACEHOLDERS.get(origin, PLACEHOLDER):
        born = born.replace(month=1, day=1)
    given, surnames = naming.given_names(random, origin, sex), naming.surnames(random, origin)
    return Person(f"A{random.randint(10**8, 10**9 - 1)}", origin, given, surnames, born, sex, *place(random))


def place(random: Random) -> tuple[str, str]:
    """A town and its state; some are large."""
    return naming.common_first(random, list(TOWNS)), naming.common_first(random, list(STATES))


def make_relative(random: Random, person: Person) -> Person:
    """A brother, sister, twin, parent or child, most of them at the same place."""
    other = make_person(random, person.origin)
    kind = random.choices(("sibling", "twin", "parent", "of the same name"), (50, 10, 25, 15))[0]
    near = person if random.random() < 0.75 else other
    other = replace(other, surnames=person.surnames, city=near.city, state=near.state)
    while kind in ("twin", "sibling") and other.given[0] == person.given[0]:
        other = replace(other, given=naming.given_names(random, other.origin, other.sex))
    if kind == "twin":
        return replace(other, born=person.born)
    if kind == "sibling":
        return replace(other, born=person.born + timedelta(days=random.choice((-1, 1)) * random.randint(300, 4_000)))
    born = person.born - timedelta(days=random.randint(6_500, 13_000))
    if kind == "parent":
        return replace(other, born=born, surnames=(person.surnames[0], *other.surnames[1:]))
    return replace(other, born=born, given=person.given, sex=person.sex)


def make_namesake(random: Random, person: Person) -> Person:
    """A stranger with the same name."""
    return replace(make_person(random, person.origin), given=person.given, surnames=person.surnames, sex=person.sex)


def make_people(random: Random, count: int, mix: Mapping[str, float], *, kin: float) -> Iterator[Person]:
    """So many people; this share of them are relatives or namesakes of one who is there."""
    origins, shares = list(mix), list(mix.values())
    before: list[Person] = []
    for origin in random.choices(origins, shares, k=count):
        if before and random.random() < kin:
            person = random.choice((make_relative, make_namesake))(random, random.choice(before))
        else:
            person = make_person(random, origin)
        if len(before) < 20_000:
            before.append(person)
        yield person
