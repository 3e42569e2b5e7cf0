"""Verbs of families: link and leave, act for a child, take a seat on a phone; decide what is proposed."""

from adsum.families.actions.members import (
    FamilyRefused,
    end_guardianship,
    flag_of_age,
    forget,
    give_family_visit,
    leave_family,
    leave_wards,
    link_family,
    name_guardian,
    take_seat,
    take_turn,
)
from adsum.families.actions.proposals import (
    decide_family,
    erase_family_decisions,
    list_households,
    undo_family_decision,
)

__all__ = [
    "FamilyRefused",
    "decide_family",
    "end_guardianship",
    "erase_family_decisions",
    "flag_of_age",
    "forget",
    "give_family_visit",
    "leave_family",
    "leave_wards",
    "link_family",
    "list_households",
    "name_guardian",
    "take_seat",
    "take_turn",
    "undo_family_decision",
]
