"""Names as they are written: cut into tokens, and folded into how they sound. Pure.

A token is one word of a name, in capitals, without accents. Particles (de la, dos, al-) are left out: clerks drop and
add them. Two surnames are two tokens of one field.
"""

import re
import unicodedata
from collections import defaultdict
from functools import cache, lru_cache
from pathlib import Path

PARTICLES = frozenset(
    "DE DEL LA LAS LOS Y DA DO DAS DOS E DI VAN VON DER DEN BIN IBN BINT BEN AL EL UL UD ES AS AT AN ABU".split()  # noqa: SIM905
)
SUFFIXES = frozenset(["JR", "SR", "II", "III", "IV"])
NO_DECOMPOSITION = str.maketrans(
    {"Ø": "O", "Ł": "L", "Đ": "D", "Ð": "D", "Þ": "TH", "ẞ": "SS", "Æ": "AE", "Œ": "OE", "İ": "I"}
)
_JOINS, _APOSTROPHES = re.compile(r"[^\w]+|_+"), re.compile(r"['’`´ʻʼ]")
VARIANTS = Path(__file__).with_name("variants.txt")

Tokens = tuple[str, ...]


@lru_cache(50_000)
def fold(text: str) -> str:
    """Capitals without accents; what joins words stays as a space, an apostrophe joins them."""
    kept = text.upper()
    if not text.isascii():
        plain = unicodedata.normalize("NFKD", kept.translate(NO_DECOMPOSITION))
        kept = "".join(char for char in plain if not unicodedata.combining(char))
    if kept.isascii() and kept.replace(" ", "").isalpha():
        return " ".join(kept.split())
    return _JOINS.sub(" ", _APOSTROPHES.sub("", kept)).strip()


@lru_cache(20_000)
def read_tokens(text: str) -> Tokens:
    """The tokens of one field of a name, in order; a field of particles alone keeps them."""
    words = fold(text).split()
    return tuple(word for word in words if word not in PARTICLES and word not in SUFFIXES) or tuple(words)


_SOUNDS = [
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("SHCH|SCH|TCH|CH|SH|ZH", "X"),
        ("PH", "F"),
        ("TH", "T"),
        ("KH|GH", "H"),
        ("QU|CK", "K"),
        ("GU(?=[EI])", "G"),
        ("(?:GU|HU|OU)(?=[AEIO])", "W"),
        ("LL", "Y"),
        ("KS|X(?=[AEIOU]|$)", "X"),
        ("C(?=[EIY])|Z|TS", "S"),
        ("C|Q", "K"),
        ("G(?=[EIY])|J", "H"),
        ("V", "B"),
    )
]


@lru_cache(100_000)
def sound_of(token: str) -> str:
    """How a token sounds to clerks of several languages: its consonants, `A` for a vowel in front. May be empty."""
    sound = token
    for pattern, other in _SOUNDS:
        sound = pattern.sub(other, sound)
    front = "A" if re.match(r"H?[AEIOUY]", sound) else ""
    return front + re.sub(r"(.)\1+", r"\1", re.sub(r"[AEIOUYH]", "", sound))


@cache
def variants() -> dict[str, frozenset[str]]:
    """The known other forms of a name: nicknames, transliterations, what a clerk of another language puts."""
    others: dict[str, set[str]] = defaultdict(set)
    for line in VARIANTS.read_text(encoding="ascii").splitlines():
        if not line.startswith("#"):
            forms = line.split()
            for form in forms:
                others[form].update(forms)
    return {form: frozenset(found - {form}) for form, found in others.items()}
