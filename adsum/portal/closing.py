"""Whether my field office is closed on the day on which my check-in is due, and until when I have then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adsum.checkins.policy import CheckinPolicy
from adsum.offices.queries import closed_days
from adsum.offices.rules import next_open_day
from adsum.policies.queries import in_force

if TYPE_CHECKING:
    from datetime import datetime

    from adsum.checkins.queries import Standing
    from adsum.people.models import Participant


def closed_then(participant: Participant, standing: Standing, now: datetime) -> dict[str, Any]:
    """For the start page: `closed_on`, the due day to come if the office is closed then; `open_on`, the next open day.

    `open_on` is None where the policy moves no deadline for it.
    """
    due_on = standing.owed.due_on if standing.owed else standing.next_due_on
    office_id = participant.office_id
    if due_on is None:
        return {}
    closed = closed_days(offices=[office_id], since=due_on, seen_by=participant.as_actor()).get(office_id, {})
    if due_on not in closed:
        return {}
    moves = in_force(CheckinPolicy, now=now, office_id=office_id).closed_moves_deadline
    return {"closed_on": due_on, "open_on": next_open_day(due_on, closed=closed) if moves else None}
