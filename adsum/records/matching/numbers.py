"""Case numbers with one digit wrong, or with two neighbouring digits exchanged. Pure."""

import numpy as np

from adsum.records.matching.population import Numbers

HIGHEST_NUMBER = 10**9
_PLACES = np.array([10**place for place in range(9)], dtype=np.int64)
_APART = np.unique(np.multiply.outer(np.array([times * by for times in range(1, 10) for by in (1, 9)]), _PLACES))


def near_numbers(numbers: Numbers) -> Numbers:
    """For each number a row: itself, what it is with one digit changed, and with two digits exchanged; 0 is none."""
    numbers = numbers.astype(np.int64)[:, None]
    digits = numbers // _PLACES % 10
    others = np.arange(10)[None, None, :] - digits[:, :, None]
    changed = (numbers[:, :, None] + others * _PLACES[None, :, None]).reshape(len(numbers), 10 * len(_PLACES))
    exchanged = numbers + (digits[:, :-1] - digits[:, 1:]) * (_PLACES[1:] - _PLACES[:-1])
    found = np.concatenate([numbers, changed, exchanged], axis=1)
    found = np.sort(np.where(found < HIGHEST_NUMBER, found, 0), axis=1)
    found[:, 1:][found[:, 1:] == found[:, :-1]] = 0
    return found


def are_near(some: Numbers, others: Numbers) -> Numbers:
    """Which of these pairs of numbers are near each other, and not the same."""
    apart = np.abs(some.astype(np.int64) - others.astype(np.int64))
    near: Numbers = _APART[np.minimum(np.searchsorted(_APART, apart), len(_APART) - 1)] == apart
    maybe = near.nonzero()[0]
    if len(maybe):
        near[maybe] = (near_numbers(some[maybe]) == others[maybe].astype(np.int64)[:, None]).any(axis=1)
    return near


def is_near(number: int, other: int) -> bool:
    """Whether these two numbers are near each other, and not the same."""
    pairs = list(zip(f"{number:09d}", f"{other:09d}", strict=True))
    differ = [place for place, (one, another) in enumerate(pairs) if one != another]
    return len(differ) == 1 or (
        len(differ) == 2 and differ[1] == differ[0] + 1 and pairs[differ[0]] == pairs[differ[1]][::-1]
    )
