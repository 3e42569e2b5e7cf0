"""Who is worth a close look: for each of many records at once, those who share keys and look likely at first glance."""

from collections.abc import Sequence
from math import exp

import numpy as np

from adsum.records.matching.asking import Asked
from adsum.records.matching.columns import firsts_of, is_first
from adsum.records.matching.glance import Glance
from adsum.records.matching.index import Index
from adsum.records.matching.keys import Keys, Words, keys_of_records
from adsum.records.matching.lexicon import LIKELY, Token
from adsum.records.matching.population import Numbers, Population
from adsum.records.matching.postings import ROW_BITS, ROWS, mix

KEPT_NATS = 6.0  # below the best at first glance, nobody is looked at closely
NEAR_NATS = 5.0  # at first glance, from here on a likeness is no chance likeness
MOST = 40
FEWEST, LEAST = 100.0, 0.01  # people; probability
COMMON = np.uint64(1)  # the lowest bit of what is packed: the key is too common
OTHER_BIRTHDAY, SEX_AND_MORE = -3.5, 1.5  # nats, roughly
Chosen = tuple[list[int], int]


class Chooser:
    """Chooses among the people of one population."""

    def __init__(self, population: Population, index: Index) -> None:
        self._index, self._glance = index, Glance(population)

    def choose(self, asked: Sequence[Asked], least: float) -> list[Chosen]:
        """For each record: the rows of those worth a close look, and how many more fitted as well at first glance."""
        found: list[list[tuple[float, int]]] = [[] for _ in asked]
        size = self._glance.at_once
        for start in range(0, len(asked), size):
            some = asked[start : start + size]
            which, rows, glance = self._look(some)
            if not len(which):
                continue
            firsts = firsts_of(which)
            best = np.maximum.reduceat(glance, firsts)
            bar = np.maximum(best - KEPT_NATS, least)
            kept = np.flatnonzero(glance > np.repeat(bar, np.diff(np.append(firsts, len(which)))))
            for place, row, value in zip(which[kept].tolist(), rows[kept].tolist(), glance[kept].tolist(), strict=True):
                found[start + place].append((value, row))
        return [_best(them) for them in found]

    def near(self, asked: Asked) -> list[int]:
        """The rows of everybody who at first glance is more than a chance likeness, the likeliest first."""
        _, rows, glance = self._look([asked])
        order = np.argsort(-glance)
        near: list[int] = rows[order][glance[order] > NEAR_NATS].tolist()
        return near

    def _look(self, asked: Sequence[Asked]) -> tuple[Numbers, Numbers, Numbers]:
        """The place of a record, the row of a person, and what a glance says of the two; sorted by record."""
        which, rows = self._sharing(asked)
        return which, rows, self._glance.at(asked, which, rows)

    def _sharing(self, asked: Sequence[Asked]) -> tuple[Numbers, Numbers]:
        """For each record, who shares a rare key with it, or two keys of which each alone is too common."""
        of_key, keys = _sorted(_keys(asked))
        place, rows = self._index.find(keys)
        few = np.array([few_of(one) for one in asked])[of_key]
        is_common = np.bincount(place, minlength=len(keys)) > few
        packed = (((of_key[place] << ROW_BITS) | rows) << COMMON) | is_common[place]
        packed.sort()
        found = packed >> COMMON
        first = firsts_of(found)
        shares_two = np.diff(first, append=len(found)) > 1
        found = found[first[shares_two | (packed[first] & COMMON == 0)]]
        return (found >> ROW_BITS).astype(np.int64), (found & ROWS).astype(np.int64)


def few_of(asked: Asked) -> float:
    """If more people than this share a key, one who shares nothing else but place and sex is not meant.

    Of s people who share a key, one is meant with the odds of a match over s, times what place and sex tell.
    """
    place = -(asked.state_chance + asked.city_chance)
    birthday = OTHER_BIRTHDAY if asked.born else 0.0
    return max(FEWEST, exp(min(20.0, asked.match + place + birthday + SEX_AND_MORE)) / LEAST)


def _keys(asked: Sequence[Asked]) -> Keys:
    born, numbers = np.array([(one.born, one.number) for one in asked], dtype=np.int64).reshape(len(asked), 2).T
    tokens: dict[str, Token] = {}
    lines: list[tuple[int, int]] = []
    texts: list[str] = []
    cuts = 0
    for place, one in enumerate(asked):
        for cut in one.cuts:
            for token in (*cut.given, *cut.surnames):
                tokens[token.text] = token
                texts.append(token.text)
                lines.append((place, cuts))
            cuts += 1
    places = {text: place for place, text in enumerate(tokens)}
    likely = np.array([token.likely for token in tokens.values()], dtype=np.int64).reshape(len(tokens), LIKELY)
    record, of_cut = np.array(lines, dtype=np.int64).reshape(len(lines), 2).T
    return keys_of_records(Words(record, of_cut, likely[[places[text] for text in texts]]), born, numbers)


def _sorted(found: Keys) -> Keys:
    """The keys mixed and in order, each once for each record."""
    whose, keys = found
    packed = (mix(keys) << ROW_BITS) | whose.astype(np.uint64)
    packed.sort()
    packed = packed[is_first(packed)]
    return packed & ROWS, packed >> ROW_BITS


def _best(found: list[tuple[float, int]]) -> Chosen:
    found.sort(key=lambda pair: (-pair[0], pair[1]))
    return [row for _, row in found[:MOST]], max(0, len(found) - MOST)
