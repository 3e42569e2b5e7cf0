"""Reaching out after a missed check-in, rung by rung; and what an officer's call came to."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import structlog
from django.db import DatabaseError, connection, transaction
from django.db.models import Exists, OuterRef

from adsum.checkins.models import Duty, Excuse, Plan, Report, Rung
from adsum.checkins.policy import CheckinPolicy, LadderPolicy
from adsum.checkins.queries import find_rung
from adsum.checkins.rules import (
    NEEDLESS,
    OPEN_RUNGS,
    ExcuseReason,
    Outcome,
    RungState,
    Way,
    clock_of,
    end_of_day,
    why_needless,
)
from adsum.core.text import clean_text
from adsum.flags.actions import raise_flags
from adsum.flags.rules import NewFlag, Reason
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES, Actor
from adsum.notices.actions import queue_notice
from adsum.notices.models import Message
from adsum.notices.policy import NoticesPolicy
from adsum.notices.queries import reach_of
from adsum.notices.rules import Channel, MessageKind, NoticeKind, Reach, next_moment, place_of
from adsum.offices.models import Staff
from adsum.pilots.policy import PilotPolicy
from adsum.pilots.rules import Feature, is_on
from adsum.policies.queries import in_force

log = structlog.get_logger(__name__)
STEP_OF_FIRST = 100  # a message's `step` is unique for its duty and channel; a reminder's is a number of days
FOLLOW_UPS_FROM = 1_000  # positions below are the policy's attempts

_END = """
WITH ended AS (
    UPDATE adsum_rung SET state = %(why)s, closed_at = %(now)s
    WHERE duty_id = ANY(%(duties)s) AND state = ANY(%(open)s)
    RETURNING duty_id, participant_id, policy, 1 + jsonb_array_length(rest) AS count
)
INSERT INTO adsum_ledgerline (at, verb, actor_kind, subject_kind, subject_id, participant_id, policy, facts)
SELECT %(now)s, 'ladder.ended', %(rules)s, 'duty', duty_id, participant_id, max(policy),
    jsonb_build_object('why', %(why)s::text, 'count', sum(count))
