"""Sums over groups of lines that lie beside each other in columns of numbers."""

from collections.abc import Iterable

import numpy as np

from adsum.records.matching.population import Numbers


def is_first(groups: Numbers) -> Numbers:
    """For each line of a sorted column, whether its group begins there."""
    first = np.ones(len(groups), dtype=bool)
    np.not_equal(groups[1:], groups[:-1], out=first[1:])
    return first


def firsts_of(groups: Numbers) -> Numbers:
    """Where in a sorted column each group begins."""
    return is_first(groups).nonzero()[0]


def sum_by(groups: Numbers, values: Numbers, count: int) -> Numbers:
    """The sums of the values of each of `count` groups, 0 where there is none; `groups` is sorted."""
    sums = np.zeros((count, *values.shape[1:]))
    if len(groups):
        firsts = firsts_of(groups)
        sums[groups[firsts]] = np.add.reduceat(values, firsts)
    return sums


def log_sums(values: Numbers) -> Numbers:
    """The logarithm of the sum of what each line's values are logarithms of."""
    most = values.max(axis=1)
    sums: Numbers = most + np.log(np.exp(values - most[:, None]).sum(axis=1))
    return sums


def number_lines(sizes: Iterable[int]) -> Numbers:
    """The number of its group for each line, of groups of these sizes."""
    each = np.fromiter(sizes, dtype=np.int64)
    return np.repeat(np.arange(len(each)), each)
