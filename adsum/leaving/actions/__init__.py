"""Verbs of leaving: note that somebody leaves, move them, bring them back, flag who comes all the same, erase."""

from adsum.leaving.actions.departing import LeavingRefused, bring_back, flag_unexpected, note_departure
from adsum.leaving.actions.erasing import erase_files, forget
from adsum.leaving.actions.moving import carry_duties, move_participant

__all__ = [
    "LeavingRefused",
    "bring_back",
    "carry_duties",
    "erase_files",
    "flag_unexpected",
    "forget",
    "move_participant",
    "note_departure",
]
