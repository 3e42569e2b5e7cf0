"""How likely a name is written like this: many pairs of a written name and a name at once. Pure.

Each is a noisy channel's guess (Kernighan, Church and Gale 1990), the logarithm of how likely exactly these letters
are, given that the name was not written as it is.
"""

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from adsum.records.matching.names import variants
from adsum.records.matching.population import Numbers
from adsum.records.matching.shapes import MOST_SLIPS, Shapes

KNOWN_FORM = -2.0
AS_IT_SOUNDS = -2.5
ONE_SLIP = -4.6
SLIP_AND_SOUND = -7.0
CUT_SHORT = -6.0
TWO_SLIPS = -9.0
TOO_FAR = -99.0
SHORT = 3  # letters: a slip in so short a name makes another name


def chances_of(written: Shapes, words: Shapes, of: Numbers, at: Numbers) -> Numbers:
    """For each pair, of the written name in place `of` and the word in place `at`.

    0 where the name is written as it is, TOO_FAR where it is another name.
    """
    chances = np.full(len(of), TOO_FAR, dtype=np.float32)
    if not len(of):
        return chances
    slips, known = _distances(written.texts[of], words.texts[at], MOST_SLIPS), _known_forms(written, words, of, at)
    near = np.flatnonzero((slips <= MOST_SLIPS) | known | (words.lengths[at] - written.lengths[of] > MOST_SLIPS))
    of, at, slips, known = of[near], at[near], slips[near], known[near]
    lengths, others = written.lengths[of], words.lengths[at]
    more, longer = others - lengths, np.maximum(lengths, others)
    begins = (lengths >= SHORT) & (more > 0) & ((slips == more) | (slips > MOST_SLIPS))
    for place in np.flatnonzero(begins).tolist():
        begins[place] = words.texts[at[place]].startswith(written.texts[of[place]])
    same_sound, near_sound = _hear(written, words, of, at, slips, longer)
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


def _hear(
    written: Shapes, words: Shapes, of: Numbers, at: Numbers, slips: Numbers, longer: Numbers
) -> tuple[Numbers, Numbers]:
    """Which pairs are near enough for their length and sound the same, and which sound nearly the same."""
    lengths, is_same = written.sound_lengths[of], written.heard[of] == words.heard[at]
    same = is_same & (lengths > 1) & (slips <= np.minimum(MOST_SLIPS, longer // 2))
    near = (lengths >= SHORT) & (slips <= np.minimum(MOST_SLIPS, (longer + 1) // 3))
    unsure = np.flatnonzero(near & ~is_same)
    sounds, heard = written.sounds[of[unsure]], words.sounds[at[unsure]]
    near[unsure] = _distances(sounds, heard, 1) <= 1
    return same, near


def _distances(some: Numbers, others: Numbers, most: int) -> Numbers:
    """Slips between each pair (optimal string alignment); one more than `most` stands for any more."""
    found: Numbers = process.cpdist(
        some.tolist(), others.tolist(), scorer=OSA.distance, score_cutoff=most, dtype=np.uint8
    )
    return found


def _known_forms(written: Shapes, words: Shapes, of: Numbers, at: Numbers) -> Numbers:
    forms = variants()
    has_forms = np.array([text in forms for text in written.texts.tolist()])
    known = has_forms[of]
    for place in np.flatnonzero(known).tolist():
        known[place] = words.texts[at[place]] in forms[written.texts[of[place]]]
    return known
