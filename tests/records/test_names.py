"""Names as clerks write them."""

import numpy as np
import pytest

from adsum.records.matching.fingerprints import LETTERS, fingerprints, letter_bits
from adsum.records.matching.names import fold, read_tokens, sound_of, variants
from adsum.records.matching.shapes import Shapes
from adsum.records.matching.slips import (
    AS_IT_SOUNDS,
    CUT_SHORT,
    KNOWN_FORM,
    ONE_SLIP,
    SLIP_AND_SOUND,
    TOO_FAR,
    TWO_SLIPS,
    chances_of,
)
from adsum.records.matching.spelling import Speller
from adsum.records.matching.words import Words


@pytest.mark.parametrize(
    ("written", "tokens"),
    [
        ("de la Cruz Pérez", ("CRUZ", "PEREZ")),
        ("Guerrero-Calderón", ("GUERRERO", "CALDERON")),
        ("O’Brien", ("OBRIEN",)),
        ("Nour El-Amin Jr.", ("NOUR", "AMIN")),
        ("Łukasz Øberg", ("LUKASZ", "OBERG")),
        ("E", ("E",)),
        ("  ", ()),
        ("李 伟", ("李", "伟")),
    ],
)
def test_a_name_is_cut_into_tokens(written: str, tokens: tuple[str, ...]) -> None:
    assert read_tokens(written) == tokens


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("HERNANDEZ", "ERNANDES"),
        ("ZORRILLA", "ZORRIYA"),
        ("VASQUEZ", "BASKEZ"),
        ("GUTIERREZ", "GUTIERES"),
        ("MOHAMMED", "MUHAMAD"),
        ("SHEVCHENKO", "XEVXENKO"),
        ("PHILIPPE", "FILIPE"),
    ],
)
def test_what_sounds_alike_has_one_sound(one: str, other: str) -> None:
    assert sound_of(one) == sound_of(other)


def test_forms_of_a_name_know_each_other() -> None:
    assert "PEPE" in variants()["JOSE"] and "JOSE" in variants()["PEPE"]
    assert "XIE" in variants()["HSIEH"]
    assert all(form == fold(form) for form in variants())


def test_a_written_name_is_read_as_the_names_it_may_stand_for() -> None:
    words = Words()
    for text in ("RAMIREZ", "RAMOS", "GOMEZ", "GOMES", "JOSE", "LUIS", "LI", "LIU"):
        words.number(text)
    speller = Speller(words)

    def read(*written: str) -> list[list[str]]:
        found = speller.read(written)
        return [
            [words.texts[word] for place, word in zip(found.of, found.words, strict=True) if place == one]
            for one in range(len(written))
        ]

    slips, own, forms, cut_short, unknown = read("RXAMIRIZ", "GOMEZ", "PEPE", "OSE", "QWXKRT")
    assert slips == read("RAMRIEZ")[0] == ["RAMIREZ"]
    assert own == ["GOMEZ", "GOMES"] and speller.read(["GOMEZ"]).chances[0] == 0
    assert forms == ["JOSE"] and "JOSE" in cut_short and unknown == []
    assert read() == [] and read("RAM", "L") == [["RAMIREZ", "RAMOS"], []]
    assert speller.cut("JOSELUIS") == ("JOSE", "LUIS")
    assert speller.cut("GOMEZ") == ()
    speller.add(words.number("QWXKRTA"))
    assert read("QWXKRT") == [["QWXKRTA"]]


@pytest.mark.parametrize(
    ("written", "word", "chance"),
    [
        ("GOMEZ", "GOMEZ", 0.0),
        ("PEPE", "JOSE", KNOWN_FORM),
        ("VALBERDE", "VALVERDE", AS_IT_SOUNDS),
        ("GARVIA", "GARCIA", ONE_SLIP),
        ("LU", "LI", TWO_SLIPS),
        ("HERN", "HERNANDEZ", CUT_SHORT),
        ("RXMIRIX", "RAMIREZ", TOO_FAR),
        ("VALVEDRE", "VALVERDE", ONE_SLIP),
        ("VALVURTE", "VALVERDE", SLIP_AND_SOUND),
        ("GARCIA", "LOPEZ", TOO_FAR),
    ],
)
def test_a_slip_is_likelier_than_two_and_a_form_than_a_slip(written: str, word: str, chance: float) -> None:
    both = np.arange(2)
    assert chances_of(Shapes([written, "X"]), Shapes([word, "Y"]), both, both)[0] == pytest.approx(chance)


def test_words_near_each_other_share_a_fingerprint() -> None:
    texts = ["GARCIA", "GARCI", "GRCIA", "LLOSA", "LOSA", "LI", "LIU", ""]
    which, prints = fingerprints(texts, kind=LETTERS, whole_below=4)
    of = [{one for place, one in zip(which, prints, strict=True) if place == number} for number in range(len(texts))]
    assert of[0] & of[1] and of[0] & of[2] and of[1] & of[2] and of[3] & of[4]
    assert not of[0] & of[3] and not of[5] & of[6]
    slips = np.bitwise_count(letter_bits(["GARCIA"] * 3) ^ letter_bits(["GARCIA", "GARCIO", "GRACIA"]))
    assert slips.tolist() == [0, 2, 0]
