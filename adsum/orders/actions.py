"""Starting orders, and sharing a place where one asks for it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from adsum.checkins.actions import change_plan_level
from adsum.core.copying import numbers
from adsum.core.earth import Spot
from adsum.core.ids import new_code
from adsum.core.text import clean_line
from adsum.ledger.actions import record, record_lines
from adsum.ledger.rules import RULES, Actor, Line
from adsum.notices.actions import queue_notice
from adsum.notices.rules import NoticeKind
from adsum.offices.models import Staff
from adsum.orders.models import Order, SharedPoint, SharingStop, TrackingApp
from adsum.orders.policy import MOST_PHOTO_DAYS, OrdersPolicy
from adsum.orders.queries import order_in_force, sharing_of
from adsum.orders.rules import (
    LONGEST_TERM,
    MOST_TERMS,
    Ground,
    Level,
    PointAnswer,
    PointSource,
    TermRefused,
    answer_to_point,
    read_terms,
)
from adsum.people.models import Participant
from adsum.people.rules import hash_token
from adsum.pilots.policy import PilotPolicy
from adsum.pilots.rules import Feature, is_on
from adsum.policies.queries import in_force

_START_LISTED = """
WITH started AS (
    INSERT INTO adsum_order (participant_id, level, ground, ground_note, started_at)
    SELECT who, level, %(ground)s, %(note)s, %(now)s
    FROM unnest(%(who)s::bigint[], string_to_array(%(levels)s, ' ')) AS one (who, level)
    RETURNING id, participant_id, level
)
INSERT INTO adsum_ledgerline (at, verb, actor_kind, actor_id, subject_kind, subject_id, participant_id, policy, facts)
SELECT %(now)s, 'order.started', %(actor_kind)s, %(actor_id)s::bigint, 'order', id, participant_id, '',
    concat('{"level": "', level, '"}')::jsonb
FROM started
"""


class SharingRefused(Exception):
    """An order cannot ask for sharing like this; the message says what is missing."""


class PhotosRefused(Exception):
    """An order cannot ask for photos like this; the message says why."""


class TermsRefused(Exception):
    """An order cannot have these terms, or this day; the message says what is missing."""


def start_orders(
    *,
    levels: Sequence[tuple[Participant, Level]],
    ground: Ground,
    note: str,
    actor: Actor,
    now: datetime,
) -> list[Order]:
    """Take over the orders that an agency's list names, all on the same ground; `note` says which list."""
    with transaction.atomic():
        orders = Order.objects.bulk_create(
            (
                Order(participant=person, level=level, ground=ground, ground_note=note, started_at=now)
                for person, level in levels
            ),
            batch_size=2_000,
        )
        record_lines(
            lines=(
                Line(
                    "order.started",
                    actor,
                    "order",
                    o.pk,
                    o.participant_id,
                    facts={"level": o.level},
                )
                for o in orders
            ),
            now=now,
        )
    return orders


def start_listed_orders(
    *, levels: Sequence[tuple[int, Level]], ground: Ground, note: str, actor: Actor, now: datetime
) -> None:
    """The same for very many participants, given by their ids: one statement, with the line of each."""
    values: dict[str, Any] = {
        "who": numbers(who for who, _ in levels),
        "levels": " ".join(level.value for _, level in levels),
        "ground": ground.value,
        "note": note,
        "now": now,
        "actor_kind": actor.kind.value,
        "actor_id": actor.id,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_START_LISTED, values)


def change_level(
    *, participant: Participant, level: Level, note: str, actor: Actor, decided_by: Staff, now: datetime
) -> Order:
    """The order in force ends, and one at this level begins; `note` names the signed decision of `decided_by`."""
    with transaction.atomic():
        _lock(participant)
        Order.objects.filter(participant=participant, ended_at__isnull=True).update(ended_at=now)
        (order,) = start_orders(
            levels=[(participant, level)], ground=Ground.SIGNED_DECISION, note=note, actor=actor, now=now
        )
        order.decided_by = decided_by
        order.save(update_fields=["decided_by"])
        change_plan_level(participant_id=participant.pk, level=level, actor=actor, now=now)
    return order


def ask_to_share(*, participant: Participant, officer: Staff, reason: str, now: datetime) -> None:
    """From the next check-in on, the order in force asks for the place; a named person says why. SharingRefused."""
    if not reason.strip():
        raise SharingRefused("Please say why: the participant reads it.")
    with transaction.atomic():
        order = Order.objects.select_for_update().filter(participant=participant, ended_at__isnull=True).first()
        if order is None:
            raise SharingRefused("No order is in force for this person.")
        pilot = in_force(PilotPolicy, now=now, office_id=participant.office_id, level=order.level)
        if not is_on(Feature.SHARING, participant.pk, policy=pilot):
            raise SharingRefused("Sharing is a pilot, and this person is not in it.")
        order.share_asked_at, order.share_asked_by, order.share_reason = now, officer, reason.strip()
        order.save(update_fields=["share_asked_at", "share_asked_by", "share_reason"])
        _record("sharing.asked", participant, officer.as_actor(), now)
        queue_notice(
            kind=NoticeKind.SHARING_ASKED,
            participant=participant,
            now=now,
            about=f"order:{order.pk}",
            policy=order.policy_at(now).version,
            reason=order.share_reason,
            days=order.policy_at(now).share_days,
        )


def ask_no_more(*, participant: Participant, officer: Staff, now: datetime) -> None:
    """The order no longer asks for the place; a window that is open ends at once."""
    with transaction.atomic():
        asking = Order.objects.filter(participant=participant, ended_at__isnull=True, share_asked_at__isnull=False)
        asking.update(share_asked_at=None)
        TrackingApp.objects.filter(participant=participant).delete()
        _record("sharing.asked-no-more", participant, officer.as_actor(), now)


