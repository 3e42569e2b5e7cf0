"""Which rows have which keys: one sorted column of 64-bit numbers, 8 bytes for each key of each row.

A number is 40 bits of the key's hash above 24 bits of the row (16 million rows). When two keys share a hash by chance,
a row is looked at in vain. Changes wait in a small dictionary and are merged into the column when there are many.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable

import numpy as np

from adsum.records.matching.population import Numbers

ROW_BITS, ROWS = np.uint64(24), np.uint64((1 << 24) - 1)
MERGE_AFTER = 20_000  # changed rows


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


class Postings:
    """Rows by the hashes of their keys."""

    def __init__(self, parts: Iterable[Numbers]) -> None:
        """From packed numbers, in any order."""
        self._column: Numbers = np.concatenate([np.empty(0, dtype=np.uint64), *parts])
        self._column.sort()
        self._later: dict[int, list[int]] = defaultdict(list)
        self._changed: set[int] = set()

    def find(self, hashes: Numbers) -> tuple[Numbers, Numbers]:
        """Pairs: the place of a hash among these, and a row that has it (or had it, if it changed since)."""
        column = self._column
        low = hashes << ROW_BITS
        starts = column.searchsorted(low)
        hit = np.flatnonzero(starts < len(column))
        hit = hit[(column[starts[hit]] >> ROW_BITS) == hashes[hit]]
        starts = starts[hit]
        sizes = column.searchsorted(low[hit] | ROWS, "right") - starts
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
        self._later.clear()
        self._changed.clear()
