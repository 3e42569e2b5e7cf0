"""Which rows have which keys: one sorted column of 64-bit numbers, 8 bytes for each key of each row.

A number is 40 bits of the key's hash above 24 bits of the row (16 million rows). When two keys share a hash by chance,
a row is looked at in vain. Changes wait in a small dictionary and are merged into the column when there are many.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable

import numpy as np

from adsum.records.matching.columns import firsts_of, is_first
from adsum.records.matching.population import Numbers

HASH_BITS = 40
ROW_BITS, ROWS = np.uint64(24), np.uint64((1 << 24) - 1)
MERGE_AFTER = 20_000  # changed rows
SPARSE_BITS = 4  # a filter has so many times twice the places that a column has keys
SPREAD_AT_ONCE = 1 << 22
_MARKS, _LOW = (np.uint8(1) << np.arange(8, dtype=np.uint8)), np.uint64(7)


def mix(keys: Numbers) -> Numbers:
    """40 bits of each key, evenly spread (the finaliser of splitmix64; Steele, Lea and Flood 2014). Keys are lost."""
    keys ^= keys >> np.uint64(30)
    keys *= np.uint64(0xBF58476D1CE4E5B9)
    keys ^= keys >> np.uint64(27)
    keys *= np.uint64(0x94D049BB133111EB)
    keys ^= keys >> np.uint64(31)
    keys >>= ROW_BITS
    return keys


def pack(hashes: Numbers, rows: Numbers) -> Numbers:
    """One number for each pair of a hash and a row."""
    packed: Numbers = (hashes << ROW_BITS) | rows.astype(np.uint64)
    return packed


class _Filter:
    """Says at once of nearly all hashes that nobody has that nobody has them: a bit for each range of hashes."""

    def __init__(self, column: Numbers) -> None:
        bits = min(HASH_BITS, max(3, len(column).bit_length() + SPARSE_BITS))
        self._shift = np.uint64(HASH_BITS - bits)
        self._bits = np.zeros(1 << bits - 3, dtype=np.uint8)
        for start in range(0, len(column), SPREAD_AT_ONCE):
            ranges = (column[start : start + SPREAD_AT_ONCE] >> ROW_BITS) >> self._shift
            ranges = ranges[is_first(ranges)]
            places = ranges >> np.uint64(3)
            firsts = firsts_of(places)
            marks = np.bitwise_or.reduceat(_MARKS[ranges & _LOW], firsts)
            self._bits[places[firsts]] |= marks

    def may_have(self, hashes: Numbers) -> Numbers:
        """The places of those of these hashes that somebody may have."""
        ranges = hashes >> self._shift
        found: Numbers = np.flatnonzero(self._bits[ranges >> np.uint64(3)] & _MARKS[ranges & _LOW])
        return found


class Postings:
    """Rows by the hashes of their keys."""

    def __init__(self, parts: Iterable[Numbers]) -> None:
        """From packed numbers, in any order."""
        self._column: Numbers = np.concatenate([np.empty(0, dtype=np.uint64), *parts])
        self._column.sort()
        self._filter = _Filter(self._column)
        self._later: dict[int, list[int]] = defaultdict(list)
        self._changed: set[int] = set()

    def find(self, hashes: Numbers) -> tuple[Numbers, Numbers]:
        """Pairs: the place of a hash among these, and a row that has it (or had it, if it changed since)."""
        column = self._column
        hit = self._filter.may_have(hashes)
        low = hashes[hit] << ROW_BITS
        starts = column.searchsorted(low)
        sizes = column.searchsorted(low | ROWS, "right") - starts
        ends = np.cumsum(sizes)
        inside = np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - ends + sizes, sizes)
        which, rows = np.repeat(hit, sizes), column[inside] & ROWS
        later = self._later
        for place, one in enumerate(hashes.tolist()) if later else ():
            if one in later:
                which = np.append(which, [place] * len(later[one]))
                rows = np.append(rows, np.array(later[one], dtype=np.uint64))
        return which, rows

    def put(self, row: int, hashes: Numbers) -> bool:
        """This row has these keys from now on. True if so many rows changed that a merge is due."""
        self._changed.add(row)
        for one in hashes.tolist():
            self._later[one].append(row)
        return len(self._changed) >= MERGE_AFTER

    def merge(self, keys_of: Callable[[Numbers], Numbers]) -> None:
        """Take the changed rows' old keys out of the column, and their keys of today, packed, in."""
        changed = np.zeros(int(ROWS) + 1, dtype=bool)
        changed[list(self._changed)] = True
        kept = self._column[~changed[self._column & ROWS]]
        self._column = np.concatenate([kept, keys_of(np.array(sorted(self._changed)))])
        self._column.sort()
        self._filter = _Filter(self._column)
        self._later.clear()
        self._changed.clear()
