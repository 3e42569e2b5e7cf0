from enum import StrEnum


class ReportState(StrEnum):
    DECIDED = "decided"
    OPEN = "open"
    WITHDRAWN = "withdrawn"

    def __str__(self) -> str:
        return str(self.value)
