"""A first glance at many people at once: roughly how much speaks for each, so that few need a close look."""

from collections.abc import Sequence

import numpy as np

from adsum.records.matching.asking import Asked
from adsum.records.matching.birthdays import glance_at_birthdays
from adsum.records.matching.numbers import are_near
from adsum.records.matching.population import BORN, CITY, KEPT, NUMBER, SEX, STATE, Numbers, Population

UNMATCHED_NATS, OTHER_SEX_NATS, OTHER_STATE_NATS = np.float32(2.0), np.float32(3.0), np.float32(1.5)
SAME_NUMBER_NATS, NEAR_NUMBER_NATS = np.float32(22.0), np.float32(12.0)
CELLS = 4_000_000  # of records by words, 16 MB


class Glance:
    """Looks at the people of one population."""

    def __init__(self, population: Population) -> None:
        self._population = population
        self._cells = np.zeros((1, 1), dtype=np.float32)

    @property
    def at_once(self) -> int:
        """So many records fit into the table of records by words."""
        return max(1, min(250, CELLS // len(self._population.words.texts)))

    def at(self, asked: Sequence[Asked], which: Numbers, people: Numbers) -> Numbers:
        """A rough total for each pair of a record (its place among these) and a person (their row)."""
        columns = np.ascontiguousarray(self._population.table.take(people, axis=0).T)
        total = self._names(asked, which, columns[: 2 * KEPT])
        born, sex, state, city, number = np.array(
            [(one.born, one.sex, one.state, one.city, one.number) for one in asked], dtype=np.uint32
        ).T.take(which, axis=1)
        rare, in_state, in_city = np.array(
            [(-one.birthday, -one.state_chance - 1, -one.city_chance) for one in asked], dtype=np.float32
        ).T.take(which, axis=1)
        said_birthday = (born > 0) & (columns[BORN] > 0)
        total += glance_at_birthdays(born, columns[BORN], rare) * said_birthday
        total -= OTHER_SEX_NATS * ((columns[SEX] != sex) & (columns[SEX] > 0) & (sex > 0))
        total += np.where(columns[STATE] == state, in_state, -OTHER_STATE_NATS) * (state > 0)
        total += in_city * ((city > 0) & (columns[CITY] == city))
        said = ((number > 0) & (columns[NUMBER] > 0)).nonzero()[0]
        if len(said):
            number, in_file = number[said], columns[NUMBER][said]
            total[said] += NEAR_NUMBER_NATS * are_near(number, in_file) + SAME_NUMBER_NATS * (number == in_file)
        return total

    def _names(self, asked: Sequence[Asked], which: Numbers, names: Numbers) -> Numbers:
        size = len(self._population.words.texts)
        if self._cells.shape[0] < len(asked) or self._cells.shape[1] < size:
            self._cells = np.zeros((len(asked), size + 1_000), dtype=np.float32)
        flat, starts = self._cells.reshape(-1), which * self._cells.shape[1]
        said, chances = self._said(asked)
        np.maximum.at(flat, said, chances)
        total = np.zeros(len(which), dtype=np.float32)
        unmatched = -np.array([min(len(cut.plain) for cut in one.cuts) for one in asked], dtype=np.int32).take(which)
        for column in names:
            weights = flat.take(starts + column)
            total += weights
            unmatched += weights > 0
        flat[said] = 0
        total += UNMATCHED_NATS * np.minimum(unmatched, 0)
        return total

    def _said(self, asked: Sequence[Asked]) -> tuple[Numbers, Numbers]:
        """The cells of all words that the records' words may stand for, and what each of them tells."""
        words = [
            (place, token, plain)
            for place, one in enumerate(asked)
            for cut in one.cuts
            for token, plain in zip((*cut.given, *cut.surnames), cut.plain, strict=True)
        ]
        if not words:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        rows, tokens, plain = zip(*words, strict=True)
        sizes = [len(token.words) for token in tokens]
        cells = np.repeat(np.array(rows) * self._cells.shape[1], sizes) + np.concatenate([one.words for one in tokens])
        rare = np.repeat((np.array(plain) + 0.3).astype(np.float32), sizes)
        return cells, np.concatenate([one.chances for one in tokens]) - rare
