"""Whether check-ins by phone are switched off at my office: then nothing is asked for, and nothing counts as missed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adsum.pilots.policy import PilotPolicy
from adsum.policies.queries import in_force

if TYPE_CHECKING:
    from datetime import datetime

    from adsum.people.models import Participant


def is_off(participant: Participant, now: datetime) -> bool:
    """True where the person's office has no check-ins by phone now."""
    return in_force(PilotPolicy, now=now, office_id=participant.office_id).check_in_off
