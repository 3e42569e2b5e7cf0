"""For pages of a participant: `{% load adsum_lowering %}{% what_would_lower_it participant %}`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.utils import timezone

from adsum.reviews.past_queries import criteria_of

if TYPE_CHECKING:
    from adsum.people.models import Participant

register = template.Library()


@register.inclusion_tag("portal/what_would_lower_it.html")
def what_would_lower_it(participant: Participant) -> dict[str, Any]:
    """The policy's criteria in plain words, and how each stands for this person now. It promises nothing."""
    me, now = participant.as_actor(), timezone.now()
    return {"criteria": criteria_of(participant=participant, seen_by=me, now=now)}
