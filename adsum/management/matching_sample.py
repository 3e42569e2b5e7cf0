"""`adsum match sample`: a made-up population and records about it, in the layout that `adsum match evaluate` reads."""

import csv
import gzip
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from adsum.management.sampling.clerks import USUAL, Faults
from adsum.management.sampling.naming import ORIGINS
from adsum.management.sampling.people import Person, make_people
from adsum.management.sampling.records import Written, make_records
from adsum.records.matching.population import Description

MOST = 0.9  # of a fault


@dataclass(frozen=True)
class Wish:
    """What sample to make. `prevalence`: the share of records about participants; `kin`: of families and namesakes."""

    people: int
    records: int
    seed: int = 1
    prevalence: float = 0.3
    kin: float = 0.12
    mix: Mapping[str, float] = field(default_factory=lambda: ORIGINS)
    faults: Faults = field(default_factory=lambda: USUAL)


def worse(times: float) -> Faults:
    """The usual faults, so many times as often."""
    return {name: min(MOST, chance * times) for name, chance in USUAL.items()}


def read_shares(text: str, known: Mapping[str, float]) -> dict[str, float]:
    """`name=share,name=share` over the known names; ValueError says which ones there are."""
    pairs = [part.partition("=") for part in text.split(",")]
    strange = [name for name, _, _ in pairs if name.strip() not in known]
    if strange:
        raise ValueError(f"{strange[0]!r} is none of {', '.join(known)}")
    return {name.strip(): float(share) for name, _, share in pairs}


def make_sample(wish: Wish) -> tuple[list[Person], list[Written]]:
    """The people, and records about some of them: always the same for a wish."""
    random = Random(wish.seed)  # noqa: S311 - made-up people, no secrets
    people = list(make_people(random, wish.people, wish.mix, kin=wish.kin))
    records = make_records(
        random, people, wish.records, wish.mix, prevalence=wish.prevalence, kin=wish.kin, faults=wish.faults
    )
    return people, list(records)


def describe(person: Person) -> Description:
    """A person as the file of people says it."""
    number, names = person.case_number, (" ".join(person.given), " ".join(person.surnames))
    return Description(number, *names, f"{person.born}", person.sex, person.city, person.state, number)


def write_sample(folder: Path, people: Sequence[Person], written: Sequence[Written]) -> None:
    """people.csv.gz, records.csv.gz and truth.csv.gz in this folder."""
    folder.mkdir(parents=True, exist_ok=True)
    columns = ("given_names", "surnames", "date_of_birth", "sex", "city", "state")
    described = [describe(person) for person in people]
    _write(folder / "people.csv.gz", ("case_number", *columns), ((one.key, *_texts(one)) for one in described))
    records = ((one.record.key, *_texts(one.record), one.record.case_number) for one in written)
    _write(folder / "records.csv.gz", ("record_id", *columns, "case_number"), records)
    truth = ((one.record.key, one.case_number, one.origin, one.kind) for one in written)
    _write(folder / "truth.csv.gz", ("record_id", "case_number", "group", "kind"), truth)


def _texts(one: Description) -> tuple[str, ...]:
    return one.given_names, one.surnames, one.date_of_birth, one.sex, one.city, one.state


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with gzip.open(path, "wt", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([columns, *rows])