FROM ended GROUP BY duty_id, participant_id ORDER BY duty_id
"""


class CallRefused(Exception):
    """This call cannot be noted; the message says why."""


class DateTaken(Exception):
    """No new date can be given: one is due on that day, or the check-in counts as done; the message says which."""


def _ladder_of(duty: Duty, now: datetime) -> LadderPolicy:

    return in_force(LadderPolicy, now=now, office_id=duty.participant.office_id, level=duty.plan.level)


def ask_again_later(*, duty: Duty, at: datetime, actor: Actor, now: datetime) -> None:
    """Put this missed check-in before an officer again at this moment, unless something has come, or comes by then."""
    with transaction.atomic():
        Duty.objects.select_for_update(no_key=True).get(pk=duty.pk)
        if Report.objects.filter(duty=duty).exists():
            return
        asked = Rung.objects.filter(duty=duty, position__gte=FOLLOW_UPS_FROM).count()
        Rung.objects.create(
            duty=duty,
            participant_id=duty.participant_id,
            position=FOLLOW_UPS_FROM + asked,
            way=Way.TASK,
            climb_at=at,
            policy=_ladder_of(duty, now).version,
        )
        person = duty.participant_id
        record(verb="ladder.follow-up", actor=actor, now=now, subject=duty, participant_id=person, at=at.isoformat())


def close_rungs(*, duty_id: int, why: RungState, actor: Actor, now: datetime) -> int:
    """Nobody is to be reached any more about this check-in; returns how many rungs were still to come."""
    with transaction.atomic():
        still = Rung.objects.filter(duty=duty_id, state__in=OPEN_RUNGS)
        count = sum(rung.size for rung in still)
        still.update(state=why, closed_at=now)
        if count:
            record(verb="ladder.ended", actor=actor, now=now, duty=duty_id, why=why, count=count)
    return count


def end_rungs(*, duty_ids: Sequence[int], why: RungState, now: datetime) -> None:
    """Something has answered these check-ins: nobody is to be reached any more. One statement, also in `together`."""
    if not duty_ids:
        return
    values: dict[str, Any] = {"duties": list(duty_ids), "open": list(OPEN_RUNGS), "why": why}
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute(_END, {**values, "rules": RULES.kind, "now": now})


def climb_rungs(*, can: Collection[Channel], now: datetime, batch: int = 500) -> int:
    """Climb the rungs whose moment has come, batch by batch; returns how many. One that cannot be is set aside.

    `can` are the channels that are set up. A rung of a duty that is answered, excused or left is closed instead.
    """
    done = 0
    while claimed := _climb_batch(can, now, batch):
        done += claimed
    return done


def _climb_batch(can: Collection[Channel], now: datetime, batch: int) -> int:
    with transaction.atomic():
        rungs = list(
            Rung.objects.filter(state=RungState.WAITING, set_aside="", climb_at__lte=now)
            .annotate(reported=Exists(Report.objects.filter(duty=OuterRef("duty_id"))))
            .select_related("duty__plan", "duty__participant__office")
            .select_for_update(of=("self", "duty"), no_key=True, skip_locked=True)
            .order_by("climb_at", "pk")[:batch]
        )
        if not rungs:
            return 0
        record(verb="rungs.climbed", actor=RULES, now=now, policy=rungs[0].policy, count=len(rungs))
        try:
            with transaction.atomic():
                _climb(rungs, can, now)
        except Exception:
            for rung in rungs:
                _climb_or_set_aside(rung, can, now)
    return len(rungs)


def _climb_or_set_aside(rung: Rung, can: Collection[Channel], now: datetime) -> None:
    try:
        with transaction.atomic():
            _climb([rung], can, now)
    except Exception as error:
        if isinstance(error, DatabaseError) and "connection" in str(error):
            raise
        log.error("rung.set-aside", rung=rung.pk, error=type(error).__name__)
        Rung.objects.filter(pk=rung.pk).update(set_aside=f"{type(error).__name__}: {error}"[:1000])
        _write_next([rung])


def _climb(rungs: Sequence[Rung], can: Collection[Channel], now: datetime) -> None:
    """Set by set: close what is needless, write the messages, put calls and tasks before the officers."""
    for rung in rungs:
        rung.state = (
            why_needless(
                outcome=rung.duty.outcome,
                reported=getattr(rung, "reported"),  # noqa: B009
                left=rung.duty.plan.ended_at is not None,
            )
            or _not_yet(rung)
            or {Way.CALL: RungState.TO_CALL, Way.TASK: RungState.ASKED}.get(Way(rung.way), RungState.WAITING)
        )
    _write_messages([rung for rung in rungs if rung.state == RungState.WAITING], can, now)
    asked = [rung for rung in rungs if rung.state == RungState.ASKED]
    flags = [NewFlag(one.participant_id, Reason.MISSED_CHECK_IN, f"duty:{one.duty_id}", _again(one)) for one in asked]
    if flags:
        raise_flags(flags=flags, actor=RULES, now=now, policy=asked[0].policy)
    for rung in rungs:
        rung.closed_at = None if rung.state in OPEN_RUNGS else now
    Rung.objects.bulk_update(rungs, ["state", "closed_at", "message"], batch_size=1_000)
    _write_next([rung for rung in rungs if rung.state not in NEEDLESS])


def _write_next(climbed: Sequence[Rung]) -> None:
    """After an attempt comes the one that follows it in its policy, if the ladder goes on."""
    going = [rung for rung in climbed if rung.rest]
    Rung.objects.filter(pk__in=[rung.pk for rung in going]).update(rest=[])
    Rung.objects.bulk_create(follower for rung in going if (follower := rung.follower))


def _not_yet(rung: Rung) -> RungState | None:
    """Where attempts are on for a share of people, and this is none of them, or where check-ins are switched off.

    Officers' tasks go on.
    """
    policy = in_force(
        PilotPolicy, now=rung.climb_at, office_id=rung.duty.participant.office_id, level=rung.duty.plan.level
    )
    is_asked_for = not policy.check_in_off and is_on(Feature.LADDER, rung.participant_id, policy=policy)
    return None if rung.way == Way.TASK or is_asked_for else RungState.NOT_YET


def _again(rung: Rung) -> dict[str, str]:
    clock = clock_of(rung.climb_at, policy=_ladder_of(rung.duty, rung.climb_at))
    due = {"task_from": rung.climb_at.isoformat(), "task_due_at": clock.task_due_at.isoformat()}
    return {"due_on": rung.duty.due_on.isoformat(), "again": "yes", **due}


def _write_messages(rungs: Sequence[Rung], can: Collection[Channel], now: datetime) -> None:
    ways = reach_of(of={rung.participant_id for rung in rungs}, seen_by=RULES) if rungs else {}
    for rung in rungs:
        goes = ways[rung.participant_id].goes_by(Channel(rung.way), can=can)
        rung.state = RungState.WRITTEN if goes else RungState.NO_WAY
    written = [rung for rung in rungs if rung.state == RungState.WRITTEN]
    messages = [_message_of(rung, ways[rung.participant_id], now) for rung in written]
    for rung, message in zip(written, Message.objects.bulk_create(messages, batch_size=2_000), strict=True):
        rung.message = message


def _message_of(rung: Rung, reach: Reach, now: datetime) -> Message:
    policy, zone = _ladder_of(rung.duty, now), rung.duty.participant.office.zone
    place = place_of(rung.participant_id)
    send_at = next_moment(now, place=place, hours=reach.hours, zone=zone, policy=in_force(NoticesPolicy, now=now))
    return Message(
        participant_id=rung.participant_id,
        contact_id=reach.contact_for(Channel(rung.way)),
        kind=MessageKind.MISSED,
        about=f"duty:{rung.duty_id}",
        step=STEP_OF_FIRST + rung.position,
        channel=rung.way,
        queued_at=now,
        send_at=send_at,
        expires_at=rung.climb_at + timedelta(days=policy.contact_useful_days),
        policy=rung.policy,
    )


def answer_call(*, rung_id: int, officer: Staff, reached: bool, words: str, now: datetime) -> Rung:
    """An officer has called: note whether they spoke with the person, and what was said. Raises CallRefused."""
    with transaction.atomic():
        found = find_rung(rung_id=rung_id, seen_by=officer.as_actor())
        if found is None:
            raise CallRefused("This call is not on your office's list.")
        rung = Rung.objects.select_for_update().get(pk=found.pk)
        if rung.state != RungState.TO_CALL:
            raise CallRefused("Somebody has called already, or no call is needed any more.")
        rung.state = RungState.REACHED if reached else RungState.NOT_REACHED
        rung.closed_at, rung.officer, rung.words = now, officer, clean_text(words, longest=2_000)
        rung.save(update_fields=["state", "closed_at", "officer", "words"])
        actor, person = officer.as_actor(), rung.participant_id
        record(
            verb="call.made",
            actor=actor,
            now=now,
            subject=rung,
            participant_id=person,
            policy=rung.policy,
            reached=reached,
        )
        if reached:
            close_rungs(duty_id=rung.duty_id, why=RungState.DECIDED, actor=actor, now=now)
    return rung


def give_new_date(*, duty: Duty, due_on: date, officer: Staff, words: str, now: datetime) -> Duty:
    """This missed check-in is owed on a new day instead: it counts as excused, and the person is told the day.

    Raises DateTaken.
    """
    plan, person, zone = duty.plan, duty.participant, duty.participant.office.zone
    rules = in_force(CheckinPolicy, now=now, office_id=person.office_id, level=plan.level)
    with transaction.atomic():
        if Duty.objects.select_for_update(no_key=True).get(pk=duty.pk).outcome != Outcome.MISSED:
            raise DateTaken("This check-in counts as done already.")
        if Duty.objects.filter(plan=plan, due_on=due_on).exists():
            raise DateTaken("A check-in is due on that day already: choose another one.")
        due_at = end_of_day(due_on, zone)
        given = Duty.objects.create(
            plan=plan,
            participant=person,
            due_on=due_on,
            made_at=now,
            opens_at=now,
            due_at=due_at,
            missed_after=due_at + timedelta(hours=rules.grace_hours),
        )
        Duty.objects.filter(pk=duty.pk, outcome=Outcome.MISSED).update(outcome=Outcome.EXCUSED, settled_at=now)
        Excuse.objects.create(duty=duty, reason=ExcuseReason.OFFICER, excused_by=officer, words=words, at=now)
        end_rungs(duty_ids=[duty.pk], why=RungState.EXCUSED, now=now)
        record(
            verb="checkin.new-date",
            actor=officer.as_actor(),
            now=now,
            subject=given,
            participant_id=person.pk,
            policy=rules.version,
            due_on=due_on.isoformat(),
        )
        queue_notice(
            kind=NoticeKind.CHECKIN_NEW_DATE,
            participant=person,
            now=now,
            about=f"duty:{given.pk}",
            policy=rules.version,
            before=duty.due_on,
            due_on=due_on,
            photo=duty.is_photo,
        )
    return given


def change_plan_level(*, participant_id: int, level: str, actor: Actor, now: datetime) -> None:
    """The check-ins still to be made follow the policy of this level."""
    with transaction.atomic():
        Plan.objects.filter(participant=participant_id, ended_at__isnull=True).update(level=level)
        record(verb="plans.level", actor=actor, now=now, participant_id=participant_id, level=level)
