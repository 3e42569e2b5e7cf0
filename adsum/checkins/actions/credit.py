"""What was not the participant's fault: failed attempts and outages are kept, and deadlines move for them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from adsum.checkins.actions.ladder import end_rungs
from adsum.checkins.models import Attempt, Duty, Excuse, Heartbeat, Outage
from adsum.checkins.policy import CheckinPolicy
from adsum.checkins.queries import deadlines_with_credit
from adsum.checkins.rules import (
    ExcuseReason,
    FailedTry,
    NotedBy,
    Outcome,
    RungState,
    Source,
    Span,
    failed_when,
    find_gap,
)
from adsum.core.ids import new_code
from adsum.ledger.actions import record, record_lines
from adsum.ledger.rules import RULES, Actor, Line
from adsum.notices.actions import queue_notices
from adsum.notices.rules import Draft, NoticeKind
from adsum.offices.actions import close_days
from adsum.offices.models import FieldOffice, Staff
from adsum.people.models import Participant
from adsum.policies.queries import highest_of, in_force


def note_attempt(
    *,
    participant: Participant,
    key: UUID,
    failed: FailedTry,
    noted_by: NotedBy,
    now: datetime,
    said_at: datetime | None = None,
) -> Attempt | None:
    """Keep a try to check in that failed, and return it with its receipt; None where this hour has had enough.

    The same key is the same attempt. `said_at` is when the device says that it failed.
    """
    policy = in_force(CheckinPolicy, now=now, office_id=participant.office_id)
    with transaction.atomic():
        Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)
        mine = Attempt.objects.filter(participant=participant)
        known = mine.filter(key=key).first()
        if known is not None:
            return known
        lately = mine.filter(received_at__gt=now - timedelta(hours=1), noted_by=noted_by)
        if lately.count() >= policy.tries_kept_per_hour:
            return None
        said = said_at if noted_by == NotedBy.DEVICE else None
        attempt = Attempt.objects.create(
            participant=participant,
            key=key,
            receipt_number=new_code(12),
            received_at=now,
            failed_at=failed_when(now, said=said, policy=policy),
            step=failed.step,
            failure=failed.failure,
            noted_by=noted_by,
        )
        record(
            verb="attempt.failed",
            actor=participant.as_actor() if noted_by == NotedBy.DEVICE else RULES,
            now=now,
            subject=attempt,
            participant_id=participant.pk,
            policy=policy.version,
            step=failed.step,
            failure=failed.failure,
        )
    return attempt


def beat(*, source: Source, now: datetime) -> Span | None:
    """This part of the service is alive. A gap before this becomes an outage, and what it made late is mended."""
    with transaction.atomic():
        heart, is_new = Heartbeat.objects.select_for_update().get_or_create(source=source, defaults={"last_at": now})
        gap = None if is_new else find_gap(heart.last_at, now=now, policy=in_force(CheckinPolicy, now=now))
        if not is_new and now > heart.last_at:
            Heartbeat.objects.filter(pk=source).update(last_at=now)
        if gap is not None:
            outage = Outage.objects.create(source=source, began_at=gap.began_at, ended_at=gap.ended_at)
            minutes = round((gap.ended_at - gap.began_at).total_seconds() / 60)
            record(verb="outage.noted", actor=RULES, now=now, subject=outage, source=source, minutes=minutes)
            mend_missed(outage=gap, now=now)
    return gap


def give_credit(*, duties: Sequence[Duty], now: datetime) -> list[Duty]:
    """Move the deadlines of overdue duties for what was not their participants' fault; returns those still overdue."""
    with transaction.atomic(savepoint=False):
        later = deadlines_with_credit(duties=duties, now=now, seen_by=RULES)
        moved = [duty for duty in duties if duty.pk in later]
        Duty.objects.bulk_update([_moved(duty, later[duty.pk]) for duty in moved], ["moved_from", "missed_after"])
        record_lines(lines=[_moved_line(duty, later[duty.pk], now) for duty in moved], now=now)
    return [duty for duty in duties if later.get(duty.pk, duty.missed_after) <= now]


