"""The words of records' names: what each may stand for, and how common that is. New ones are learnt many at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import exp, log

import numpy as np

from adsum.records.matching.columns import firsts_of, sum_by
from adsum.records.matching.origins import Origins
from adsum.records.matching.population import Numbers, Population
from adsum.records.matching.spelling import Readings, Speller
from adsum.records.matching.weights import Weights

KEPT = 20_000  # words
LIKELY = 6  # readings that people are looked for by
AT_ONCE = 5_000


@dataclass
class Token:
    """One word of a record's name: what it may stand for, and how common that is in each cluster (logarithms).

    `words` are of the population, the likeliest first; `chances` the logarithms of `slips`. People are looked for by
    the `likely` words; 0 is none.
    """

    text: str
    words: Numbers
    likely: Numbers
    chances: Numbers
    given: Numbers
    surname: Numbers

    @cached_property
    def readings(self) -> dict[int, float]:
        """The chance of each word."""
        return dict(zip(self.words.tolist(), self.chances.tolist(), strict=True))


class Lexicon:
    """What is known about written words, for one population and version of the weights."""

    def __init__(self, population: Population, origins: Origins) -> None:
        self.speller = Speller(population.words)
        self._unseen = origins.unseen
        self._tables = [np.exp(table.T) for table in (origins.given, origins.surnames)]
        texts = population.words.texts[: len(self._tables[0]) - 1]
        letters = np.array([ord(text[0]) if text else 0 for text in texts])
        self._letters = {
            chr(letter): tuple(table[:-1][letters == letter].sum(axis=0) + 1e-9 for table in self._tables)
            for letter in np.unique(letters[letters > 0])
        }
        self._readings: dict[str, tuple[Numbers, Numbers]] = {}
        self._tokens: dict[str, Token] = {}

    def use(self, weights: Weights) -> None:
        """Weigh by this version from now on."""
        fields = weights.chances["given"], weights.chances["surname"]
        self._same, self._near, self._initial = (
            [log(chances[seen]) for chances in fields] for seen in ("same", "near", "initial")
        )
        self._tokens.clear()

    def notice(self, first: int) -> None:
        """The words of the population from this number on are new."""
        self.speller.add(first)
        self.forget()

    def forget(self) -> None:
        """Know no written word, as at the start."""
        self._readings.clear()
        self._tokens.clear()

    def tokens(self, texts: Iterable[str]) -> dict[str, Token]:
        """What is known about these words."""
        wanted = dict.fromkeys(texts)
        missing = [text for text in wanted if text not in self._tokens]
        if len(self._tokens) + len(missing) > KEPT:
            self._tokens.clear()
            missing = list(wanted)
        for start in range(0, len(missing), AT_ONCE):
            self._learn(missing[start : start + AT_ONCE])
        return {text: self._tokens[text] for text in wanted}

    def unread(self, texts: Iterable[str]) -> list[str]:
        """Those of these words of which it is not known what they may stand for."""
        return [text for text in texts if text not in self._readings]

    def know(self, texts: Sequence[str], read: Readings) -> None:
        """This is what these words may stand for."""
        nothing = read.words[:0], read.chances[:0]
        self._readings.update(dict.fromkeys(texts, nothing))
        firsts = firsts_of(read.of)
        ends = np.append(firsts, len(read.of)).tolist()
        for place, start, end in zip(read.of[firsts].tolist(), ends, ends[1:], strict=False):
            self._readings[texts[place]] = read.words[start:end], read.chances[start:end]

    def _learn(self, texts: Sequence[str]) -> None:
        if len(self._readings) > 2 * KEPT:  # those known before, and as many as a batch may bring
            self._readings.clear()
        if unread := self.unread(texts):
            self.know(unread, self.speller.read(unread))
        found = [self._readings[text] for text in texts]
        sizes = [len(words) for words, _ in found]
        of = np.repeat(np.arange(len(texts)), sizes)
        words, chances = (np.concatenate([one[column] for one in found]) for column in (0, 1))
        letters = [(one, text) for one, text in enumerate(texts) if text in self._letters]
        tables = []
        for place, table in enumerate(self._tables):
            how = np.exp(np.where(chances == 0, self._same[place], self._near[place]) + chances).astype(np.float32)
            said = sum_by(of, table[np.minimum(words, len(table) - 1)] * how[:, None], len(texts))
            said += self._unseen * exp(self._same[place])
            for one, text in letters:
                said[one] += self._letters[text][place] * exp(self._initial[place])
            tables.append(np.log(said))
        rank = np.arange(len(of)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        likely = np.zeros((len(texts), LIKELY), dtype=np.int64)
        likely[of[rank < LIKELY], rank[rank < LIKELY]] = words[rank < LIKELY]
        for text, (words, chances), few, given, surname in zip(texts, found, likely, *tables, strict=True):
            self._tokens[text] = Token(text, words, few, chances, given, surname)
