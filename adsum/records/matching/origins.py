"""How common a name is among names of its kind.

ZHANG is rare in a population of whom few have Chinese names, and yet says little: of two people with Chinese names,
many are ZHANG. Given name and surname also come together: who is WEI is often ZHANG. Counted over everybody, rare kinds
of names would look decisive, and common ones hopeless. So people are sorted by their names alone into clusters (a
mixture of multinomials, by EM; Nigam et al. 2000), and a name's frequency is that within each cluster. Nobody is
put into one: a record's share in each is used, for its names' frequencies and for nothing else.

EM finds the mixture that lies next to where it starts. It starts from how the names are spelt (pairs of letters), which
tells rare kinds of names apart before their words have been seen together.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from adsum.records.matching.population import KEPT, Numbers, Population

CLUSTERS = 14
SAMPLE = 20_000
ROUNDS = 25
LETTERS = 27  # and what is no letter
SMOOTHING = 4.0  # names that each cluster is given from the whole population
UNSEEN = 0.5  # of one name: how often a name is expected that nobody here has


@dataclass(frozen=True)
class Origins:
    """Logarithms of how common each word is, as given name and as surname, in each cluster: clusters by words.

    The last column is for words that came since.
    """

    given: Numbers
    surnames: Numbers
    shares: Numbers
    unseen: float

    @property
    def clusters(self) -> int:
        """How many clusters there are."""
        return len(self.shares)


def learn_origins(population: Population, *, seed: int = 1) -> Origins:
    """Clusters of the names of these people."""
    if not len(population):
        return Origins(np.zeros((1, 2)), np.zeros((1, 2)), np.ones(1), 0.5)
    random = np.random.default_rng(seed)
    size = len(population.words.texts)
    fields = population.names[population.names.any(axis=1)]
    fields[:, KEPT:] += np.where(fields[:, KEPT:], np.uint32(size), np.uint32(0))
    some = fields if len(fields) <= SAMPLE else fields[random.choice(len(fields), SAMPLE, replace=False)]
    tables, shares = _cluster(some, _spelling_clusters(some, population.words.texts, random), 2 * size)
    counts = np.zeros((len(shares), 2 * size))
    for start in range(0, len(fields), SAMPLE):
        part = fields[start : start + SAMPLE]
        belongs = _belongs(part, tables, shares)
        counts += _count(part, belongs, 2 * size)
    overall = np.concatenate(population.counts).astype(float)
    names = max(1.0, overall[:size].sum())
    return Origins(
        _frequencies(counts[:, :size], overall[:size], 1 / names),
        _frequencies(counts[:, size:], overall[size:], 1 / names),
        counts.sum(axis=1) / counts.sum(),
        UNSEEN / names,
    )


def _spelling_clusters(fields: Numbers, words: list[str], random: np.random.Generator) -> Numbers:
    """The share of each row in clusters of names that are spelt alike: a mixture over pairs of letters."""
    used, places = np.unique(fields % len(words), return_inverse=True)
    of_word = np.zeros((len(used), LETTERS * LETTERS), dtype=np.float32)
    for row, word in enumerate(used):
        letters = [min(ord(char) - 64, LETTERS) % LETTERS if char.isalpha() else 0 for char in f" {words[word]} "]
        for first, second in pairwise(letters) if word else ():
            of_word[row, first * LETTERS + second] += 1
    places = places.reshape(fields.shape)
    rows = of_word[places[:, 0]]
    for column in range(1, fields.shape[1]):
        rows += of_word[places[:, column]]
    belongs = random.dirichlet(np.full(CLUSTERS, 0.3), len(fields)).astype(np.float32)
    for _ in range(ROUNDS):
        table = belongs.T @ rows + 0.1
        said = rows @ np.log(table / table.sum(axis=1, keepdims=True)).T + np.log(belongs.mean(axis=0) + 1e-6)
        said = np.exp(said - said.max(axis=1, keepdims=True))
        belongs = said / said.sum(axis=1, keepdims=True)
    return belongs


def _cluster(fields: Numbers, belongs: Numbers, size: int) -> tuple[Numbers, Numbers]:
    for _ in range(ROUNDS):
        counts = _count(fields, belongs, size) + 0.01
        tables = np.log(counts / counts.sum(axis=1, keepdims=True)).astype(np.float32)
        shares = belongs.mean(axis=0) + 1e-6
        belongs = _belongs(fields, tables, shares)
    return tables, shares


def _belongs(fields: Numbers, tables: Numbers, shares: Numbers) -> Numbers:
    """The share of each cluster in each row."""
    said = np.log(shares)[:, None] + sum(
        np.where(fields[:, column], tables[:, fields[:, column]], 0) for column in range(2 * KEPT)
    )
    most = said.max(axis=0)
    each: Numbers = np.exp(said - most)
    shared: Numbers = (each / each.sum(axis=0)).T
    return shared


def _count(fields: Numbers, belongs: Numbers, size: int) -> Numbers:
    flat = fields.ravel()
    counts = [
        np.bincount(flat, weights=np.repeat(belongs[:, cluster], fields.shape[1]), minlength=size)
        for cluster in range(belongs.shape[1])
    ]
    table = np.array(counts)
    table[:, 0] = 0
    return table


def _frequencies(counts: Numbers, overall: Numbers, newcomer: float) -> Numbers:
    everybody = overall / max(1.0, overall.sum())
    inside = counts + SMOOTHING * everybody
    logs: Numbers = np.log(inside / np.maximum(inside.sum(axis=1, keepdims=True), 1.0) + 1e-12).astype(np.float32)
    return np.concatenate([logs, np.full((len(logs), 1), np.log(newcomer), dtype=np.float32)], axis=1)
