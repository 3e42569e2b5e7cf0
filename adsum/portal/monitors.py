"""The participant's own GPS device, for My file: what is kept of it, and what to do when it breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adsum.monitors.policy import MonitorsPolicy
from adsum.monitors.queries import alerts_by_rating, monitor_of, positions_of
from adsum.policies.queries import in_force
from adsum.reviews.queries import in_hand, put_off

if TYPE_CHECKING:
    from datetime import datetime

    from adsum.orders.models import Order
    from adsum.people.models import Participant


def monitor_of_mine(participant: Participant, order: Order | None, now: datetime) -> dict[str, Any]:
    """The device that they wear and what is kept of it; the day on which a person looks at their level again."""
    me, mine = participant.as_actor(), participant.pk
    page = _review_day(participant, order, now)
    worn = monitor_of(participant_id=mine, seen_by=me)
    if worn is None:
        return page
    policy = in_force(MonitorsPolicy, now=now, office_id=participant.office_id, level=worn.monitor.level)
    counted = alerts_by_rating(participant_id=mine, since=worn.issued_at, seen_by=me)
    return page | {
        "monitor": worn,
        "monitor_days": policy.keep_position_days,
        "monitor_positions": positions_of(participant_id=mine, seen_by=me).count(),
        "monitor_false": counted["judged-false"] + counted["judged-device-fault"],
        "monitor_true": counted["judged-true"],
        "monitor_open": counted["open"],
    }


def _review_day(participant: Participant, order: Order | None, now: datetime) -> dict[str, Any]:
    """By when a person looks at their level; what is late is said, unless somebody has it in hand."""
    me, today = participant.as_actor(), now.astimezone(participant.office.zone).date()
    day = order.review_day_at(now) if order else None
    if day is None or day >= today:
        return {"review_on": day}
    if later := put_off(on=today, seen_by=me).first():
        return {"review_on": later.until}
    has_begun = participant.pk in in_hand(on=today, seen_by=me)
    return {"review_on": None if has_begun else day, "review_is_late": not has_begun}
