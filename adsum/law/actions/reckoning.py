"""Open clocks are counted anew, in sets; whose last day has moved is told once."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from adsum.flags.actions import lapse_flags
from adsum.flags.rules import Reason
from adsum.law.models import Clock
from adsum.law.past_queries import almanac_for
from adsum.ledger.actions import record_lines
from adsum.ledger.rules import RULES, Line
from adsum.notices.actions import queue_notices
from adsum.notices.rules import Draft, NoticeKind

BATCH = 1_000
_COUNTED = ("last_day", "ends_at", "rule_id", "days", "policy", "outage_days")
_KEPT = (*_COUNTED, "alarmed_at", "escalated_at")


def reckon_clocks(*, clocks: QuerySet[Clock], now: datetime) -> set[int]:
    """Count these anew, as far as they run: returns who was told that a last day has moved, each once.

    What moves and is over all the same is written down, and is no news to anybody.
    """
    told: set[int] = set()
    with transaction.atomic():
        running = clocks.filter(stopped_at__isnull=True, paused_at__isnull=True).order_by("pk")
        running = running.select_for_update(of=("self",)).select_related("participant__office")
        after = 0
        while some := list(running.filter(pk__gt=after)[:BATCH]):
            told |= _reckon(some, now)
            after = some[-1].pk
    return told


def _reckon(clocks: Sequence[Clock], now: datetime) -> set[int]:
    offices = {clock.participant.office for clock in clocks}
    book = almanac_for(clocks=clocks, offices=offices, now=now, seen_by=RULES)
    changed, moved = [], []
    for clock in clocks:
        before, office = {name: getattr(clock, name) for name in _COUNTED}, clock.participant.office
        book.lay(clock, book.settled(clock, office), office)
        if any(getattr(clock, name) != value for name, value in before.items()):
            changed.append(clock)
        if clock.last_day != before["last_day"]:
            moved.append((clock, before))
    _revive([clock for clock, _ in moved], now)
    _keep(changed)
    for day in {clock.reckoned_on for clock in clocks}:
        Clock.objects.filter(pk__in=[one.pk for one in clocks if one.reckoned_on == day]).update(reckoned_on=day)
    record_lines(lines=(_line(clock, before["last_day"]) for clock, before in moved), now=now)
    news = [(clock, before["last_day"], clock.rule_id != before["rule_id"]) for clock, before in moved]
    running = [one for one in news if one[0].ends_at > now]
    tell(moved=running, now=now)
    return {clock.participant_id for clock, *_ in running}


def _keep(clocks: Iterable[Clock]) -> None:
    """Save what was counted: a statement for all clocks that now say the same, which is most of them."""
    alike: dict[tuple[Any, ...], list[int]] = {}
    for clock in clocks:
        alike.setdefault(tuple(getattr(clock, name) for name in _KEPT), []).append(clock.pk)
    for values, ids in alike.items():
        Clock.objects.filter(pk__in=ids).update(**dict(zip(_KEPT, values, strict=True)))


def _revive(clocks: Collection[Clock], now: datetime) -> None:
    """Who has time again is not late any more."""
    alive = [clock for clock in clocks if clock.alarmed_at and clock.ends_at > now]
    for clock in alive:
        clock.alarmed_at = clock.escalated_at = None
    if alive:
        why = "Its last day has moved."
        lapse_flags(about=[one.flag_about for one in alive], reasons=[Reason.CLOCK_LATE], why=why, now=now)


def _line(clock: Clock, before: date) -> Line:
    facts = {"kind": clock.kind, "before": before.isoformat(), "last_day": clock.last_day.isoformat()}
    return Line("clock.moved", RULES, "clock", clock.pk, clock.participant_id, clock.policy, facts)


def tell(*, moved: Iterable[tuple[Clock, date, bool]], now: datetime) -> None:
    """One notice for each person: which last days are what now, what they were, and whether the law is the reason."""
    people: dict[int, list[dict[str, Any]]] = {}
    clocks: dict[int, Clock] = {}
    for clock, before, by_law in moved:
        change = {"kind": clock.kind, "before": before, "last_day": clock.last_day, "by_law": by_law}
        people.setdefault(clock.participant_id, []).append(change)
        clocks.setdefault(clock.participant_id, clock)
    drafts = [
        Draft(
            clocks[who].participant,
            NoticeKind.CLOCK_CHANGED,
            clocks[who].flag_about,
            {"changes": changes, "stays": all(one["before"] == one["last_day"] for one in changes)},
        )
        for who, changes in people.items()
    ]
    with transaction.atomic():
        queue_notices(drafts=drafts, now=now, policy=next(iter(clocks.values())).policy if clocks else "")
