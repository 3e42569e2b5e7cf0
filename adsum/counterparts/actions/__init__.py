"""What may be done with other systems' files: begin, hear, compare, decide, look at all of it, mend, forget."""

from adsum.counterparts.actions.deciding import DecisionRefused, decide_disagreement
from adsum.counterparts.actions.keeping import (
    add_counterpart,
    forget,
    forget_received,
    note_away,
    note_received,
    note_their_answer,
    put_off_reconciling,
)
from adsum.counterparts.actions.meeting import compare_again, hear_rows
from adsum.counterparts.actions.reconciling import Found, accept_mends, keep_reconciliation, let_go

__all__ = [
    "DecisionRefused",
    "Found",
    "accept_mends",
    "add_counterpart",
    "compare_again",
    "decide_disagreement",
    "forget",
    "forget_received",
    "hear_rows",
    "keep_reconciliation",
    "let_go",
    "note_away",
    "note_received",
    "note_their_answer",
    "put_off_reconciling",
]
