"""Many clocks reckoned at once: what they need is asked once for all of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from adsum.checkins.queries import outages_since
from adsum.checkins.rules import Span, end_of_day
from adsum.law.models import Clock, LawRule
from adsum.law.policy import LawPolicy
from adsum.law.rules import (
    OF_A_COURT,
    ClockKind,
    Reckoned,
    Rule,
    days_down,
    days_paused,
    default_rule,
    last_day,
    reckon,
    settle,
)
from adsum.ledger.rules import Actor
from adsum.offices.models import FieldOffice
from adsum.offices.queries import closed_days
from adsum.people.models import Participant
from adsum.people.queries import participants
from adsum.policies.queries import in_force

_END = date.max - timedelta(days=1)
_NEWEST = 2**62  # a rule that is not entered yet stands behind all that are


@dataclass(frozen=True)
class Almanac:
    """The law, the closed days and the outages that a number of clocks need, as they are known at `now`."""

    now: datetime
    policy: LawPolicy
    rules: dict[str, list[Rule]]
    closed: dict[int, dict[date, str]]
    down: dict[str, frozenset[date]]

    def days_given_back(self, clock: Clock, rule: Rule, zone: ZoneInfo) -> frozenset[date]:
        """The days that do not count for this clock by this rule."""
        paused = days_paused(clock.pauses_until(self.now), zone=zone) if rule.tolls_request else frozenset()
        return paused | (self.down[zone.key] if rule.tolls_outage else frozenset())

    def reckon(self, clock: Clock, office: FieldOffice, *, until: date, extra: Sequence[Rule] = ()) -> Reckoned:
        """What the law up to that day gives this clock; `extra`: rules as if they held too."""
        return reckon(
            clock.counted_on,
            [*self.rules.get(clock.kind, ()), *extra],
            default=default_rule(ClockKind(clock.kind), policy=self.policy),
            until=until,
            notice_days=self.policy.least_notice_days,
            days_by=partial(self._by, clock, office),
        )

    def settled(self, clock: Clock, office: FieldOffice) -> Reckoned:
        """The last day that an open clock has from today on."""
        today = self.now.astimezone(office.zone).date()
        fresh = self.reckon(clock, office, until=today)
        day = settle(
            fresh,
            before=clock.last_day,
            rule_before=clock.rule_id,
            today=today,
            notice_days=self.policy.least_notice_days,
        )
        return Reckoned(day, fresh.rule)

    def lay(self, clock: Clock, reckoned: Reckoned, office: FieldOffice) -> None:
        """Put on a clock what was reckoned for it; an action saves it."""
        rule, zone = reckoned.rule, office.zone
        clock.last_day, clock.ends_at = reckoned.last_day, end_of_day(reckoned.last_day, zone)
        clock.rule_id, clock.days, clock.policy = rule.number, rule.days, self.policy.version
        down = self.down[zone.key] if rule.tolls_outage else ()
        clock.outage_days = sum(clock.counted_on < day <= clock.last_day for day in down)
        clock.reckoned_on = self.now.astimezone(zone).date()

    def _by(self, clock: Clock, office: FieldOffice, rule: Rule) -> date:
        closed = {} if clock.kind in OF_A_COURT else self.closed.get(office.pk, {})
        tolled = self.days_given_back(clock, rule, office.zone)
        return last_day(clock.counted_on, rule, closed=closed, tolled=tolled, posted=clock.posted)


def almanac_for(
    *, clocks: Collection[Clock], offices: Collection[FieldOffice], now: datetime, seen_by: Actor
) -> Almanac:
    """What these clocks need: a question for the rules, one for closed days, one for outages, however many they are."""
    policy, today = in_force(LawPolicy, now=now), now.date()
    since = min((clock.counted_on for clock in clocks), default=today) - timedelta(days=1)
    begins = min((clock.counted_from for clock in clocks), default=now) - timedelta(days=1)
    spans = [Span(one.began_at, one.ended_at) for one in outages_since(since=begins, now=now, seen_by=seen_by)]
    least = timedelta(hours=policy.outage_day_hours)
    rules: dict[str, list[Rule]] = {}
    for one in LawRule.objects.filter(approved_at__isnull=False, vacated_at__isnull=True).order_by("pk"):
        rules.setdefault(one.kind, []).append(one.as_rule())
    return Almanac(
        now=now,
        policy=policy,
        rules=rules,
        closed=closed_days(offices={office.pk for office in offices}, since=since, seen_by=seen_by),
        down={zone.key: days_down(spans, zone=zone, least=least) for zone in {office.zone for office in offices}},
    )


def last_day_ahead(*, kind: ClockKind, participant: Participant, now: datetime, seen_by: Actor) -> date:
    """The last day of a clock of this kind, were it started now."""
    office = participant.office
    today = now.astimezone(office.zone).date()
    clock = Clock(kind=kind, participant=participant, counted_from=now, counted_on=today, posted=False)
    book = almanac_for(clocks=[clock], offices=[office], now=now, seen_by=seen_by)
    return book.reckon(clock, office, until=today).last_day


@dataclass(frozen=True)
class Preview:
    """Whom a rule would reach on its first day: clocks, people, and for how many of the clocks the last day moves."""

    clocks: int
    people: int
    shorter: int
    longer: int


def preview_rule(*, kind: ClockKind, rule: Rule, now: datetime, seen_by: Actor) -> Preview:
    """Which open clocks a rule would change, before it is entered; counts over what this person may see."""
    clocks = _running(kind, seen_by)
    book = _book_of(clocks, now, seen_by)
    newest = replace(rule, number=rule.number or _NEWEST)
    moved = [(one, _days_moved(book, one, newest)) for one in clocks]
    changed = [(one, days) for one, days in moved if days]
    return Preview(
        clocks=len(changed),
        people=len({one.participant_id for one, _ in changed}),
        shorter=sum(days < 0 for _, days in changed),
        longer=sum(days > 0 for _, days in changed),
    )


def clocks_moved_by(*, rule: LawRule, now: datetime, seen_by: Actor) -> list[Clock]:
    """The clocks that run and whose last day this approved rule has moved, or will move."""
    clocks = _running(ClockKind(rule.kind), seen_by)
    book, moving = _book_of(clocks, now, seen_by, without=rule.pk), rule.as_rule()
    return [one for one in clocks if _days_moved(book, one, moving)]


def days_to_come(*, clocks: Collection[Clock], now: datetime, seen_by: Actor) -> dict[int, date]:
    """The last days that rules which have yet to begin will give these clocks, by clock, where they differ."""
    mine = [one for one in clocks if one.is_open and one.ends_at > now]
    book = _book_of(mine, now, seen_by)
    coming = {one.pk: book.reckon(one, one.participant.office, until=_END) for one in mine}
    return {one.pk: coming[one.pk].last_day for one in mine if coming[one.pk].rule.number != one.rule_id}


def _running(kind: ClockKind, seen_by: Actor) -> list[Clock]:
    running = Clock.objects.filter(kind=kind, stopped_at__isnull=True, participant__in=participants(seen_by=seen_by))
    return list(running.select_related("participant__office"))


def _book_of(clocks: Collection[Clock], now: datetime, seen_by: Actor, without: int | None = None) -> Almanac:
    offices = {one.participant.office for one in clocks}
    book = almanac_for(clocks=clocks, offices=offices, now=now, seen_by=seen_by)
    rules = {kind: [one for one in rules if one.number != without] for kind, rules in book.rules.items()}
    return replace(book, rules=rules)


def _days_moved(book: Almanac, clock: Clock, rule: Rule) -> int:
    """By how many days this rule moves the last day of this clock."""
    office = clock.participant.office
    with_it = book.reckon(clock, office, until=_END, extra=[rule])
    return (with_it.last_day - book.reckon(clock, office, until=_END).last_day).days
