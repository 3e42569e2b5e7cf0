"""A proposed policy, tried on the recorded past of everybody. Pure, and the same each time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from adsum.checkins.policy import CheckinPolicy
from adsum.checkins.rules.courses import (
    Course,
    Difference,
    Dimension,
    Finding,
    Group,
    Tally,
    Workload,
    World,
    course_of,
    differences_of,
    hurt_groups,
    recorded_course,
    tally_of,
)
from adsum.checkins.rules.credit import Span
from adsum.checkins.rules.past import Life, RaisedFlag
from adsum.checkins.rules.replay import Almanac, Ground, Knobs, KnobsAt, Replay, count_reminders
from adsum.core.knobs import Policy
from adsum.notices.policy import NoticesPolicy
from adsum.places.policy import PlacesPolicy
from adsum.policies.rules import BadPolicy, Book, Scope, read_values

KINDS: dict[str, type[Policy]] = {"checkins": CheckinPolicy, "notices": NoticesPolicy, "places": PlacesPolicy}
_OF_CHECKINS = """
    grace_hours window_days line_credit_hours reported_try_credit_hours noted_try_credit_hours last_chance_hours
    outage_counts_minutes offline_credit_days clock_slack_minutes unlocated_needs_look coarse_needs_look
    stale_needs_look far_needs_look too_fast_needs_look other_country_needs_look closed_moves_deadline
    doubt_after_seconds excuse_hold_days excuse_more_hours excuse_refused_hours
"""
_OF_NOTICES = """
    first_reminder_days second_reminder_days last_reminder_days remind_on_the_day latest_hour least_spread_minutes
"""
_OF_PLACES = """
    satellite_within_m network_within_m stale_after_minutes far_from_address_km fastest_kmh travel_at_least_km
"""
REPLAYED: dict[type[Policy], frozenset[str]] = {
    CheckinPolicy: frozenset(_OF_CHECKINS.split()),
    NoticesPolicy: frozenset(_OF_NOTICES.split()),
    PlacesPolicy: frozenset(_OF_PLACES.split()),
}
MARGIN = timedelta(days=60)  # longer than any window: what neighbours of a duty were answered by
NAMED = 20


@dataclass(frozen=True)
class Proposal:
    """Knobs to try in a scope. `replaces`: they take the place of the version there, instead of adding to it."""

    name: str
    scope: Scope
    values: Mapping[type[Policy], Mapping[str, Any]]
    replaces: bool = False
    version_id: int = 0

    @property
    def not_replayed(self) -> list[str]:
        """The knobs that no replay can try: they decide about what came before a check-in, or after its flag."""
        return [
            name for kind, knobs in self.values.items() for name in knobs if name not in REPLAYED.get(kind, frozenset())
        ]


def read_proposal(raw: Any, *, name: str, offices: Mapping[str, int]) -> Proposal:
    """A proposal from JSON: knobs per policy, and the office's code and level where it holds. Raises BadPolicy."""
    if not isinstance(raw, dict) or not raw:
        raise BadPolicy('write knobs per policy, such as {"checkins": {"grace_hours": 48}}')
    code, level = raw.get("office") or "", raw.get("level") or ""
    if code and code not in offices:
        raise BadPolicy(f"office {code}: there is none with this code; there is {', '.join(sorted(offices)) or 'none'}")
    if not isinstance(level, str):
        raise BadPolicy("level: a text is needed, such as check-in")
    scope = Scope(offices[code] if code else None, level)
    policies = {key: knobs for key, knobs in raw.items() if key not in ("office", "level")}
    if not policies:
        raise BadPolicy(f"there is no knob to try: name a policy ({', '.join(KINDS)}) and its knobs")
    return Proposal(name, scope, {kind_of(key): _read(key, knobs, scope) for key, knobs in policies.items()})


def kind_of(name: str) -> type[Policy]:
    """The policy of this name, of those that are replayed. Raises BadPolicy."""
    for domain, kind in KINDS.items():
        if name in (domain, kind.__name__):
            return kind
    raise BadPolicy(f"{name}: only these policies can be tried on the past: {', '.join(KINDS)}")


