"""A letter as tagged paper: the reader's language first and whole, then the same in the other one."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from adsum.core.typesetting import tongue_of, typeset
from adsum.reviews.letters.drafting import Letter
from adsum.reviews.letters.saying import Said

Pair = tuple[Letter, Letter | None]


def letter_pdf(letter: Letter, other: Letter | None = None) -> bytes:
    """The PDF (UA-1, A-2a) of a letter and of the same one in another language. The same letter is the same file."""
    return letters_pdf([(letter, other)], made_at=letter.signed_at)


def letters_pdf(pairs: Sequence[Pair], *, made_at: datetime) -> bytes:
    """Several letters in one PDF to print, each on a sheet of its own. There is at least one."""
    first = pairs[0][0]
    sheets = [sheet_of(one) for pair in pairs for one in _each_once(pair)]
    return typeset(
        "decision", {"title": first.title.words, "letters": sheets}, language=first.language, made_at=made_at
    )


def kept_pdf(kept: Mapping[str, Any], *, made_at: datetime) -> bytes:
    """The paper of a letter from what a signed decision has kept of it. The same decision gives the same file."""
    data = {"title": kept["title"], "letters": kept["sheets"]}
    return typeset("decision", data, language=kept["language"], made_at=made_at)


def _each_once(pair: Pair) -> list[Letter]:
    letter, other = pair
    return [letter] if other is None or other.language == letter.language else [letter, other]


def sheet_of(letter: Letter) -> dict[str, Any]:
    """The letter as `paper/decision.typ` needs it."""

    def told(said: Said | None) -> Any:
        if said is None or said.language == letter.language:
            return said and said.words
        return {"words": said.words, **tongue_of(said.language)}

    return {
        "from": letter.sender,
        "to": letter.to,
        "title": told(letter.title),
        "rows": [{"label": told(label), "words": told(words)} for label, words in letter.rows],
        "paragraphs": [told(one) for one in letter.paragraphs],
        "reasons_title": told(letter.reasons_title),
        "reasons": [
            {"label": told(one.label), "words": told(one.words), "own": told(one.own)} for one in letter.reasons
        ],
        "own_title": told(letter.own_title),
        "own": told(letter.own),
        "facts_title": told(letter.facts_title),
        "facts": [told(one) for one in letter.facts],
        "not_counted": told(letter.not_counted),
        "appeal_title": told(letter.appeal_title),
        "appeal": [told(one) for one in letter.appeal],
        "help": told(letter.help),
        "signature": told(letter.signature),
        **tongue_of(letter.language),
    }
