"""Until when an immigration judge can be asked to ease the conditions, for My file and the calendar.

`{% load adsum_easing %}{% easing_card participant %}`
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.utils import timezone

from adsum.law.queries import clocks_of
from adsum.law.rules import ClockKind

if TYPE_CHECKING:
    from datetime import date, datetime

    from adsum.people.models import Participant

register = template.Library()


def easing_until(participant: Participant, now: datetime) -> date | None:
    """The last day for asking a judge; None where nothing runs, or the day has passed."""
    mine = clocks_of(participant_id=participant.pk, seen_by=participant.as_actor())
    running = mine.filter(kind=ClockKind.EASING, stopped_at__isnull=True, ends_at__gt=now).first()
    return running.last_day if running else None


@register.inclusion_tag("portal/easing_card.html")
def easing_card(participant: Participant) -> dict[str, Any]:
    """The card, with the days that are left; nothing where nothing runs."""
    now = timezone.now()
    last_day = easing_until(participant, now)
    today = now.astimezone(participant.office.zone).date()
    return {"last_day": last_day, "left": (last_day - today).days if last_day else 0}
