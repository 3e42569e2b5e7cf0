"""Which time runs for somebody, for their file: until when, how many days are left, what is about to change."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django import template
from django.utils import timezone

from adsum.law.past_queries import days_to_come
from adsum.law.queries import clocks_of
from adsum.law.rules import ClockKind

if TYPE_CHECKING:
    from adsum.law.models import Clock
    from adsum.people.models import Participant

register = template.Library()
SHOWN = 20


@register.inclusion_tag("portal/clocks.html")
def clocks_card(participant: Participant) -> dict[str, Any]:
    """The clocks that run for this person, the nearest last day first; nothing where none does."""
    me, now = participant.as_actor(), timezone.now()
    open_ones = clocks_of(participant_id=participant.pk, seen_by=me).filter(stopped_at__isnull=True)
    running = list(open_ones.exclude(kind=ClockKind.EASING)[:SHOWN])  # which has a card of its own
    coming = days_to_come(clocks=running, now=now, seen_by=me) if running else {}
    today = now.astimezone(participant.office.zone).date()
    return {"clocks": [_shown(clock, coming.get(clock.pk), today, now) for clock in running]}


def _shown(clock: Clock, coming: date | None, today: date, now: datetime) -> dict[str, Any]:
    return {
        "kind": clock.kind,
        "last_day": clock.last_day,
        "left": (clock.last_day - today).days,
        "is_over": clock.ends_at <= now,
        "is_owed": clock.is_owed,
        "is_paused": clock.paused_at is not None,
        "coming": coming if coming != clock.last_day else None,
    }
