"""The court's tables."""

from adsum.court.models.drops import CourtAside, CourtDrop, CourtFile
from adsum.court.models.rows import CourtCase, CourtCrosswalk, CourtHearing, CourtProceeding
from adsum.court.models.standings import CourtStanding

__all__ = [
    "CourtAside",
    "CourtCase",
    "CourtCrosswalk",
    "CourtDrop",
    "CourtFile",
    "CourtHearing",
    "CourtProceeding",
    "CourtStanding",
]
