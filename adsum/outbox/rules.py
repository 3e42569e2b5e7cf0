"""What an event is before it is written."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Event:
    """A fact owed to other systems: ids and codes only; a consumer asks for more where it may."""

    kind: str
    participant_id: int
    body: dict[str, Any] = field(default_factory=dict)
