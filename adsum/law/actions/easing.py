"""The days within which an immigration judge can be asked to ease the conditions of a release (8 CFR 1236.1(d)(1))."""

from datetime import datetime

from django.db import transaction

from adsum.law.actions.running import start_clock
from adsum.law.models import Clock
from adsum.law.past_queries import last_day_ahead
from adsum.law.rules import ClockKind
from adsum.ledger.rules import RULES
from adsum.notices.actions import queue_notice
from adsum.notices.rules import NoticeKind
from adsum.orders.queries import order_in_force
from adsum.orders.rules import Level
from adsum.people.models import Participant


def open_easing(*, participant: Participant, released_at: datetime, about: str, now: datetime) -> Clock | None:
    """They are out of custody under an order: the clock runs from that day on, and they are told until when.

    None where no order is in force, or where those days are over: nobody is told of a day that has passed.
    """
    zone = participant.office.zone
    with transaction.atomic():
        order = order_in_force(participant_id=participant.pk, seen_by=RULES)
        kind = ClockKind.EASING
        last_day = last_day_ahead(kind=kind, participant=participant, now=released_at, seen_by=RULES)
        if order is None or order.level == Level.NONE or last_day < now.astimezone(zone).date():
            return None
        clock = start_clock(kind=kind, participant_id=participant.pk, about=about, counted_from=released_at, now=now)
        queue_notice(
            kind=NoticeKind.EASING_OPEN,
            participant=participant,
            now=now,
            about=clock.flag_about,
            policy=clock.policy,
            last_day=clock.last_day,
        )
    return clock