def _read(name: str, knobs: Any, scope: Scope) -> dict[str, Any]:
    if not isinstance(knobs, dict):
        raise BadPolicy(f"{name}: its knobs are needed, such as {{'grace_hours': 48}}")
    return read_values(kind_of(name), knobs, reach=scope.reach)


class Rulebook:
    """What holds for whom in the three worlds: as it held then, as it holds now, and as it is proposed."""

    def __init__(self, book: Book, proposal: Proposal, *, now: datetime) -> None:
        self._book, self._now = book, now
        self._tried = book
        for kind, values in proposal.values.items():
            self._tried = self._tried.trying(
                kind, proposal.scope, values, at=now, replaces=proposal.replaces, number=proposal.version_id
            )
        self._known: dict[tuple[int, str, bool], Knobs] = {}

    def held(self, office_id: int) -> KnobsAt:
        """What held at each moment."""
        return lambda level, at: _knobs(self._book, office_id, level, at)

    def current(self, office_id: int) -> KnobsAt:
        """What holds now."""
        return lambda level, at: self._at_once(office_id, level, tried=False)

    def proposed(self, office_id: int) -> KnobsAt:
        """What would hold."""
        return lambda level, at: self._at_once(office_id, level, tried=True)

    def changes(self, office_id: int, levels: Iterable[str]) -> bool:
        """True where the proposal changes anything for people of this office and these levels."""
        return any(
            self._at_once(office_id, level, tried=True) != self._at_once(office_id, level, tried=False)
            for level in levels
        )

    @cached_property
    def never_changed(self) -> bool:
        """True where what held is what holds: there are no versions yet."""
        return self._book.is_empty

    def _at_once(self, office_id: int, level: str, *, tried: bool) -> Knobs:
        key = (office_id, level, tried)
        found = self._known.get(key)
        if found is None:
            book = self._tried if tried else self._book
            found = self._known[key] = _knobs(book, office_id, level, self._now)
        return found


def _knobs(book: Book, office_id: int, level: str, at: datetime) -> Knobs:
    scope = Scope(office_id, level)
    return Knobs(
        book.find(CheckinPolicy, at=at, scope=scope),
        book.find(NoticesPolicy, at=at, scope=scope),
        book.find(PlacesPolicy, at=at, scope=scope),
    )


class Outlook(NamedTuple):
    """One person in one world: how each check-in of the period went, and the flags."""

    courses: list[Course]
    flags: list[RaisedFlag]


