"""One clock starts, stands, goes on, and stops."""

from datetime import datetime

from django.db import transaction

from adsum.core.text import clean_line
from adsum.flags.actions import lapse_flags
from adsum.flags.rules import Reason
from adsum.law.actions.reckoning import reckon_clocks
from adsum.law.models import Clock
from adsum.law.past_queries import almanac_for
from adsum.law.policy import LawPolicy
from adsum.law.rules import ClockKind, default_rule
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES, Actor
from adsum.people.models import Participant
from adsum.policies.queries import in_force


class ClockRefused(Exception):
    """This clock cannot be paused or go on; the message says why."""


def start_clock(
    *,
    kind: ClockKind,
    participant_id: int,
    about: str,
    counted_from: datetime,
    now: datetime,
    posted: bool = False,
    actor: Actor = RULES,
) -> Clock:
    """The time begins to run; where it runs already it is that clock, and is not started anew.

    `counted_from`: when the request, the decision or the appeal reached whom it was for, or, if `posted`, was sent.
    """
    with transaction.atomic():
        person = Participant.objects.select_for_update(no_key=True, of=("self",)).select_related("office")
        who = person.get(pk=participant_id)
        running = Clock.objects.filter(about=about, kind=kind, stopped_at__isnull=True).first()
        if running is not None:
            return running
        office = who.office
        clock = Clock(
            kind=kind,
            participant=who,
            about=about,
            counted_from=counted_from,
            counted_on=counted_from.astimezone(office.zone).date(),
            posted=posted,
        )
        book = almanac_for(clocks=[clock], offices=[office], now=now, seen_by=RULES)
        today = now.astimezone(office.zone).date()
        book.lay(clock, book.reckon(clock, office, until=today), office)
        clock.save()
        _remember("clock.started", clock, actor, now)
    return clock


def stop_clock(*, about: str, kind: ClockKind, why: str, now: datetime, actor: Actor = RULES) -> Clock | None:
    """What it ran for has happened. None where none runs: stopping twice is stopping once."""
    with transaction.atomic():
        clock = _running(about, kind)
        if clock is None:
            return None
        _end_pause(clock, now)
        clock.stopped_at, clock.stopped_why = now, clean_line(why) or "stopped"
        clock.save(update_fields=["stopped_at", "stopped_why", "paused_at", "paused_why", "pauses"])
        ground = "What was owed has been done."
        lapse_flags(about=[clock.flag_about], reasons=[Reason.CLOCK_LATE], why=ground, now=now)
        _remember("clock.stopped", clock, actor, now)
    return clock


def pause_clock(*, about: str, kind: ClockKind, why: str, now: datetime, actor: Actor = RULES) -> Clock:
    """The agency waits for the person: until it goes on, no day counts. Raises ClockRefused."""
    with transaction.atomic():
        clock = _running(about, kind)
        if clock is None or clock.ends_at <= now:
            raise ClockRefused("No clock runs about this, or its last day is over.")
        if not _may_stand(clock, now):
            raise ClockRefused("The rule of this clock does not let it be paused.")
        words = clean_line(why)
        if not words:
            raise ClockRefused("Say why it is paused.")
        if clock.paused_at is None:
            clock.paused_at, clock.paused_why = now, words
            clock.save(update_fields=["paused_at", "paused_why"])
            _remember("clock.paused", clock, actor, now)
    return clock


def resume_clock(*, about: str, kind: ClockKind, now: datetime, actor: Actor = RULES) -> Clock:
    """It goes on, and its last day is so much later; the person is told. Raises ClockRefused where none runs."""
    with transaction.atomic():
        clock = _running(about, kind)
        if clock is None:
            raise ClockRefused("No clock runs about this.")
        if clock.paused_at is not None:
            _end_pause(clock, now)
            clock.save(update_fields=["paused_at", "paused_why", "pauses"])
            _remember("clock.resumed", clock, actor, now)
            reckon_clocks(clocks=Clock.objects.filter(pk=clock.pk), now=now)
            clock.refresh_from_db()
    return clock


def _running(about: str, kind: ClockKind) -> Clock | None:
    running = Clock.objects.filter(about=about, kind=kind, stopped_at__isnull=True)
    return running.select_for_update(of=("self",)).select_related("rule").first()


def _may_stand(clock: Clock, now: datetime) -> bool:
    if clock.rule is not None:
        return clock.rule.tolls_request
    return default_rule(ClockKind(clock.kind), policy=in_force(LawPolicy, now=now)).tolls_request


def _end_pause(clock: Clock, now: datetime) -> None:
    if clock.paused_at is not None:
        clock.pauses = [*clock.pauses, [clock.paused_at.isoformat(), now.isoformat(), clock.paused_why]]
        clock.paused_at, clock.paused_why = None, ""


def _remember(verb: str, clock: Clock, actor: Actor, now: datetime) -> None:
    record(
        verb=verb,
        actor=actor,
        now=now,
        subject=clock,
        participant_id=clock.participant_id,
        policy=clock.policy,
        kind=clock.kind,
        about=clock.about,
        last_day=clock.last_day.isoformat(),
    )


def forget(*, before: datetime, now: datetime) -> None:
    """Erase clocks that stopped before this moment; the rules of law stay."""
    with transaction.atomic():
        count, _ = Clock.objects.filter(stopped_at__lt=before).delete()
        policy = in_force(LawPolicy, now=now).version
        record(verb="clocks.forgotten", actor=RULES, now=now, policy=policy, count=count)
