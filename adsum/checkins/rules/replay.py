"""One person's recorded check-ins, lived through once more under other rules. Pure: the past in, what would be, out.

What people did stays as it was: when they reported, tried, and were excused by a person. What rules made of it is
worked out anew, by the same rules that are asked in earnest.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from heapq import heapify, heappop, heappush
from typing import NamedTuple
from zoneinfo import ZoneInfo

from adsum.checkins.policy import CheckinPolicy
from adsum.checkins.rules.credit import Span, credited_deadline, in_doubt_until, merge_spans, not_in_doubt
from adsum.checkins.rules.duties import (
    ExcuseReason,
    Outcome,
    Term,
    end_of_day,
    moved_by_closed_days,
    nearest_duty,
    term_of,
)
from adsum.checkins.rules.past import Life, PastDuty, PastReport, RaisedFlag
from adsum.checkins.rules.reports import Concern, ReportFacts, concerns_about
from adsum.checkins.rules.sending import counts_from, made_at
from adsum.flags.rules import Reason
from adsum.notices.policy import NoticesPolicy
from adsum.notices.rules import steps_of
from adsum.places.policy import PlacesPolicy
from adsum.places.rules import UNLOCATED, PlaceClass, is_far, is_stale, is_too_fast, is_vague


class Knobs(NamedTuple):
    """The policies that a replay asks."""

    checkins: CheckinPolicy
    notices: NoticesPolicy
    places: PlacesPolicy


KnobsAt = Callable[[str, datetime], Knobs]  # what holds for people of a level at a moment, in one office


class Ground:
    """What was the same for everybody: outages, silences of the public address, times in which nothing was swept."""

    def __init__(
        self, *, outages: Iterable[Span], idle: Iterable[Span], now: datetime, silences: Iterable[Span] = ()
    ) -> None:
        self.now = now
        self._silences = list(silences)
        self._outages = sorted(outages, key=lambda one: one.ended_at)
        self._ends = [one.ended_at for one in self._outages]
        self._idle = merge_spans(idle)
        self._idle_from = [one.began_at for one in self._idle]

    def swept_at(self, deadline: datetime) -> datetime:
        """When a duty with this deadline is looked at: at once, but where the record shows that nothing was swept."""
        place = bisect_right(self._idle_from, deadline) - 1
        return max(deadline, self._idle[place].ended_at) if place >= 0 else deadline

    def doubt(self, at: datetime, policy: CheckinPolicy) -> Span | None:
        """The silence of which nobody knew at this moment whether it would become an outage."""
        silence = next((one for one in self._silences if one.began_at < at < one.ended_at), None)
        known_at = in_doubt_until(silence.began_at, now=at, policy=policy) if silence else None
        return Span(silence.began_at, known_at) if silence and known_at else None

    def known(self, *, since: datetime, at: datetime, policy: CheckinPolicy) -> list[Span]:
        """The outages since then that are known at this moment; one that goes on ends now, once it is long enough."""
        found = self._outages[bisect_left(self._ends, since) : bisect_right(self._ends, at)]
        enough = timedelta(minutes=policy.outage_counts_minutes)
        going_on = (one.began_at for one in self._outages[bisect_right(self._ends, at) :])
        return found + [Span(began, at) for began in going_on if at - began >= enough]

    def found_later(self, at: datetime) -> Iterator[Span]:
        """The outages that ended after this moment."""
        yield from self._outages[bisect_right(self._ends, at) :]


@dataclass(slots=True)
class Stand:
    """One duty in the replay."""

    past: PastDuty
    knobs: Knobs
    term: Term
    due_on: date
    due_at: datetime
    missed_after: datetime
    outcome: Outcome | None = None
    excuse: ExcuseReason | None = None
    settled_at: datetime | None = None
    missed_at: datetime | None = None
    report_at: datetime | None = None
    is_late: bool = False
    was_moved: bool = False

    def settle(self, outcome: Outcome, at: datetime, excuse: ExcuseReason | None = None) -> None:
        """This is how it ends, until something mends it."""
        self.outcome, self.settled_at, self.excuse = outcome, at, excuse


class Almanac:
    """Terms and reminder days, worked out once for all who share them."""

    def __init__(self) -> None:
        self._terms: dict[tuple[object, ...], Term] = {}
        self._reminders: dict[tuple[object, ...], tuple[datetime, ...]] = {}
        self._kept: dict[int, object] = {}

    def term(self, past: PastDuty, zone: ZoneInfo, policy: CheckinPolicy) -> Term:
        """The term of this duty."""
        since = past.since if past.previous_due_on is None else None
        key = (past.first_day, past.previous_due_on, since, zone.key, self._known(policy))
        found = self._terms.get(key)
        if found is None:
            found = self._terms[key] = term_of(
                past.first_day, previous_due_on=past.previous_due_on, since=past.since, zone=zone, policy=policy
            )
        return found

    def reminders(self, due_on: date, zone: ZoneInfo, policy: NoticesPolicy) -> tuple[datetime, ...]:
        """When the reminders of a due day are made: the evening before each step's day."""
        key = (due_on, zone.key, self._known(policy))
        found = self._reminders.get(key)
        if found is None:
            found = self._reminders[key] = tuple(sorted(reminded_at(due_on, zone=zone, policy=policy)))
        return found

    def _known(self, policy: object) -> int:
        """A policy's number; the policy is kept, so that no other one gets it."""
        self._kept[id(policy)] = policy
        return id(policy)


