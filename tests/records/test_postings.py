"""Who has a key: what the sorted column and its filter say, beside a plain dictionary."""

from collections import defaultdict

import numpy as np
import pytest

from adsum.records.matching.postings import HASH_BITS, Postings, mix, pack


def test_everybody_who_has_a_key_is_found_and_nobody_else() -> None:
    dice = np.random.default_rng(5)
    for size in (0, 1, 2, 300, 20_000):
        keys = dice.integers(1, 1 + size // 3 + 1, size=size, dtype=np.uint64)
        rows = dice.integers(0, 1 << 24, size=size, dtype=np.uint64)
        hashes = mix(keys)
        who = defaultdict(set)
        for one, row in zip(hashes.tolist(), rows.tolist(), strict=True):
            who[one].add(row)
        asked = np.unique(np.concatenate([hashes, mix(np.arange(1 << 40, (1 << 40) + 500, dtype=np.uint64)), _edges()]))
        which, found = Postings([pack(hashes, rows)]).find(asked)
        by_place = defaultdict(set)
        for place, row in zip(which.tolist(), found.tolist(), strict=True):
            by_place[place].add(row)
        assert by_place == {place: who[one] for place, one in enumerate(asked.tolist()) if one in who}


def test_the_lowest_and_the_highest_key_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adsum.records.matching.postings.SPREAD_AT_ONCE", 2)  # a range may be begun twice
    edges = _edges()
    which, found = Postings([pack(edges, np.arange(len(edges)))]).find(edges)
    assert (which.tolist(), found.tolist()) == ([0, 1, 2, 3, 4], [0, 1, 2, 3, 4])


def _edges() -> np.ndarray:
    last = (1 << HASH_BITS) - 1
    return np.array([0, 1, 7, last - 1, last], dtype=np.uint64)
