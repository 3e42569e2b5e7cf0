"""How likely a name is written like this: many pairs of a written name and a name at once. Pure.

Each is a noisy channel's guess (Kernighan, Church and Gale 1990), the logarithm of how likely exactly these letters
are, given that the name was not written as it is.
"""

from collections.abc import Sequence

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from adsum.records.matching.names import sound_of, variants
from adsum.records.matching.population import Numbers

KNOWN_FORM = -2.0
AS_IT_SOUNDS = -2.5
ONE_SLIP = -4.6
SLIP_AND_SOUND = -7.0
CUT_SHORT = -6.0
TWO_SLIPS = -9.0
TOO_FAR = -99.0
SHORT = 3  # letters: a slip in so short a name makes another name
MOST_SLIPS = 3


def chances_of(written: Sequence[str], words: Sequence[str]) -> Numbers:
    """For each pair; 0 where the name is written as it is, TOO_FAR where it is another name."""
    chances = np.full(len(written), TOO_FAR, dtype=np.float32)
    if not len(written):
        return chances
    slips, known = _distances(written, words, MOST_SLIPS), _known_forms(written, words)
    lengths, others = _lengths(written), _lengths(words)
    more = others - lengths
    near = np.flatnonzero((slips <= MOST_SLIPS) | known | (more > MOST_SLIPS))
    some, them = ([texts[one] for one in near.tolist()] for texts in (written, words))
    slips, known, lengths, more = slips[near], known[near], lengths[near], more[near]
    longer = lengths + np.maximum(more, 0)
    begins = (lengths >= SHORT) & (more > 0) & ((slips == more) | (slips > MOST_SLIPS))
    for place in np.flatnonzero(begins).tolist():
        begins[place] = them[place].startswith(some[place])
    same_sound, near_sound = _hear(some, them, slips, longer)
    is_short = longer <= SHORT
    chances[near] = np.select(
        [slips == 0, known, same_sound, slips == 1, begins, near_sound, (slips == 2) & (longer > 2 * SHORT)],
        [
            0.0,
            KNOWN_FORM,
            np.where(is_short, ONE_SLIP, AS_IT_SOUNDS),
            np.where(is_short, TWO_SLIPS, ONE_SLIP),
            CUT_SHORT,
            np.where(slips == 2, SLIP_AND_SOUND, TWO_SLIPS),
            TWO_SLIPS,
        ],
        TOO_FAR,
    )
    return chances


def _hear(written: Sequence[str], words: Sequence[str], slips: Numbers, longer: Numbers) -> tuple[Numbers, Numbers]:
    """Which pairs are near enough for their length and sound the same, and which sound nearly the same."""
    sounds, heard = [sound_of(text) for text in written], [sound_of(text) for text in words]
    lengths = _lengths(sounds)
    same = (lengths > 1) & (slips <= np.minimum(MOST_SLIPS, longer // 2))
    near = (lengths >= SHORT) & (slips <= np.minimum(MOST_SLIPS, (longer + 1) // 3))
    some = np.flatnonzero((same | near) & (slips > 0))
    apart = np.full(len(words), MOST_SLIPS, dtype=np.uint8)
    if len(some):
        apart[some] = _distances([sounds[one] for one in some.tolist()], [heard[one] for one in some.tolist()], 1)
    return same & (apart == 0), near & (apart <= 1)


def _distances(some: Sequence[str], others: Sequence[str], most: int) -> Numbers:
    """Slips between each pair (optimal string alignment); one more than `most` stands for any more."""
    found: Numbers = process.cpdist(some, others, scorer=OSA.distance, score_cutoff=most, dtype=np.uint8)
    return found


def _lengths(texts: Sequence[str]) -> Numbers:
    return np.fromiter(map(len, texts), dtype=np.int32, count=len(texts))


def _known_forms(written: Sequence[str], words: Sequence[str]) -> Numbers:
    forms = variants()
    places = [place for place, text in enumerate(written) if text in forms]
    known = np.zeros(len(written), dtype=bool)
    known[[place for place in places if words[place] in forms[written[place]]]] = True
    return known
