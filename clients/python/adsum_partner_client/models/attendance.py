from enum import StrEnum


class Attendance(StrEnum):
    ABSENT = "absent"
    CAME = "came"
    UNKNOWN = "unknown"

    def __str__(self) -> str:
        return str(self.value)