def reminded_at(due_on: date, *, zone: ZoneInfo, policy: NoticesPolicy) -> Iterator[datetime]:
    """When the reminders of a due day are made: once so little of the day before is left that they go the next day."""
    for step in steps_of(policy):
        evening = datetime.combine(due_on - timedelta(days=step + 1), time(policy.latest_hour), zone)
        yield evening.astimezone(UTC) - timedelta(minutes=policy.least_spread_minutes)


REPORT, EXCUSE, HOLD, SWEEP, MEND = range(5)  # of what happens in the same moment, what helps the person comes first


class Replay:
    """One life under one set of rules: `stands` says how each duty ends, `flags` what an officer gets to see."""

    def __init__(self, life: Life, *, knobs: KnobsAt, ground: Ground, almanac: Almanac) -> None:
        self._life, self._knobs, self._ground = life, knobs, ground
        self.stands = [self._begin(past, almanac) for past in life.duties]
        self.flags: list[RaisedFlag] = []
        self._to_open = sorted(self.stands, key=_answerable_from, reverse=True)
        self._opened: list[Stand] = []
        self._events = [
            *((ground.swept_at(one.missed_after), SWEEP, place) for place, one in enumerate(self.stands)),
            *((one.received_at, REPORT, place) for place, one in enumerate(life.reports)),
            *(
                (one.person_excused_at, EXCUSE, place)
                for place, one in enumerate(life.duties)
                if one.person_excused_at is not None
            ),
            *((one.at, HOLD, place) for place, one in enumerate(life.holds)),
        ]
        heapify(self._events)
        self._run()

    def _begin(self, past: PastDuty, almanac: Almanac) -> Stand:
        """As it was made, on the day for which it was made, by the rules of that moment."""
        knobs = self._knobs(past.level, past.made_at)
        term = almanac.term(past, self._life.zone, knobs.checkins)
        if past.is_given:
            term = Term(past.opened_at, term.due_at, term.missed_after)
        return Stand(past, knobs, term, past.first_day, term.due_at, term.missed_after)

    def _run(self) -> None:
        does = {
            SWEEP: self._sweep, REPORT: self._receive, EXCUSE: self._excuse, MEND: self._mend, HOLD: self._hold,
        }  # fmt: skip
        while self._events and self._events[0][0] <= self._ground.now:
            at, kind, place = heappop(self._events)
            does[kind](place, at)

    def _rules(self, stand: Stand, at: datetime) -> CheckinPolicy:
        return self._knobs(stand.past.level, at).checkins

    def _credited(self, stand: Stand, at: datetime) -> datetime:
        """When this duty is missed, by what is known at this moment."""
        policy = self._rules(stand, at)
        planned = moved_by_closed_days(
            stand.term.missed_after,
            due_on=stand.due_on,
            closed=self._life.closed_by(at),
            zone=self._life.zone,
            policy=policy,
        )
        doubt = self._ground.doubt(at, policy)
        tries = [one.tried for one in self._life.tries if one.known_at <= at and one.tried.at >= stand.term.opens_at]
        since = planned - timedelta(hours=policy.last_chance_hours)
        outages = self._ground.known(since=since, at=at, policy=policy)
        if not tries and not outages:
            return not_in_doubt(planned, doubt=doubt)
        return not_in_doubt(credited_deadline(planned, tries=tries, outages=outages, policy=policy), doubt=doubt)

    def _hold(self, place: int, at: datetime) -> None:
        """Somebody asked to be excused, or was answered: an open duty waits, or waits no longer."""
        hold = self._life.holds[place]
        found = next((one for one in enumerate(self.stands) if one[1].past.id == hold.duty_id), None)
        if found is None or found[1].outcome is not None:
            return
        number, stand = found
        if hold.new_day is not None:
            self._give_day(stand, hold.new_day)
        until = hold.until(stand.missed_after, planned=stand.term.missed_after, policy=self._rules(stand, at))
        stand.missed_after, stand.was_moved = until, stand.was_moved or until > stand.missed_after
        heappush(self._events, (self._ground.swept_at(max(until, at)), SWEEP, number))

    def _give_day(self, stand: Stand, day: date) -> None:
        """Another day, with the grace that it had; what had moved its deadline before moves it no more."""
        grace, due_at = stand.term.missed_after - stand.term.due_at, end_of_day(day, self._life.zone)
        stand.term = Term(stand.term.opens_at, due_at, due_at + grace)
        stand.due_on, stand.due_at, stand.missed_after, stand.was_moved = day, due_at, due_at + grace, False

    def _sweep(self, place: int, at: datetime) -> None:
        stand = self.stands[place]
        if stand.outcome is not None:
            return
        until = self._credited(stand, at)
        if until > stand.missed_after:
            stand.missed_after, stand.was_moved = until, True
        if stand.missed_after > at:
            heappush(self._events, (self._ground.swept_at(stand.missed_after), SWEEP, place))
        elif self._life.activated_at is None or self._life.activated_at > at:
            stand.settle(Outcome.EXCUSED, at, ExcuseReason.NEVER_SIGNED_IN)
            self._flag_never_in(at)
        else:
            stand.settle(Outcome.MISSED, at)
            stand.missed_at = at
            self.flags.append(RaisedFlag(at, Reason.MISSED_CHECK_IN, f"duty:{stand.past.id}"))
            self._await_mending(place, at)

    def _flag_never_in(self, at: datetime) -> None:
        """One such flag is open at a time; the next one follows an officer's decision."""
        last = max((one.at for one in self.flags if one.reason == Reason.NEVER_SIGNED_IN), default=None)
        if last is None or any(last < decided <= at for decided in self._life.helped_in_at):
            self.flags.append(RaisedFlag(at, Reason.NEVER_SIGNED_IN, ""))

    def _await_mending(self, place: int, at: datetime) -> None:
        """An outage or a closed day that is found after the marking mends it then."""
        for known_at, day in self._life.closed:
            if known_at > at and day == self.stands[place].due_on:
                heappush(self._events, (known_at, MEND, place))
        policy = self._rules(self.stands[place], at)
        longest = timedelta(hours=max(policy.reported_try_credit_hours, policy.noted_try_credit_hours))
        for outage in self._ground.found_later(at):
            if outage.began_at - longest <= self.stands[place].missed_after:
                heappush(self._events, (outage.ended_at, MEND, place))

    def _mend(self, place: int, at: datetime) -> None:
        stand = self.stands[place]
        if stand.outcome == Outcome.MISSED and self._credited(stand, at) > stand.missed_after:
            closed = any(one == (at, stand.due_on) for one in self._life.closed)
            stand.settle(Outcome.EXCUSED, at, ExcuseReason.OFFICE_CLOSED if closed else ExcuseReason.OUTAGE)

    def _excuse(self, place: int, at: datetime) -> None:
        stand, by_switch = self.stands[place], ExcuseReason.SWITCHED_OFF
        if stand.outcome in (None, Outcome.MISSED):
            stand.settle(Outcome.EXCUSED, at, by_switch if stand.past.excuse == by_switch else ExcuseReason.OFFICER)

    def _receive(self, place: int, at: datetime) -> None:
        report, level = self._life.reports[place], self.stands[-1].past.level if self.stands else ""
        rules = self._knobs(level, at)
        counts = counts_from(at, tried_at=report.tried_at, policy=rules.checkins, sending=report.sending)
        stand = nearest_duty([one for one in self._waiting(at) if one.past.kind == report.kind], at=counts)
        if stand is not None:
            rules = self._knobs(stand.past.level, at)
        facts = _facts_of(report, counts, stand.missed_after if stand else None, rules)
        concerns = concerns_about(facts, policy=rules.checkins)
        was_missed = stand is not None and stand.outcome == Outcome.MISSED
        if stand is not None:
            self._answer(stand, report, counts, Concern.LATE in concerns)
        if concerns:
            late = Concern.LATE in concerns and was_missed
            reason = Reason.LATE_REPORT if late else Reason.CHECK_IN_CONCERN
            self.flags.append(RaisedFlag(at, reason, f"report:{report.id}"))

    def _waiting(self, at: datetime) -> list[Stand]:
        """The duties that a report could answer: open ones whose time has come, missed ones without a report."""
        while self._to_open and _answerable_from(self._to_open[-1]) <= at:
            self._opened.append(self._to_open.pop())
        self._opened = [
            one
            for one in self._opened
            if one.outcome is None or (one.outcome == Outcome.MISSED and one.report_at is None)
        ]
        return self._opened

    def _answer(self, stand: Stand, report: PastReport, counts: datetime, is_late: bool) -> None:
        at = report.received_at
        stand.report_at, stand.is_late = at, is_late
        if stand.outcome is None:
            stand.settle(Outcome.REPORTED, at)
        elif counts <= stand.missed_after:
            in_line = counts == report.tried_at
            stand.settle(Outcome.EXCUSED, at, ExcuseReason.IN_LINE if in_line else ExcuseReason.OFFLINE)
        elif counts <= max(stand.missed_after, self._credited(stand, at)):
            stand.settle(Outcome.EXCUSED, at, ExcuseReason.FAILED_TRY)


