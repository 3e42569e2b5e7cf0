"""What an event is before it is written and when it is sent, and when a refused one is tried again."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from adsum.outbox.policy import OutboxPolicy


@dataclass(frozen=True)
class Event:
    """A fact owed to other systems: ids and codes only; a consumer asks for more where it may."""

    kind: str
    participant_id: int
    body: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Owed:
    """An event on its way out. A consumer may get it twice and knows it by its sequence."""

    sequence: int
    kind: str
    participant_id: int
    body: dict[str, Any]
    created_at: datetime


def pause_after(refusals: int, *, chance: float, policy: OutboxPolicy) -> timedelta:
    """How long to wait after so many refusals: doubling, give or take a half, so that not all come back at once.

    `chance` is drawn from 0 to 1.
    """
    doubled = policy.first_pause_seconds * 2.0 ** min(refusals - 1, 30)
    return timedelta(seconds=min(doubled, policy.longest_pause_seconds) * (0.5 + chance))


def is_poison(refusals: int, *, policy: OutboxPolicy) -> bool:
    """True when an event has been refused so often that its participant's next ones should not wait any longer."""
    return refusals >= policy.tries
