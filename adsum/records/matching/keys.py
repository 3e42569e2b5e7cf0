"""The keys by which people are found, each of which survives another fault. Pure.

The birthday; the birthday with day and month the other way round; two words of the name; one word with year and month,
year and day, or month and day; the case number, and each number that differs in one digit or in two digits that changed
places.
"""

from itertools import combinations
from typing import NamedTuple

import numpy as np

from adsum.records.matching.numbers import near_numbers
from adsum.records.matching.population import BORN, KEPT, MONTH, NUMBER, YEAR, Numbers

YEAR_MONTH, YEAR_DAY, MONTH_DAY = (np.uint64((kind << 24) | (1 << 31)) for kind in (1, 2, 3))
BIRTHDAY, CASE_NUMBER = np.uint64(1 << 63), np.uint64((1 << 63) | (1 << 62))
HIGH = np.uint64(32)
NAMED_BY = (0, KEPT, KEPT + 1)  # the words of a person that a part of the birthday is looked for with
Keys = tuple[Numbers, Numbers]  # pairs: whose it is, a place among those given; and the key


class Words(NamedTuple):
    """Words of records' names, a line each, in order of `cut`: which record, which cut of its name.

    `likely` has a column for each of the words of the population that it may stand for, the likeliest first; 0 is none.
    """

    record: Numbers
    cut: Numbers
    likely: Numbers


def keys_of_people(table: Numbers) -> Keys:
    """The keys of these rows of a population."""
    rows, table = np.arange(len(table)), table.astype(np.uint64)
    born = table[:, BORN]
    found = [_of(rows, born > 0, born | BIRTHDAY), _of(rows, table[:, NUMBER] > 0, table[:, NUMBER] | CASE_NUMBER)]
    for first, second in combinations(range(2 * KEPT), 2):
        one, other = table[:, first], table[:, second]
        found.append(_of(rows, (one > 0) & (other > 0) & (one != other), _both(one, other)))
    parts = _birthday_parts(born)
    for column in NAMED_BY:
        word = table[:, column]
        found += [_of(rows, (word > 0) & (born > 0), (word << HIGH) | part) for part in parts]
    return _together(found)


def keys_of_records(words: Words, born: Numbers, numbers: Numbers) -> Keys:
    """Keys of people who may be meant by records with these words, birthdays and case numbers; 0 is none."""
    records, born = np.arange(len(born)), born.astype(np.uint64)
    year, month, day = _parts(born)
    turned: Numbers = year * np.uint64(YEAR) + day * np.uint64(MONTH) + month
    numbered = numbers.nonzero()[0]
    found = [
        _of(records, born > 0, born | BIRTHDAY),
        _of(records, (born > 0) & (day != month) & (day <= 12), turned | BIRTHDAY),
    ]
    if len(numbered):
        near = near_numbers(numbers[numbered]).astype(np.uint64)
        found.append(_of(numbered, near > 0, near | CASE_NUMBER))
    likely = words.likely.astype(np.uint64)
    some, high = (likely > 0) & (born > 0)[words.record][:, None], likely << HIGH
    for part in _birthday_parts(born):
        found.append(_of(words.record, some, high | part[words.record][:, None]))
    return _together([*found, *_keys_of_pairs(words, likely)])


def _keys_of_pairs(words: Words, likely: Numbers) -> list[Keys]:
    """Keys of two words of a cut, each in any of its readings; of two readings that are both unlikely none."""
    found = []
    readings, ranks = (likely > 0).sum(axis=1), np.arange(likely.shape[1])
    for step in range(1, len(words.cut)):
        first = np.flatnonzero(words.cut[step:] == words.cut[:-step])
        if not len(first):
            break
        second = first + step
        most = np.maximum(1, readings[second][:, None] - ranks)
        one, two = likely[first][:, :, None], likely[second][:, None, :]
        some = (ranks < most[:, :, None]) & (one > 0) & (two > 0) & (one != two)
        found.append(_of(words.record[first], some, _both(one, two)))
    return found


def _of(whose: Numbers, some: Numbers, keys: Numbers) -> Keys:
    """The keys of some; `some` and `keys` may have several columns for each line of `whose`."""
    return whose[some.nonzero()[0]], keys[some]


def _together(found: list[Keys]) -> Keys:
    whose, keys = (np.concatenate([one[place] for one in found]) for place in (0, 1))
    return whose, keys


def _both(one: Numbers, other: Numbers) -> Numbers:
    low: Numbers = np.minimum(one, other) << HIGH
    return low | np.maximum(one, other)


def _parts(born: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    return born // np.uint64(YEAR), born % np.uint64(YEAR) // np.uint64(MONTH), born % np.uint64(MONTH)


def _birthday_parts(born: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Year and month, year and day, month and day, told apart from each other and from words by their high bits."""
    year, month, day = _parts(born)
    return (
        YEAR_MONTH | (year * np.uint64(16) + month),
        YEAR_DAY | (year * np.uint64(32) + day),
        MONTH_DAY | (month * np.uint64(32) + day),
    )
