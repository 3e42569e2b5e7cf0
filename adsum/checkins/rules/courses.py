"""How check-ins went, in numbers: as recorded, under the rules of today, under proposed ones. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from math import sqrt
from typing import NamedTuple

from adsum.checkins.rules.credit import Span
from adsum.checkins.rules.duties import ExcuseReason, Outcome
from adsum.checkins.rules.past import Life, PastDuty, PastReport, RaisedFlag
from adsum.checkins.rules.replay import Stand
from adsum.checkins.rules.reports import Concern
from adsum.flags.rules import Reason

REPLAYED_FLAGS = frozenset(
    {Reason.MISSED_CHECK_IN, Reason.LATE_REPORT, Reason.CHECK_IN_CONCERN, Reason.NEVER_SIGNED_IN}
)
_BY_RULES = frozenset(
    {
        ExcuseReason.IN_LINE,
        ExcuseReason.OFFLINE,
        ExcuseReason.FAILED_TRY,
        ExcuseReason.OUTAGE,
        ExcuseReason.SWITCHED_OFF,
    }
)
CONFIDENCE = 1.96  # standard deviations: 95 times in 100 the interval holds the truth


class World(StrEnum):
    """Under which rules a check-in is looked at."""

    RECORDED = "recorded"
    CURRENT = "current"
    PROPOSED = "proposed"


class Course(NamedTuple):
    """How one check-in went. `turned_out_fine`: marked missed, but reported soon after or excused."""

    outcome: Outcome | None
    excuse: ExcuseReason | None
    reminders: int
    on_time: bool
    late: bool
    missed: bool
    credited: bool
    excused: bool
    never_in: bool
    turned_out_fine: bool


def course_of(stand: Stand, *, reminders: int, fine_days: int) -> Course:
    """How a check-in goes in a replay."""
    return _course(
        outcome=stand.outcome,
        excuse=stand.excuse,
        reminders=reminders,
        report_at=stand.report_at,
        is_late=stand.is_late,
        missed_after=stand.missed_after,
        was_missed=stand.missed_at is not None,
        was_moved=stand.was_moved,
        fine_days=fine_days,
    )


def recorded_course(past: PastDuty, *, report: PastReport | None, flagged: frozenset[str], fine_days: int) -> Course:
    """How a check-in really went. `flagged`: what the flags of missed check-ins were about."""
    return _course(
        outcome=past.outcome,
        excuse=past.excuse,
        reminders=past.reminders,
        report_at=report.received_at if report else None,
        is_late=report is not None and Concern.LATE in report.concerns,
        missed_after=past.missed_after,
        was_missed=past.outcome == Outcome.MISSED or f"duty:{past.id}" in flagged,
        was_moved=past.was_moved,
        fine_days=fine_days,
    )


def _course(
    *,
    outcome: Outcome | None,
    excuse: ExcuseReason | None,
    reminders: int,
    report_at: datetime | None,
    is_late: bool,
    missed_after: datetime,
    was_missed: bool,
    was_moved: bool,
    fine_days: int,
) -> Course:
    came = report_at is not None
    soon = report_at is not None and report_at - missed_after <= timedelta(days=fine_days)
    return Course(
        outcome=outcome,
        excuse=excuse,
        reminders=reminders,
        on_time=came and not is_late,
        late=is_late,
        missed=was_missed,
        credited=was_moved or excuse in _BY_RULES,
        excused=excuse == ExcuseReason.OFFICER,
        never_in=excuse == ExcuseReason.NEVER_SIGNED_IN,
        turned_out_fine=was_missed and (soon or outcome == Outcome.EXCUSED),
    )


@dataclass
class Tally:
    """How many check-ins of a kind there were."""

    check_ins: int = 0
    reminded: int = 0
    on_time: int = 0
    late: int = 0
    missed: int = 0
    turned_out_fine: int = 0
    credited: int = 0
    excused: int = 0
    never_in: int = 0
    still_open: int = 0

    def count(self, course: Course) -> None:
        """Count one check-in."""
        self.check_ins += 1
        self.reminded += course.reminders
        self.on_time += course.on_time
        self.late += course.late
        self.missed += course.missed
        self.turned_out_fine += course.turned_out_fine
        self.credited += course.credited
        self.excused += course.excused
        self.never_in += course.never_in
        self.still_open += course.outcome is None

    def add(self, other: Tally) -> None:
        """Count what another tally has counted."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)

    @property
    def miss_rate(self) -> float:
        """The share of check-ins that are marked missed."""
        return self.missed / self.check_ins if self.check_ins else 0.0


def tally_of(courses: Iterable[Course]) -> Tally:
    """These courses in numbers."""
    tally = Tally()
    for course in courses:
        tally.count(course)
    return tally