def _moved(duty: Duty, until: datetime) -> Duty:
    return Duty(pk=duty.pk, moved_from=duty.moved_from or duty.missed_after, missed_after=until)


def _moved_line(duty: Duty, until: datetime, now: datetime) -> Line:
    facts = {"due_on": duty.due_on.isoformat(), "until": until.isoformat()}
    return Line(
        "checkin.deadline-moved",
        RULES,
        "duty",
        duty.pk,
        duty.participant_id,
        duty.policy_at(now).version,
        facts,
    )


def mend_missed(*, outage: Span, now: datetime, batch: int = 500) -> int:
    """An outage was found after the sweep had marked people: who was marked for it is excused, and told."""
    mended, after = 0, 0
    with transaction.atomic():
        while True:
            duties = list(_marked_around(outage, now).filter(pk__gt=after).order_by("pk")[:batch])
            if not duties:
                return mended
            after = duties[-1].pk
            later = deadlines_with_credit(duties=duties, now=now, seen_by=RULES)
            mended += _excuse([duty for duty in duties if duty.pk in later], ExcuseReason.OUTAGE, now)


def _marked_around(outage: Span, now: datetime) -> QuerySet[Duty]:
    until = outage.ended_at + timedelta(hours=highest_of(CheckinPolicy, "last_chance_hours", now=now))
    tries = ("reported_try_credit_hours", "noted_try_credit_hours")
    longest = timedelta(hours=max(highest_of(CheckinPolicy, one, now=now) for one in tries))
    return (
        Duty.objects.filter(outcome=Outcome.MISSED, missed_after__range=(outage.began_at - longest, until))
        .select_related("participant__office", "plan")
        .select_for_update(of=("self",))
    )


def note_closed_days(
    *, office: FieldOffice, days: Sequence[date], why: str, actor: Actor, now: datetime, staff: Staff | None = None
) -> int:
    """An office is closed on these days: what falls due then moves on, and who was marked missed for it is excused.

    Returns how many of the days were not known before. Raises OfficeRefused.
    """
    with transaction.atomic():
        fresh = close_days(office=office, days=days, why=why, actor=actor, now=now, staff=staff)
        due_then = Duty.objects.filter(participant__office=office, due_on__in=fresh, outcome=Outcome.MISSED)
        duties = list(due_then.select_related("participant__office", "plan").select_for_update(of=("self",)))
        later = deadlines_with_credit(duties=duties, now=now, seen_by=RULES)
        _excuse([duty for duty in duties if duty.pk in later], ExcuseReason.OFFICE_CLOSED, now)
    return len(fresh)


def _excuse(duties: Sequence[Duty], why: ExcuseReason, now: datetime) -> int:
    Duty.objects.filter(pk__in=[duty.pk for duty in duties]).update(outcome=Outcome.EXCUSED, settled_at=now)
    Excuse.objects.bulk_create(Excuse(duty=duty, reason=why, at=now) for duty in duties)
    end_rungs(duty_ids=[duty.pk for duty in duties], why=RungState.EXCUSED, now=now)
    record_lines(lines=[_excused_line(duty, why, now) for duty in duties], now=now)
    queue_notices(
        drafts=[_told_of(duty, why) for duty in duties], now=now, policy=in_force(CheckinPolicy, now=now).version
    )
    return len(duties)


def _excused_line(duty: Duty, why: ExcuseReason, now: datetime) -> Line:
    facts = {"due_on": duty.due_on.isoformat(), "why": why}
    return Line("checkin.excused", RULES, "duty", duty.pk, duty.participant_id, duty.policy_at(now).version, facts)


def _told_of(duty: Duty, why: ExcuseReason) -> Draft:
    facts = {"due_on": duty.due_on, "photo": duty.is_photo, "was_closed": why == ExcuseReason.OFFICE_CLOSED}
    return Draft(duty.participant, NoticeKind.CHECKIN_CREDITED, f"duty:{duty.pk}", facts)
