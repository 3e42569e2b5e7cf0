"""Verbs of the court: take a drop in, chunk by chunk; refuse one; let people know; forget."""

from adsum.court.actions.delivering import begin_drop, end_drop, refuse_drop
from adsum.court.actions.following import follow_cases, follow_person, mark_followed
from adsum.court.actions.forgetting import forget
from adsum.court.actions.merging import merge_chunk
from adsum.court.actions.parting import part_cases

__all__ = [
    "begin_drop",
    "end_drop",
    "follow_cases",
    "follow_person",
    "forget",
    "mark_followed",
    "merge_chunk",
    "part_cases",
    "refuse_drop",
]
