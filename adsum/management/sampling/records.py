"""Made-up records: of participants, of their relatives and namesakes, and of strangers."""

from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import NamedTuple

from adsum.management.sampling import naming
from adsum.management.sampling.clerks import NICKNAMES, Faults, slip, spell, write_birthday, write_name
from adsum.management.sampling.people import Person, make_namesake, make_person, make_relative, place
from adsum.records.matching.population import Description

PARTICLES = ("DE", "DE LA", "DEL", "DOS", "AL", "EL")


class Written(NamedTuple):
    """A record, whom it is about (nobody here: ""), the origin of the name, and what kind of person it is."""

    record: Description
    case_number: str
    origin: str
    kind: str


def make_records(
    random: Random,
    people: Sequence[Person],
    count: int,
    mix: Mapping[str, float],
    *,
    prevalence: float,
    kin: float,
    faults: Faults,
) -> Iterator[Written]:
    """So many records; `prevalence` is the share about these people, `kin` that of their families among the others."""
    origins, shares = list(mix), list(mix.values())
    for number in range(count):
        person = random.choice(people)
        if random.random() < prevalence:
            kind = "match"
        elif random.random() < kin:
            kind = random.choice(("relative", "namesake"))
            person = make_relative(random, person) if kind == "relative" else make_namesake(random, person)
        else:
            kind, person = "outsider", make_person(random, random.choices(origins, shares)[0])
        record = write(random, f"q{number}", person, faults, people)
        yield Written(record, person.case_number if kind == "match" else "", person.origin, kind)


def write(random: Random, key: str, person: Person, faults: Faults, people: Sequence[Person]) -> Description:
    """What a clerk writes of this person."""
    dice = random.random
    city, state = place(random) if dice() < faults["moved"] else (person.city, person.state)
    given, surnames = _name(random, person, faults)
    city = slip(random, city) if dice() < faults["place slip"] else city
    city, state = ("", state if dice() < 0.5 else "") if dice() < faults["place missing"] else (city, state)
    sex = "FM"[person.sex == "F"] if dice() < faults["sex wrong"] else person.sex
    sex = "" if dice() < faults["sex missing"] else sex
    number = ""
    if dice() < faults["number said"]:
        number = random.choice(people).case_number if dice() < faults["number of another"] else person.case_number
        number = slip(random, number[1:]) if dice() < faults["number slip"] else number[1:]
        number = f"A{number[:9]:0>9}"
    return Description(key, given, surnames, write_birthday(random, person.born, faults), sex, city, state, number)


def _name(random: Random, person: Person, faults: Faults) -> tuple[str, str]:
    dice = random.random
    given = [write_name(random, word, faults) for word in _given(random, person, faults)]
    surnames = [write_name(random, word, faults) for word in person.surnames]
    if len(surnames) > 1 and dice() < faults["surname lost"]:
        surnames.pop(0 if dice() < 0.2 else -1)
    if len(surnames) > 1 and dice() < faults["surnames turned"]:
        surnames.reverse()
    if person.sex == "F" and dice() < faults["married"]:
        surnames[-1] = f"DE {naming.surname(random, person.origin)}" if dice() < 0.3 else spell(
            random, naming.surname(random, person.origin)
        )  # fmt: skip
    if len(surnames) > 1 and dice() < faults["surname as middle name"]:
        given.append(surnames.pop(0))
    if dice() < faults["extra name"]:
        surnames.append(naming.surname(random, person.origin))
    if dice() < faults["particle"]:
        surnames[0] = f"{random.choice(PARTICLES)} {surnames[0]}"
    glue = "-" if dice() < faults["hyphen"] else "" if dice() < faults["glued"] else " "
    names = " ".join(given), glue.join(surnames)
    return names[::-1] if dice() < faults["fields exchanged"] else names


def _given(random: Random, person: Person, faults: Faults) -> list[str]:
    dice, given = random.random, list(person.given)
    if dice() < faults["nickname"]:
        given[0] = NICKNAMES.get(given[0], given[0])
    if len(given) > 1:
        if dice() < faults["middle lost"]:
            given.pop(0 if dice() < 0.1 else 1)
        elif dice() < 3 * faults["initial"]:
            given[1] = given[1][0]
    elif dice() < faults["initial"] / 5:
        given[0] = given[0][0]
    return given