@dataclass
class Simulation:
    """What a proposal would have done, beside what happened. Feed it lives; then ask."""

    proposal: Proposal
    since: date
    until: date
    rules: Rulebook
    ground: Ground
    fine_days: int
    people: int = 0
    tallies: dict[World, Tally] = field(default_factory=lambda: {world: Tally() for world in World})
    workloads: dict[World, Workload] = field(default_factory=lambda: {world: Workload() for world in World})
    groups: dict[tuple[Dimension, str], Group] = field(default_factory=dict)
    officers: set[tuple[int, int]] = field(default_factory=set)
    differences: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: list[Difference] = field(default_factory=list)
    newly_missed: int = 0
    spared: int = 0
    almanac: Almanac = field(default_factory=Almanac)

    @property
    def days(self) -> int:
        """How many days the period has."""
        return (self.until - self.since).days + 1

    @property
    def hurt(self) -> list[Finding]:
        """The groups that the proposal hurts more than the others."""
        return hurt_groups(self.groups)

    def add(self, life: Life) -> None:
        """Live one person's past through once more."""
        if not any(self._counts(past.due_on) for past in life.duties):
            return
        self.people += 1
        self.officers.add((life.office_id, life.officer_id or 0))
        levels = {past.level for past in life.duties}
        recorded = self._recorded(life)
        current = self._lived(life, self.rules.current(life.office_id))
        held = current if self.rules.never_changed else self._lived(life, self.rules.held(life.office_id))
        changed = self.rules.changes(life.office_id, levels)
        proposed = self._lived(life, self.rules.proposed(life.office_id)) if changed else current
        outlooks = {World.RECORDED: recorded, World.CURRENT: current, World.PROPOSED: proposed}
        self._compare(life, recorded, held)
        mine = {world: tally_of(outlook.courses) for world, outlook in outlooks.items()}
        for world, outlook in outlooks.items():
            self.tallies[world].add(mine[world])
            self._count_flags(life, world, outlook.flags)
        self._count_groups(life, outlooks, mine)

    def _counts(self, due_on: date) -> bool:
        return self.since <= due_on <= self.until

    def _lived(self, life: Life, knobs: KnobsAt) -> Outlook:
        replay = Replay(life, knobs=knobs, ground=self.ground, almanac=self.almanac)
        reminders = count_reminders(replay.stands, life, now=self.ground.now, almanac=self.almanac)
        courses = [
            course_of(stand, reminders=count, fine_days=self.fine_days)
            for stand, count in zip(replay.stands, reminders, strict=True)
            if self._counts(stand.past.due_on)
        ]
        return Outlook(courses, replay.flags)

    def _recorded(self, life: Life) -> Outlook:
        flagged = frozenset(flag.about for flag in life.flags)
        answers = {report.duty_id: report for report in reversed(life.reports) if report.duty_id}
        courses = [
            recorded_course(past, report=answers.get(past.id), flagged=flagged, fine_days=self.fine_days)
            for past in life.duties
            if self._counts(past.due_on)
        ]
        return Outlook(courses, life.flags)

    def _compare(self, life: Life, recorded: Outlook, held: Outlook) -> None:
        pasts = [past for past in life.duties if self._counts(past.due_on)]
        found = differences_of(
            life,
            recorded=zip(pasts, recorded.courses, strict=True),
            replayed=held.courses,
            flags=held.flags,
            within=self._span(life),
        )
        self.differences.update((one.recorded, one.replayed) for one in found)
        self.examples += found[: NAMED - len(self.examples)] if len(self.examples) < NAMED else []

    def _span(self, life: Life) -> Span:
        ends = datetime.combine(self.until + timedelta(days=1), time(), life.zone)
        begins = datetime.combine(self.since, time(), life.zone)
        return Span(begins.astimezone(UTC), ends.astimezone(UTC))

    def _count_flags(self, life: Life, world: World, flags: Iterable[RaisedFlag]) -> None:
        for flag in flags:
            day = flag.at.astimezone(life.zone).date()
            if self._counts(day):
                self.workloads[world].count(flag, office_id=life.office_id, officer_id=life.officer_id or 0, day=day)

    def _count_groups(self, life: Life, outlooks: dict[World, Outlook], mine: dict[World, Tally]) -> None:
        levels = [past.level for past in life.duties if self._counts(past.due_on)]
        pairs = list(zip(outlooks[World.CURRENT].courses, outlooks[World.PROPOSED].courses, strict=True))
        newly = sum(after.missed and not before.missed for before, after in pairs)
        spared = sum(before.missed and not after.missed for before, after in pairs)
        self.newly_missed, self.spared = self.newly_missed + newly, self.spared + spared
        for dimension, value in (
            (Dimension.LANGUAGE, life.language),
            (Dimension.DEVICE, life.device),
            (Dimension.OFFICE, str(life.office_id)),
            (Dimension.LEVEL, levels[-1]),
        ):
            group = self.groups.setdefault((dimension, value), Group())
            group.people += 1
            group.newly += newly > 0
            group.spared += spared > 0
            for world, tally in mine.items():
                group.tallies[world].add(tally)


def simulate(simulation: Simulation, lives: Iterable[list[Life]]) -> Iterator[int]:
    """Feed it batch by batch, and say after each how many people were looked at."""
    looked_at = 0
    for batch in lives:
        for life in batch:
            simulation.add(life)
        looked_at += len(batch)
        yield looked_at
