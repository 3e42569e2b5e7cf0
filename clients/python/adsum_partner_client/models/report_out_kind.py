from enum import StrEnum


class ReportOutKind(StrEnum):
    ADDRESS = "address"
    CONTACT = "contact"
    OTHER = "other"

    def __str__(self) -> str:
        return str(self.value)
