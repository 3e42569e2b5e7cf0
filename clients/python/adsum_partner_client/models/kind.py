from enum import StrEnum


class Kind(StrEnum):
    COURT_HEARING = "court-hearing"
    OFFICE_VISIT = "office-visit"
    OTHER = "other"

    def __str__(self) -> str:
        return str(self.value)
