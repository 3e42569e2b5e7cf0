"""A small made-up population: common and rare names of several kinds, some of them on 1 January."""

import random

from adsum.records.matching.population import Description

GIVEN = {
    "F": ["MARIA", "ANA", "ROSA", "CARMEN", "LUCIA", "FATIMA", "OLENA", "MEI", "MARIE", "HARPREET"],
    "M": ["JOSE", "JUAN", "LUIS", "CARLOS", "PEDRO", "MOHAMMED", "OLEKSANDR", "WEI", "JEAN", "VIJAY"],
}
SURNAMES = [
    *("GARCIA", "LOPEZ", "HERNANDEZ", "MARTINEZ", "RAMIREZ", "TORRES", "RIVAS", "ZORRILLA", "FUENTES", "VALVERDE"),
    *("HUSSEIN", "SHEVCHENKO", "ZHANG", "PIERRE", "SINGH", "KUMAR", "SILVA", "BARRY", "HSIEH", "DIALLO"),
]
CITIES = [("NORTH GROVE", "PA"), ("SOUTH HAVEN", "CA"), ("PORT RIDGE", "NJ"), ("EAST MONT", "TX"), ("LAKE MONT", "CA")]


def make_people(count: int, *, seed: int = 1) -> list[Description]:
    """So many people, always the same ones for a seed."""
    rng = random.Random(seed)
    people = []
    for number in range(count):
        sex = rng.choice("FM")
        city, state = rng.choice(CITIES)
        given = rng.sample(GIVEN[sex], k=rng.choice([1, 2]))
        born = f"{rng.randint(1950, 2006)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
        if rng.random() < 0.03:
            born = f"{born[:4]}-01-01"
        surnames = [rng.choice(SURNAMES), rng.choice(SURNAMES)][: rng.choice([1, 2, 2])]
        case_number = f"A{rng.randint(100_000_000, 999_999_999)}"
        people.append(
            Description(f"{number}", " ".join(given), " ".join(surnames), born, sex, city, state, case_number)
        )
    return people
