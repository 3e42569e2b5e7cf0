"""Which names of the population a written name may stand for: thousands of written names are looked up at once."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from adsum.records.matching.columns import is_first
from adsum.records.matching.fingerprints import LETTERS, SOUNDS, fingerprints
from adsum.records.matching.names import Tokens, sound_of, variants
from adsum.records.matching.population import Numbers
from adsum.records.matching.postings import Postings, pack
from adsum.records.matching.shapes import Shapes
from adsum.records.matching.slips import SHORT, TOO_FAR, chances_of
from adsum.records.matching.words import Words

MOST_READINGS, MOST_CUT_SHORT = 40, 30
WORDS_AT_ONCE = 10_000
PLACE, WORD = np.uint64(32), np.uint64((1 << 32) - 1)


class Readings(NamedTuple):
    """Words of the population that written names may stand for: columns of equal length.

    `of` is the place of a written name, in order; of one name the likeliest words come first. `chances` are the
    logarithms of `slips`; 0 where the name is written as it is.
    """

    of: Numbers
    words: Numbers
    chances: Numbers


class Speller:
    """Finds the words of a population that written names may stand for, by their letters and by their sounds."""

    def __init__(self, words: Words) -> None:
        self._texts, self._numbers = words.texts, words.numbers
        self._shapes = Shapes(self._texts)
        self._sorted = sorted(self._numbers)
        size = len(self._texts)
        self._postings = Postings(
            self._keys(np.arange(start, min(start + WORDS_AT_ONCE, size))) for start in range(1, size, WORDS_AT_ONCE)
        )
        self.cut = lru_cache(20_000)(self._cut)

    def add(self, first: int) -> None:
        """The words from this number on are new in the population."""
        texts = self._texts[first:]
        self._shapes.add(texts)
        for number, text in enumerate(texts, first):
            insort(self._sorted, text)
            if self._postings.put(number, _prints([text])[1]):
                self._postings.merge(self._keys)
        self.cut.cache_clear()

    def _keys(self, numbers: Numbers) -> Numbers:
        which, prints = _prints([self._texts[number] for number in numbers.tolist()])
        return pack(prints, numbers[which])

    def is_known(self, text: str) -> bool:
        """Whether somebody here has this name."""
        return text in self._numbers

    def read(self, written: Sequence[str]) -> Readings:
        """The words that each of these may stand for. An initial is only itself: it fits too many."""
        shapes = Shapes(written)
        of, words = self._near(written, shapes)
        chances = chances_of(shapes, self._shapes, of, words)
        order = np.lexsort((words, -chances, of))
        order = order[chances[order] > TOO_FAR]
        rank = np.arange(len(order)) - np.searchsorted(of[order], of[order])
        order = order[rank < MOST_READINGS]
        return Readings(of[order], words[order], chances[order])

    def _near(self, written: Sequence[str], shapes: Shapes) -> tuple[Numbers, Numbers]:
        """Pairs: the place of a written name, and a word worth a look."""
        told = list(self._told(written))
        places = np.array([place for place, text in enumerate(written) if len(text) > 1], dtype=np.int64)
        which, prints = _prints([written[place] for place in places])
        found, words = self._postings.find(prints)
        of = places[which[found]]
        close = self._shapes.may_be_near(shapes, of, words.astype(np.int64))
        packed = (of[close].astype(np.uint64) << PLACE) | words[close]
        packed = np.sort(np.concatenate([packed, np.array(told, dtype=np.uint64)]))
        packed = packed[is_first(packed)]
        return (packed >> PLACE).astype(np.int64), (packed & WORD).astype(np.int64)

    def _told(self, written: Sequence[str]) -> Iterator[int]:
        """Pairs, packed, that share no fingerprint: the name itself, known forms, and what it may be the start of."""
        numbers = self._numbers
        for place, text in enumerate(written):
            forms: Iterable[str] = variants().get(text, ()) if len(text) > 1 else ()
            for form in (text, *forms, *(self._starting_with(text) if len(text) >= SHORT else ())):
                if form in numbers:
                    yield (place << 32) | numbers[form]

    def _starting_with(self, written: str) -> Iterator[str]:
        start = bisect_left(self._sorted, written)
        for word in self._sorted[start : start + MOST_CUT_SHORT]:
            if not word.startswith(written):
                break
            yield word

    def _cut(self, written: str) -> Tokens:
        """Two or three known names written as one word, or nothing if this is a name itself."""
        if written in self._numbers or len(written) < 2 * SHORT:
            return ()
        for end in range(len(written) - SHORT, SHORT - 1, -1):
            first, rest = written[:end], written[end:]
            if first in self._numbers:
                if rest in self._numbers:
                    return first, rest
                if further := self.cut(rest):
                    return first, *further
        return ()


def _prints(words: Sequence[str]) -> tuple[Numbers, Numbers]:
    """Pairs: the place of a word, and a fingerprint of its letters or of its sound."""
    long = np.array([place for place, word in enumerate(words) if len(word) > SHORT], dtype=np.int64)
    which, letters = fingerprints([words[place] for place in long], kind=LETTERS, whole_below=0)
    heard, sounds = fingerprints([sound_of(word) for word in words], kind=SOUNDS, whole_below=SHORT)
    return np.concatenate([long[which], heard]), np.concatenate([letters, sounds])
