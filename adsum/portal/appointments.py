"""The participant's appointments: what My file, the first page and the calendar show of them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from adsum.appointments.policy import AppointmentsPolicy
from adsum.appointments.queries import appointments_of, coming_appointments
from adsum.policies.queries import in_force

if TYPE_CHECKING:
    from datetime import datetime

    from adsum.people.models import Participant

JUST_BEGUN = timedelta(hours=2)  # who is on their way, or late, still finds where to go
PAST_SHOWN = 5


def coming_for(participant: Participant, now: datetime) -> dict[str, Any]:
    """The appointments of the next days, for the first page."""
    coming = coming_appointments(participant_id=participant.pk, since=now - JUST_BEGUN, seen_by=participant.as_actor())
    soon = now + timedelta(days=in_force(AppointmentsPolicy, now=now).home_days)
    return {"appointments": [one for one in coming if one.starts_at <= soon]}


def appointments_for(participant: Participant, now: datetime) -> dict[str, Any]:
    """All that come, and the last ones that are over or were cancelled, for My file."""
    me, since = participant.as_actor(), now - JUST_BEGUN
    every = appointments_of(participant_id=participant.pk, seen_by=me)
    return {
        "appointments": coming_appointments(participant_id=participant.pk, since=since, seen_by=me),
        "past_appointments": every.filter(starts_at__lt=since, ended_at__isnull=True)[:PAST_SHOWN],
    }