def _answerable_from(stand: Stand) -> datetime:
    return max(stand.term.opens_at, stand.past.made_at)


def _facts_of(report: PastReport, counts: datetime, missed_after: datetime | None, rules: Knobs) -> ReportFacts:
    fix, said, places = report.fix, report.concerns, rules.places
    made = made_at(report.sending, received_at=report.received_at, policy=rules.checkins) or report.received_at
    return ReportFacts(
        counts_from=counts,
        missed_after=missed_after,
        lives_there=report.lives_there,
        new_phone=Concern.PHONE_CHANGED in said,
        wants_contact=Concern.WANTS_CONTACT in said,
        answers_need_look=Concern.ANSWER in said,
        located=report.place_class not in UNLOCATED,
        coarse=is_vague(fix.accuracy_m, policy=places)
        if fix
        else report.place_class == PlaceClass.COARSE or Concern.PLACE_COARSE in said,
        stale=is_stale(fix.taken_at, at=made, policy=places) if fix else Concern.PLACE_STALE in said,
        far=is_far(fix.from_address_km or 0, policy=places) if fix else Concern.PLACE_FAR in said,
        too_fast=is_too_fast(fix.from_last_km or 0, fix.from_last_hours or 0, policy=places)
        if fix
        else Concern.PLACE_TOO_FAST in said,
        other_country=Concern.OTHER_COUNTRY in said,
        signed_out=Concern.DEVICE_SIGNED_OUT in said,
        kind=report.kind,
    )


def count_reminders(stands: Sequence[Stand], life: Life, *, now: datetime, almanac: Almanac) -> list[int]:
    """How many reminders each duty has: one a step, while it is open, to who can be reached."""
    if not life.is_reachable:
        return [0] * len(stands)
    counts = []
    for stand in stands:
        moments = almanac.reminders(stand.past.due_on, life.zone, stand.knobs.notices)
        end = now if stand.settled_at is None else min(now, stand.settled_at)
        counts.append(max(0, bisect_left(moments, end) - bisect_left(moments, stand.past.since)))
    return counts
