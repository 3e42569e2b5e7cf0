"""A named officer notes that somebody leaves; and that they are here again."""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import QuerySet

from adsum.checkins.actions import resume_schedule
from adsum.checkins.actions.making import make_ahead
from adsum.checkins.models import Duty, Plan
from adsum.checkins.policy import CheckinPolicy
from adsum.core.text import clean_text
from adsum.court.actions import follow_person
from adsum.flags.actions import raise_flags
from adsum.flags.rules import NewFlag, Reason
from adsum.law.actions import open_easing
from adsum.leaving.actions.ending import end_things
from adsum.leaving.models import Departure
from adsum.leaving.policy import LeavingPolicy
from adsum.leaving.queries import came_back_unasked, claim_person
from adsum.leaving.rules import Left, LeftBecause, erase_on
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES
from adsum.notices.actions import queue_notice
from adsum.notices.rules import NoticeKind
from adsum.offices.models import Staff
from adsum.orders.actions import start_orders
from adsum.orders.models import Order
from adsum.orders.queries import order_in_force
from adsum.orders.rules import Ground, Level
from adsum.people.actions import sign_out_everywhere
from adsum.people.models import Participant
from adsum.people.queries import participants
from adsum.policies.queries import in_force
from adsum.records.actions import resume_watch

DATES_TOLD = 3
LONGEST_EVIDENCE = 4_000
NOT_HERE = "This person is not in your office, or has left already."


class LeavingRefused(Exception):
    """It cannot be noted so; the message says why, in an officer's words."""


def note_departure(*, participant_id: int, left: Left, officer: Staff, now: datetime) -> Departure:
    """Somebody is here no more: all that ends with it ends now, and their file's clock starts. Raises LeavingRefused.

    A move has an action of its own (`move_participant`).
    """
    evidence = clean_text(left.evidence, longest=LONGEST_EVIDENCE)
    policy = in_force(LeavingPolicy, now=now)
    with transaction.atomic():
        person = claim_person(participant_id=participant_id, seen_by=officer.as_actor())
        if person is None or person.left_at is not None:
            raise LeavingRefused(NOT_HERE)
        if left.reason == LeftBecause.MOVED:
            raise LeavingRefused("Choose the office that this person moves to.")
        if not evidence:
            raise LeavingRefused("Say how you know: a paper, an authority, a day.")
        order = order_in_force(participant_id=person.pk, seen_by=RULES)
        ended = end_things(participant=person, why=left.reason, officer=officer, policy=policy.version, now=now)
        silent = now if left.reason == LeftBecause.DIED else None
        Participant.objects.filter(pk=person.pk).update(left_at=now, silent_since=silent)
        if left.reason in policy.signed_out_when:
            sign_out_everywhere(participant=person, actor=officer.as_actor(), now=now)
        departure = Departure.objects.create(
            participant=person,
            reason=left.reason,
            evidence=evidence,
            left_at=now,
            noted_by=officer,
            office=person.office,
            level=order.level if order else "",
            ended=ended,
            policy=policy.version,
            erase_on=erase_on(left.reason, left_on=now.astimezone(person.office.zone).date(), policy=policy),
        )
        _record("participant.left", departure, officer, now, left=left.reason)
        if left.reason in policy.told_when:
            tell_departure(participant=person, departure=departure, now=now)
    return departure


def tell_departure(*, participant: Participant, departure: Departure, now: datetime) -> None:
    """Say to somebody what changes with their leaving, or moving."""
    with transaction.atomic():
        queue_notice(
            kind=NoticeKind.LEFT,
            participant=participant,
            now=now,
            about=f"departure:{departure.pk}",
            policy=departure.policy,
            why=departure.reason,
        )


def bring_back(
    *,
    departure_id: int,
    from_on: date,
    reason: str,
    officer: Staff,
    now: datetime,
    released_on: date | None = None,
) -> Departure:
    """They are here: released, or it was not so. Their check-ins go on from this day. Raises LeavingRefused.

    From `released_on`, the day on which they came out of custody, the days run for asking a judge to ease conditions.
    Nothing of the time between counts against them. Their devices stay as they are; sharing and codes do not return.
    """
    words = clean_text(reason, longest=LONGEST_EVIDENCE)
    with transaction.atomic():
        visible = participants(seen_by=officer.as_actor())
        found = Departure.objects.filter(pk=departure_id, back_at=None, participant__in=visible)
        departure = found.exclude(reason=LeftBecause.MOVED).select_for_update(of=("self",)).first()
        if departure is None or departure.erased_at is not None:
            raise LeavingRefused("This person is here already, or their file is erased.")
        if not words:
            raise LeavingRefused("Say why: the participant and their lawyer can ask for it.")
        person = visible.select_for_update(of=("self",), no_key=True).get(pk=departure.participant_id)
        _check_day(person, from_on, departure, now)
        Participant.objects.filter(pk=person.pk).update(left_at=None, silent_since=None)
        person.left_at = person.silent_since = None
        resume_watch(participant_id=person.pk, now=now)
        departure.back_at, departure.back_by, departure.back_reason = now, officer, words
        departure.save(update_fields=["back_at", "back_by", "back_reason"])
        _record("participant.back", departure, officer, now, left=departure.reason, from_on=from_on.isoformat())
        if departure.reason == LeftBecause.DETAINED:
            _resume(person, departure, from_on, officer, words, now)
            _open_easing(person, departure, released_on, now)
        else:
            _start_again(person, departure, from_on, officer, words, now)
        follow_person(participant_id=person.pk, now=now)
    return departure


