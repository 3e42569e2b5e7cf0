"""Outside records as facts in and words out. Pure."""

from adsum.records.rules.heard import heard_from
from adsum.records.rules.incoming import RecordIn, version_key
from adsum.records.rules.judging import (
    Found,
    answer_by,
    needs_two,
    one_in,
    opens_again,
    reference,
    stage_after,
    waits_again,
)
from adsum.records.rules.kinds import (
    ANSWERS,
    CLOSED_WORDS,
    KINDS,
    STAGES,
    VERDICTS,
    WAITING,
    Answer,
    CheckedFor,
    Closed,
    Heard,
    Kind,
    Stage,
    Transport,
    Verdict,
)
from adsum.records.rules.reasons import COMMON_REASONS, common_reason, how_in_words

__all__ = [
    "ANSWERS",
    "CLOSED_WORDS",
    "COMMON_REASONS",
    "KINDS",
    "STAGES",
    "VERDICTS",
    "WAITING",
    "Answer",
    "CheckedFor",
    "Closed",
    "Found",
    "Heard",
    "Kind",
    "RecordIn",
    "Stage",
    "Transport",
    "Verdict",
    "answer_by",
    "common_reason",
    "heard_from",
    "how_in_words",
    "needs_two",
    "one_in",
    "opens_again",
    "reference",
    "stage_after",
    "version_key",
    "waits_again",
]
