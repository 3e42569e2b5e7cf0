"""Fingerprints of words: two words that are near each other share one (symmetric deletion; Garbe 2012).

A word's fingerprints are numbers: one of all its letters, and one for each letter left out. A word is a polynomial in
an odd number, modulo 2 to the 64th; leaving a letter out divides what follows it by that number. So those of thousands
of words are made at once.
"""

from collections.abc import Sequence

import numpy as np

from adsum.records.matching.population import Numbers
from adsum.records.matching.postings import mix

LETTERS, SOUNDS = 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F  # told apart by these
LONGEST = 40  # letters that are looked at
BASE = 0x5851F42D4C957F2D
_POWERS = np.array([pow(BASE, place, 1 << 64) for place in range(LONGEST)], dtype=np.uint64)
_INVERSE = np.uint64(pow(BASE, -1, 1 << 64))


def _codes(texts: Sequence[str]) -> Numbers:
    """A row for each text, a column for each letter; 0 where it has no more."""
    codes: Numbers = np.array(texts, dtype=f"U{LONGEST}").view(np.uint32).reshape(len(texts), LONGEST)
    return codes[:, : max(1, int((codes > 0).sum(axis=1).max(initial=0)))]


def letter_bits(texts: Sequence[str]) -> Numbers:
    """Of each text, a bit for each letter in it, and another for each that is in it twice.

    One slip of the finger changes two bits at most.
    """
    letters = np.sort(_codes(texts), axis=1)
    bits = np.where(letters > 0, np.uint64(1) << (letters & np.uint32(31)).astype(np.uint64), np.uint64(0))
    bits[:, 1:] <<= np.where(letters[:, 1:] == letters[:, :-1], np.uint64(32), np.uint64(0))
    found: Numbers = np.bitwise_or.reduce(bits, axis=1)
    return found


def fingerprints(texts: Sequence[str], *, kind: int, whole_below: int) -> tuple[Numbers, Numbers]:
    """Pairs: the place of a text among these, and one of its fingerprints.

    Of texts with fewer letters than `whole_below` only that of all letters: a letter less makes another word.
    """
    codes = _codes(texts)
    terms = codes * _POWERS[: codes.shape[1]]
    sums = np.cumsum(terms, axis=1, dtype=np.uint64)
    whole = sums[:, -1:]
    without = (sums - terms) + (whole - sums) * _INVERSE
    lengths = (codes > 0).sum(axis=1)
    is_own = codes > 0
    is_own[:, 1:] &= codes[:, 1:] != codes[:, :-1]
    is_own[lengths < whole_below] = False
    which, places = np.nonzero(is_own)
    everybody = np.arange(len(texts))
    prints = np.concatenate([whole[:, 0], without[which, places]]) + np.uint64(kind)
    return np.concatenate([everybody, which]), mix(prints)