def _check_day(person: Participant, from_on: date, departure: Departure, now: datetime) -> None:
    policy = in_force(CheckinPolicy, now=now, office_id=person.office_id, level=departure.level)
    today = now.astimezone(person.office.zone).date()
    soonest, latest = (today + timedelta(days=days) for days in (policy.schedule_notice_days, policy.made_ahead_days))
    if not soonest <= from_on <= latest:
        raise LeavingRefused(f"Choose a first day from {soonest:%B %-d, %Y} to {latest:%B %-d, %Y}.")


def _resume(
    person: Participant, departure: Departure, from_on: date, officer: Staff, words: str, now: datetime
) -> None:
    """Where a schedule waits; the participant learns the days from its own notice."""
    if Plan.objects.filter(participant=person, ended_at=None, paused_at__isnull=False).exists():
        resume_schedule(participant=person, from_on=from_on, reason=words, officer=officer, now=now)


def _open_easing(person: Participant, departure: Departure, released_on: date | None, now: datetime) -> None:
    if released_on is None:
        return
    zone = person.office.zone
    if not departure.left_at.astimezone(zone).date() <= released_on <= now.astimezone(zone).date():
        raise LeavingRefused("The day of release lies between the day they left and today.")
    noon = datetime.combine(released_on, time(12), zone)
    open_easing(participant=person, released_at=min(noon, now), about=f"departure:{departure.pk}", now=now)


def _start_again(
    person: Participant, departure: Departure, from_on: date, officer: Staff, words: str, now: datetime
) -> None:
    """The order and the plan as they were, from this day on."""
    for order in Order.objects.filter(participant=person, ended_at=departure.left_at):
        levels = [(person, Level(order.level))]
        ground, note = Ground(order.ground), order.ground_note
        start_orders(levels=levels, ground=ground, note=note, actor=officer.as_actor(), now=now)
    fresh = [_again(plan, from_on, officer, words, now) for plan in _ended_with(departure)]
    if fresh:
        claimed = [(person.office_id, plan.level, [plan.pk]) for plan in fresh]
        make_ahead(claimed=claimed, now=now)
        days = Duty.objects.filter(plan__in=fresh, outcome__isnull=True).order_by("due_on")
        queue_notice(
            kind=NoticeKind.SCHEDULE_CHANGED,
            participant=person,
            now=now,
            about=f"departure:{departure.pk}",
            policy=departure.policy,
            days=list(days.values_list("due_on", flat=True)[:DATES_TOLD]),
            reason=words,
        )


def _ended_with(departure: Departure) -> QuerySet[Plan]:
    ended = Plan.objects.filter(participant=departure.participant_id, ended_at=departure.left_at)
    return ended.order_by("pk")


def _again(plan: Plan, from_on: date, officer: Staff, words: str, now: datetime) -> Plan:
    return Plan.objects.create(
        participant_id=plan.participant_id,
        kind=plan.kind,
        level=plan.level,
        interval_days=plan.interval_days,
        weekdays=plan.weekdays,
        month_day=plan.month_day,
        next_due_on=plan.rhythm.first_from(from_on),
        started_at=now,
        set_by=officer,
        reason=words,
    )


def flag_unexpected(*, now: datetime) -> int:
    """Who has left and has checked in: an officer looks whether they are here. Returns how many."""
    with transaction.atomic():
        back = list(came_back_unasked(seen_by=RULES).select_for_update(of=("self",), skip_locked=True)[:1_000])
        if not back:
            return 0
        Departure.objects.filter(pk__in=[one.pk for one in back]).update(return_flagged_at=now)
        flags = [NewFlag(one.participant_id, Reason.LEFT_BUT_CAME, f"departure:{one.pk}") for one in back]
        raise_flags(flags=flags, actor=RULES, now=now)
        record(verb="departures.doubted", actor=RULES, now=now, count=len(back))
    return len(back)


def _record(verb: str, departure: Departure, officer: Staff, now: datetime, **facts: object) -> None:
    record(
        verb=verb,
        actor=officer.as_actor(),
        now=now,
        subject=departure,
        participant_id=departure.participant_id,
        policy=departure.policy,
        **facts,
    )
