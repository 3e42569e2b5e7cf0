"""Kinds of names, for one purpose only: to see whether the engine treats all of them alike. No person is told theirs.

People are sorted by their names alone (see `origins`); clusters that share most of their surnames are one kind (of the
sample's fourteen, eight are Spanish). A kind is called by its commonest surnames, never by a country.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from adsum.records.matching.origins import Origins
from adsum.records.matching.population import KEPT, Numbers, Population

ALIKE = 0.3  # of 1: how much two clusters' surnames overlap (Bhattacharyya); 8,000 of the sample are six kinds
NAMED_BY = 3  # surnames
FEWEST = 5  # people with a surname, before it is named: nobody is to be recognised
AT_ONCE = 50_000
OTHERS = "Other names"


@dataclass(frozen=True)
class Kinds:
    """The kind of each row of the population, as words."""

    words: tuple[str, ...]
    of_row: Numbers

    def of(self, row: int | None) -> str:
        """The kind of names of the person in this row; those who came since are among the others."""
        return self.words[int(self.of_row[row])] if row is not None and row < len(self.of_row) else OTHERS

    def people(self) -> Counter[str]:
        """How many people have names of each kind."""
        kinds, counts = np.unique(self.of_row, return_counts=True)
        found: Counter[str] = Counter()
        for kind, count in zip(kinds.tolist(), counts.tolist(), strict=True):
            found[self.words[kind]] += count
        return found


def sort_names(population: Population, origins: Origins) -> Kinds:
    """The kinds of names of these people."""
    known = origins.surnames.shape[1] - 1  # words that came since the origins were learnt stand in no cluster
    names = population.names.astype(np.int64)
    names[names >= known] = known
    parts = [_likeliest(names[start : start + AT_ONCE], origins) for start in range(0, len(names), AT_ONCE)]
    clusters = np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)
    surnames, texts = population.surnames, population.words.texts
    merged = np.array(_merge(_counts(surnames, clusters, origins.clusters, len(texts))))
    of_row = merged[clusters]
    return Kinds(tuple(_words(surnames[of_row == kind], texts) for kind in range(max(merged) + 1)), of_row)


def _likeliest(names: Numbers, origins: Origins) -> Numbers:
    said = np.log(origins.shares)[:, None]
    for column in range(2 * KEPT):
        table, words = origins.given if column < KEPT else origins.surnames, names[:, column]
        said = said + np.where(words, table[:, words], 0)
    best: Numbers = said.argmax(axis=0)
    return best


def _counts(surnames: Numbers, clusters: Numbers, size: int, words: int) -> Numbers:
    """How often each surname stands in each cluster: as it is, without what `origins` lends to each from all."""
    flat = (clusters[:, None] * words + surnames).ravel()
    counts: Numbers = np.bincount(flat, minlength=size * words).reshape(size, words)
    counts[:, :1] = 0
    return counts


def _merge(counts: Numbers) -> list[int]:
    """For each cluster the number of its kind: clusters are one kind where a chain of like ones joins them."""
    roots = np.sqrt(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1))
    alike, kind_of, kinds = roots @ roots.T > ALIKE, [-1] * len(counts), 0
    for first in range(len(counts)):
        waiting = [first] if kind_of[first] < 0 else []
        kinds += len(waiting)
        while waiting:
            one = waiting.pop()
            if kind_of[one] < 0:
                kind_of[one] = kinds - 1
                waiting += np.flatnonzero(alike[one]).tolist()
    return kind_of


def _words(surnames: Numbers, texts: list[str]) -> str:
    words: Iterable[int] = surnames.ravel().tolist()
    common = Counter(word for word in words if word).most_common(NAMED_BY)
    named = [texts[word].title() for word, count in common if count >= FEWEST]
    return f"{', '.join(named)} and the like" if named else OTHERS
