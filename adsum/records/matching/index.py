"""Who could be meant: candidates among everybody, found by keys (see `keys`)."""

import numpy as np

from adsum.records.matching.keys import keys_of_people
from adsum.records.matching.population import Numbers, Population
from adsum.records.matching.postings import ROW_BITS, Postings, mix, pack

AT_ONCE = 100_000


class Index:
    """The keys of a population."""

    def __init__(self, population: Population) -> None:
        self._population = population
        size = population.rows
        self._postings = Postings(
            self._keys(np.arange(start, min(start + AT_ONCE, size))) for start in range(0, size, AT_ONCE)
        )

    def put(self, row: int) -> None:
        """The person in this row is new, or changed, or gone."""
        packed = self._keys(np.array([row]))
        if self._postings.put(row, packed >> ROW_BITS):
            self._postings.merge(self._keys)

    def find(self, hashes: Numbers) -> tuple[Numbers, Numbers]:
        """Pairs: the place of a key, mixed, among these, and the row of a person who has it. Fastest if sorted."""
        return self._postings.find(hashes)

    def _keys(self, rows: Numbers) -> Numbers:
        """The packed keys of these rows."""
        whose, keys = keys_of_people(self._population.table[rows])
        return pack(mix(keys), rows[whose])