def ask_for_photos(*, participant: Participant, every_days: int, actor: Actor, now: datetime) -> None:
    """The order in force asks for a photo every so many days, whatever the policy says; 0 never. PhotosRefused."""
    if not 0 <= every_days <= MOST_PHOTO_DAYS:
        raise PhotosRefused(f"Please give a number of days, 0 to {MOST_PHOTO_DAYS}.")
    with transaction.atomic():
        holding = Order.objects.filter(participant=participant, ended_at__isnull=True)
        if not holding.update(photo_every_days=every_days):
            raise PhotosRefused("No order is in force for this person.")
        record(
            verb="photos.asked",
            actor=actor,
            now=now,
            subject=participant,
            participant_id=participant.pk,
            policy=in_force(OrdersPolicy, now=now).version,
            every_days=every_days,
        )


def set_terms(*, participant: Participant, terms: Sequence[str], officer: Staff, reason: str, now: datetime) -> None:
    """What the order in force says in detail, in the words that the participant reads; they are told. TermsRefused."""
    lines = [line for term in terms if (line := clean_line(term, longest=LONGEST_TERM))]
    why = clean_line(reason, longest=1_000)
    if len(lines) > MOST_TERMS or not why:
        raise TermsRefused(f"Give a reason, and at most {MOST_TERMS} terms.")
    try:
        read_terms(lines)
    except TermRefused as refusal:
        raise TermsRefused(str(refusal)) from refusal
    with transaction.atomic():
        _change_order(participant, terms="\n".join(lines))
        _record("order.terms", participant, officer.as_actor(), now, count=len(lines), reason=why)
        kind = NoticeKind.ORDER_TERMS
        queue_notice(kind=kind, participant=participant, now=now, about="order:terms", terms=lines, reason=why)


def set_review_day(*, participant: Participant, on: date, actor: Actor, now: datetime) -> None:
    """On this day a person looks at the level again without being asked. Raises TermsRefused."""
    if on < now.astimezone(participant.office.zone).date():
        raise TermsRefused("Please give a day that is still to come.")
    with transaction.atomic():
        _change_order(participant, review_on=on)
        _record("order.review-day", participant, actor, now, on=on.isoformat())


def _change_order(participant: Participant, **changes: Any) -> None:
    if not Order.objects.filter(participant=participant, ended_at__isnull=True).update(**changes):
        raise TermsRefused("No order is in force for this person.")


def share_point(
    *, participant: Participant, spot: Spot, taken_at: datetime | None, source: PointSource, now: datetime
) -> PointAnswer:
    """Keep where the participant is, if their window is open and was when the point was taken; else keep nothing."""
    with transaction.atomic():
        _lock(participant)
        window = sharing_of(participant_id=participant.pk, at=now, seen_by=RULES).window
        order = order_in_force(participant_id=participant.pk, seen_by=RULES)
        policy = order.policy_at(now) if order else in_force(OrdersPolicy, now=now)
        taken_at = min(taken_at or now, now)
        before = SharedPoint.objects.filter(participant=participant).order_by("-taken_at")
        last = before.values_list("taken_at", flat=True).first()
        answer = answer_to_point(window, taken_at=taken_at, last_taken_at=last, policy=policy)
        if window is None or answer is not PointAnswer.KEPT:
            return answer
        SharedPoint.objects.create(
            participant=participant,
            source=source,
            latitude=spot.latitude,
            longitude=spot.longitude,
            accuracy_m=spot.accuracy_m,
            taken_at=taken_at,
            received_at=now,
            window_ends_at=window.ends_at,
            erase_at=now + timedelta(days=policy.keep_shared_days),
        )
        _record("place.shared", participant, participant.as_actor(), now)
    return answer


def stop_sharing(*, participant: Participant, now: datetime) -> None:
    """The participant ends the window that is open. An officer can see it; nothing else happens by itself."""
    with transaction.atomic():
        _lock(participant)
        SharingStop.objects.create(participant=participant, at=now)
        _record("sharing.stopped", participant, participant.as_actor(), now)


def make_tracking_app(*, participant: Participant, now: datetime) -> tuple[str, str]:
    """A name and a password for the participant's OwnTracks app, shown once; an earlier one ends."""
    user, password = new_code(8), new_code(16)
    with transaction.atomic():
        _lock(participant)
        TrackingApp.objects.filter(participant=participant).delete()
        TrackingApp.objects.create(participant=participant, user=user, secret_hash=hash_token(password), made_at=now)
        _record("tracking-app.made", participant, participant.as_actor(), now)
    return user, password


def _lock(participant: Participant) -> None:
    Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)


def _record(verb: str, participant: Participant, actor: Actor, now: datetime, **facts: Any) -> None:
    who = participant.pk
    record(
        verb=verb,
        actor=actor,
        now=now,
        subject=participant,
        participant_id=who,
        policy=in_force(OrdersPolicy, now=now).version,
        **facts,
    )


def forget(*, before: datetime, now: datetime) -> None:
    """Erase the shared points whose date has come, and stops from before; orders are legal acts and stay."""
    with transaction.atomic():
        points, _ = SharedPoint.objects.filter(erase_at__lte=now).delete()
        SharingStop.objects.filter(at__lt=before).delete()
        record(
            verb="points.forgotten", actor=RULES, now=now, policy=in_force(OrdersPolicy, now=now).version, count=points
        )