@dataclass
class Workload:
    """The flags that officers get. An officer is a number; who has none is counted for the office."""

    flags: Counter[Reason] = field(default_factory=Counter)
    per_day: Counter[tuple[int, int, date]] = field(default_factory=Counter)

    def count(self, flag: RaisedFlag, *, office_id: int, officer_id: int, day: date) -> None:
        """Count one flag for whoever gets it, on the office's day."""
        self.flags[flag.reason] += 1
        self.per_day[office_id, officer_id, day] += 1

    def mean(self, *, officers: int, days: int) -> float:
        """Flags per officer and day."""
        return self.flags.total() / (officers * days) if officers and days else 0.0

    @property
    def busiest(self) -> int:
        """The most flags that one officer got on one day."""
        return max(self.per_day.values(), default=0)

    @property
    def busiest_day(self) -> date | None:
        """The first day on which somebody got the most."""
        most = self.busiest
        return min((key[2] for key, count in self.per_day.items() if count == most), default=None)


class Dimension(StrEnum):
    """By what people are put in groups."""

    LANGUAGE = "language"
    DEVICE = "device"
    OFFICE = "office"
    LEVEL = "level"


@dataclass
class Group:
    """People with something in common. `newly`: who misses a check-in only under the proposal; `spared`: no longer."""

    people: int = 0
    newly: int = 0
    spared: int = 0
    tallies: dict[World, Tally] = field(default_factory=lambda: {world: Tally() for world in World})

    @property
    def rise(self) -> float:
        """By how much the share of missed check-ins rises."""
        return self.tallies[World.PROPOSED].miss_rate - self.tallies[World.CURRENT].miss_rate


class Interval(NamedTuple):
    """A share, and between what it lies 95 times in 100."""

    share: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.share:.1%} ({self.low:.1%} to {self.high:.1%})"


def wilson(hits: int, of: int) -> Interval:
    """A share with its interval after Wilson (1927), which holds for few and for rare as well."""
    if not of:
        return Interval(0.0, 0.0, 1.0)
    share, square = hits / of, CONFIDENCE**2
    middle = (share + square / (2 * of)) / (1 + square / of)
    reach = CONFIDENCE / (1 + square / of) * sqrt(share * (1 - share) / of + square / (4 * of * of))
    return Interval(share, max(0.0, middle - reach), min(1.0, middle + reach))


@dataclass(frozen=True)
class Finding:
    """A group that a proposal hurts more than the others, by people who newly miss a check-in."""

    dimension: Dimension
    value: str
    group: Interval
    rest: Interval
    people: int


def hurt_groups(groups: dict[tuple[Dimension, str], Group]) -> list[Finding]:
    """The groups of which more people newly miss a check-in than of all others; the intervals do not meet.

    People are counted, not check-ins: what one person misses twice is no second proof.
    """
    found = []
    for (dimension, value), group in groups.items():
        others = [other for (kind, name), other in groups.items() if kind == dimension and name != value]
        here = wilson(group.newly, group.people)
        rest = wilson(sum(one.newly for one in others), sum(one.people for one in others))
        if others and group.rise > 0 and here.low > rest.high:
            found.append(Finding(dimension, value, here, rest, group.people))
    return sorted(found, key=lambda one: one.group.share - one.rest.share, reverse=True)


class Difference(NamedTuple):
    """Where the rules that held do not give what is recorded. `about`: duty:7, report:9 or person:3."""

    recorded: str
    replayed: str
    about: str


def differences_of(
    life: Life, *, recorded: Iterable[tuple[PastDuty, Course]], replayed: Iterable[Course], flags: list[RaisedFlag],
    within: Span,
) -> list[Difference]:  # fmt: skip
    """Outcomes and flags of one person that a replay gives otherwise than they are recorded."""
    found = [
        Difference(_words(really), _words(again), f"duty:{past.id}")
        for (past, really), again in zip(recorded, replayed, strict=True)
        if _words(really) != _words(again)
    ]
    kept, raised = (
        Counter((one.reason, one.about) for one in some if within.began_at <= one.at < within.ended_at)
        for some in (life.flags, flags)
    )
    for reason, about in sorted((kept - raised).elements()):
        found.append(Difference(f"flag {reason}", "no flag", about or f"person:{life.person_id}"))
    for reason, about in sorted((raised - kept).elements()):
        found.append(Difference("no flag", f"flag {reason}", about or f"person:{life.person_id}"))
    return found


def _words(course: Course) -> str:
    outcome = f"{course.outcome or 'open'}" + (f" ({course.excuse})" if course.excuse else "")
    return outcome + (", marked missed before" if course.missed and course.outcome != Outcome.MISSED else "")


_KINDS = (("android", "Android"), ("iphone", "iPhone or iPad"), ("ipad", "iPhone or iPad"), ("kaios", "KaiOS"))
_COMPUTERS = ("windows", "macintosh", "cros", "x11", "linux")
NOT_KNOWN = "not known"


def device_kind(browser: str) -> str:
    """What a browser's own words (User-Agent) say of the device; “not known” where they say nothing."""
    said = browser.lower()
    named = next((kind for word, kind in _KINDS if word in said), "")
    if named:
        return named
    return "computer" if any(word in said for word in _COMPUTERS) else NOT_KNOWN
