"""Whether check-ins by phone are switched off at my office: then nothing is asked for, and nothing counts as missed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adsum.checkins.queries import dates_of
from adsum.pilots.policy import PilotPolicy
from adsum.policies.queries import in_force

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from adsum.checkins.models import Duty
    from adsum.people.models import Participant


def is_off(participant: Participant, now: datetime) -> bool:
    """True where the person's office has no check-ins by phone now."""
    return in_force(PilotPolicy, now=now, office_id=participant.office_id).check_in_off


def dates_ahead(participant: Participant, now: datetime) -> Sequence[Duty]:
    """The check-ins that are due from today on, as the office counts days; none where none is asked for."""
    if is_off(participant, now):
        return ()
    today = now.astimezone(participant.office.zone).date()
    return dates_of(participant_id=participant.pk, since=today, seen_by=participant.as_actor())
