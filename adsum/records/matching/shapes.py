"""Distinct words, and what of each is compared with other words: columns of equal length."""

from collections.abc import Sequence

import numpy as np

from adsum.records.matching.fingerprints import letter_bits
from adsum.records.matching.names import sound_of
from adsum.records.matching.population import Numbers

MOST_SLIPS = 3


class Shapes:
    """So that of many pairs of words few are compared letter by letter, and nothing is worked out for each pair anew.

    Two words with the same number in `heard` sound the same.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        sounds = [sound_of(text) for text in texts]
        self.texts, self.sounds = _objects(texts), _objects(sounds)
        self.lengths, self.sound_lengths = _lengths(texts), _lengths(sounds)
        self.heard = np.array([hash(sound) for sound in sounds], dtype=np.int64)
        self.bits = letter_bits(texts)

    def add(self, texts: Sequence[str]) -> None:
        """Further words."""
        for name, further in vars(Shapes(texts)).items():
            setattr(self, name, np.append(getattr(self, name), further))

    def may_be_near(self, written: "Shapes", of: Numbers, words: Numbers) -> Numbers:
        """Which of these pairs may be few enough slips apart: the place of a written name, and of a word of these."""
        lengths, others = self.lengths[words], written.lengths[of]
        slips = np.clip((np.maximum(lengths, others) + 1) // 3, 1, MOST_SLIPS)
        slips[self.heard[words] == written.heard[of]] = MOST_SLIPS
        apart = np.bitwise_count(self.bits[words] ^ written.bits[of])
        near: Numbers = (np.abs(lengths - others) <= slips) & (apart <= 2 * slips)
        return near


def _objects(texts: Sequence[str]) -> Numbers:
    found = np.empty(len(texts), dtype=object)
    found[:] = texts
    return found


def _lengths(texts: Sequence[str]) -> Numbers:
    return np.fromiter(map(len, texts), dtype=np.int32, count=len(texts))
