"""Which notices there are. Their words stand in `templates/notices/<kind>.txt`, the first line being the title."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class NoticeKind(StrEnum):
    """Why Adsum writes to somebody."""

    CHECKIN_MISSED = "checkin-missed"
    CHECKIN_EXCUSED = "checkin-excused"
    CHECKIN_CREDITED = "checkin-credited"
    OFFICER_ANSWERED = "officer-answered"
    DOCUMENT_ACCEPTED = "document-accepted"
    DOCUMENT_WANTED = "document-wanted"


@dataclass(frozen=True)
class Draft:
    """A notice before it is written: whom, why, and the facts that its words need."""

    participant: Any
    kind: NoticeKind
    about: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


def split_title(text: str) -> tuple[str, str]:
    """Title and body of a rendered notice."""
    title, _, body = text.strip().partition("\n")
    return title.strip(), body.strip()
