"""Rules about what the court says: rows and their order, rulings and the state of a case."""

from adsum.court.rules.following import (
    AGAINST,
    APPEAL_KEPT,
    OF_THE_COURT,
    OPEN,
    STATE_WORDS,
    Stand,
    asks_for,
    is_reversal,
    words_of,
)
from adsum.court.rules.hearings import Listed, hour_of, listed_last
from adsum.court.rules.rows import COLUMNS, Aside, Chunk, GivenDrop, GivenFile, RowKind, rank_of
from adsum.court.rules.states import (
    CaseState,
    Ruling,
    Version,
    ruling_of,
    state_of_case,
    state_of_proceeding,
)

__all__ = [
    "AGAINST",
    "APPEAL_KEPT",
    "COLUMNS",
    "OF_THE_COURT",
    "OPEN",
    "STATE_WORDS",
    "Aside",
    "CaseState",
    "Chunk",
    "GivenDrop",
    "GivenFile",
    "Listed",
    "RowKind",
    "Ruling",
    "Stand",
    "Version",
    "asks_for",
    "hour_of",
    "is_reversal",
    "listed_last",
    "rank_of",
    "ruling_of",
    "state_of_case",
    "state_of_proceeding",
    "words_of",
]
