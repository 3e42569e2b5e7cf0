"""How the birthday of a record relates to that of a person. Pure."""

import numpy as np

from adsum.records.matching.population import MONTH, MONTH_BITS, YEAR, YEAR_BITS, Numbers

OTHER_NATS = np.float32(-4.0)


def compare_birthdays(said: int, born: int) -> str:
    """How a birthday that is said relates to the real one."""
    if said == born:
        return "same"
    year, month, day = said // YEAR, said % YEAR // MONTH, said % MONTH
    other_year, other_month, other_day = born // YEAR, born % YEAR // MONTH, born % MONTH
    if year == other_year and (month, day) == (other_day, other_month):
        return "turned"
    if year == other_year and month == day == 1:
        return "placeholder"
    same = (year == other_year) + (month == other_month) + (day == other_day)
    if same < 2:
        return "other"
    digits = f"{year:04d}{month:02d}{day:02d}", f"{other_year:04d}{other_month:02d}{other_day:02d}"
    is_near = abs(year - other_year) + abs(month - other_month) + abs(day - other_day) <= 1
    return "one digit" if is_near or sum(a != b for a, b in zip(*digits, strict=True)) == 1 else "one part"


def glance_at_birthdays(said: Numbers, born: Numbers, rare: Numbers) -> Numbers:
    """Roughly what many pairs of birthdays tell, in nats; `rare` is what the same birthday tells."""
    year, rest, said_year, said_rest = born >> YEAR_BITS, born & (YEAR - 1), said >> YEAR_BITS, said & (YEAR - 1)
    month, day, said_month, said_day = (
        rest >> MONTH_BITS,
        rest & (MONTH - 1),
        said_rest >> MONTH_BITS,
        said & (MONTH - 1),
    )
    same_year = year == said_year
    same = same_year.astype(np.int8) + (month == said_month) + (day == said_day)
    turned = same_year & (((month == said_day) & (day == said_month)) | (said_rest == MONTH + 1))
    rough: Numbers = np.where(same == 3, rare, np.where(turned, rare - 4, np.where(same == 2, rare - 6, OTHER_NATS)))
    return rough
