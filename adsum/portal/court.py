"""What the court says of the participant's case, for My file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adsum.court.queries import standings_of

if TYPE_CHECKING:
    from adsum.people.models import Participant


def court_for(participant: Participant) -> dict[str, Any]:
    """How their cases stand now; nothing where the court has said nothing."""
    stand = standings_of(participant_id=participant.pk, seen_by=participant.as_actor())
    return {"court": stand.filter(ended_at__isnull=True)}
