"""What speaks for a lower level: facts of the person's own file, without a score and without a promise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adsum.appointments.queries import count_attended
from adsum.checkins.queries import count_outcomes
from adsum.checkins.rules import Outcome

if TYPE_CHECKING:
    from adsum.orders.models import Order
    from adsum.people.models import Participant


@dataclass(frozen=True)
class Kept:
    """What somebody has kept to since their level began."""

    in_time: int
    excused: int
    missing: int
    attended: int


def kept_under(order: Order | None, participant: Participant) -> Kept | None:
    """What is in the file since this order began; None without an order."""
    if order is None:
        return None
    me, since = participant.as_actor(), order.started_at
    ended = count_outcomes(participant_id=participant.pk, since=since, seen_by=me)
    attended = count_attended(participant_id=participant.pk, since=since, seen_by=me)
    return Kept(ended.get(Outcome.REPORTED, 0), ended.get(Outcome.EXCUSED, 0), ended.get(Outcome.MISSED, 0), attended)
