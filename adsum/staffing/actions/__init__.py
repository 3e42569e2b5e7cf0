"""Verbs of staffing: bring in lists, give people to officers by the rule, hand a caseload over, end access."""

from adsum.staffing.actions.caseloads import assign_caseloads, give_to_officer
from adsum.staffing.actions.importing import ImportRefused, import_offices, import_staff
from adsum.staffing.actions.leaving import StaffRefused, end_access, hand_over_caseload

__all__ = [
    "ImportRefused",
    "StaffRefused",
    "assign_caseloads",
    "end_access",
    "give_to_officer",
    "hand_over_caseload",
    "import_offices",
    "import_staff",
]
