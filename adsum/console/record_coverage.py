"""For pages about one person: `{% load adsum_records %}{% record_coverage participant staff %}`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import template
from django.utils import timezone

from adsum.places.queries import current_address
from adsum.policies.queries import in_force
from adsum.records.past_queries import unscreened_by_source
from adsum.records.policy import RecordsPolicy
from adsum.records.queries import sources_known, watched_by
from adsum.records.rules import KINDS, Transport
from adsum.records.sources.coverage import Covers, covered_in

if TYPE_CHECKING:
    from adsum.ledger.rules import Actor
    from adsum.offices.models import Staff
    from adsum.people.models import Participant
    from adsum.records.models import RecordSource

register = template.Library()


def all_covers(sources: Sequence[RecordSource], me: Actor, now: datetime) -> list[Covers]:
    """What each of these sources covers, in their order, and whether it can be heard now."""
    policy, waiting = in_force(RecordsPolicy, now=now), unscreened_by_source(before=now, seen_by=me)
    return [_covers(source, waiting.get(source.code, 0), now, policy) for source in sources]


def _covers(source: RecordSource, waiting: int, now: datetime, policy: RecordsPolicy) -> Covers:
    return Covers(
        title=source.title,
        states=source.states,
        kinds=source.kinds,
        since=source.covers_since,
        heard=source.heard(waiting=waiting, now=now, policy=policy),
        heard_at=source.heard_at,
        failing_since=source.failing_since,
    )


@register.inclusion_tag("console/record_coverage.html")
def record_coverage(participant: Participant, staff: Staff) -> dict[str, Any]:
    """For each kind of record: who is looked at in the state where this person lives, and what is not searched."""
    me, now = staff.as_actor(), timezone.now()
    address = current_address(participant_id=participant.pk, seen_by=me)
    state = address.state if address else ""
    sources = list(sources_known(seen_by=me))
    covers = [
        replace(known, watches=_watches(source, participant, me, now))
        for source, known in zip(sources, all_covers(sources, me, now), strict=True)
    ]
    return {"state": state, "kinds": [(KINDS[one.kind], one) for one in covered_in(state, covers)]}


def _watches(source: RecordSource, participant: Participant, me: Actor, now: datetime) -> bool:
    """False where the agency tells only of people whom it was asked to watch for, and this one is none of them."""
    if source.transport != Transport.RAP_BACK:
        return True
    return bool(watched_by(source=source, people=[participant.pk], on=now.date(), seen_by=me))
