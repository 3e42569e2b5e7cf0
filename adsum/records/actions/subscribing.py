"""Rap back: who is to be watched, renewed, cancelled. Here it is decided; a door speaks with the agencies."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from adsum.ledger.actions import record, record_lines
from adsum.ledger.rules import RULES, Line
from adsum.offices.models import Staff
from adsum.people.models import Participant
from adsum.people.queries import participants
from adsum.policies.queries import in_force
from adsum.records.models import RecordSource, Subscription
from adsum.records.policy import RecordsPolicy
from adsum.records.rules import Transport

AT_ONCE = 1000
NOT_VALIDATED = "not-validated"


def ask_subscriptions(*, now: datetime) -> int:
    """Want a subscription for everybody who is here and has none; returns for how many.

    Whose last one lapsed because nobody said that the case is open is not watched again before somebody says so.
    """
    policy, made = in_force(RecordsPolicy, now=now), 0
    with transaction.atomic():
        for source in RecordSource.objects.filter(transport=Transport.RAP_BACK, ended_at__isnull=True).order_by("pk"):
            has = Subscription.objects.filter(
                Q(ended_at__isnull=True) | Q(why_ended=NOT_VALIDATED), source=source, participant=OuterRef("pk")
            )
            fresh = Participant.objects.filter(~Exists(has), left_at__isnull=True).order_by("pk")
            people = list(fresh.values_list("pk", flat=True)[:AT_ONCE])
            rows = [_wanted(source, person, policy, now) for person in people]
            made += len(Subscription.objects.bulk_create(rows, ignore_conflicts=True))
            record_lines(lines=(_line("subscription.wanted", source.code, person) for person in people), now=now)
    return made


def ask_cancellations(*, now: datetime) -> int:
    """Want those cancelled whose person has left, whose source has ended, or whose case nobody looked at in time."""
    with transaction.atomic():
        over = Q(participant__left_at__isnull=False) | Q(source__ended_at__isnull=False)
        lapsed = Q(expires_on__lte=now.date(), validate_on__lte=now.date())
        open_ones = Subscription.objects.filter(ended_at__isnull=True, cancel_asked_at__isnull=True)
        due = list(open_ones.filter(over | lapsed).order_by("pk").select_related("source", "participant")[:AT_ONCE])
        for one in due:
            one.cancel_asked_at, one.why_ended = now, _why(one)
        Subscription.objects.bulk_update(due, ["cancel_asked_at", "why_ended"])
        lines = (_line("subscription.unwanted", one.source.code, one.participant_id) for one in due)
        record_lines(lines=lines, now=now)
    return len(due)


def note_subscribed(*, subscription: Subscription, their_number: str, expires_on: date, now: datetime) -> None:
    """The agency watches for this person until that day."""
    with transaction.atomic():
        Subscription.objects.filter(pk=subscription.pk).update(
            their_number=their_number, expires_on=expires_on, active_at=subscription.active_at or now
        )
        person = subscription.participant_id
        record(verb="subscription.active", actor=RULES, now=now, subject=subscription, participant_id=person)


def note_cancelled(*, subscription: Subscription, now: datetime) -> None:
    """The agency watches for this person no more."""
    with transaction.atomic():
        Subscription.objects.filter(pk=subscription.pk).update(ended_at=now)
        person = subscription.participant_id
        record(verb="subscription.ended", actor=RULES, now=now, subject=subscription, participant_id=person)


def validate_subscriptions(*, ids: Collection[int], staff: Staff, now: datetime) -> int:
    """This member of staff says that these people's cases are open; returns for how many they may say so.

    What had lapsed for want of that is wanted anew.
    """
    policy, actor = in_force(RecordsPolicy, now=now), staff.as_actor()
    with transaction.atomic():
        mine = Subscription.objects.filter(
            pk__in=ids, participant__in=participants(seen_by=actor).filter(left_at__isnull=True)
        )
        found = list(mine.select_for_update(of=("self",)).values_list("pk", "participant_id", "source__code"))
        until = now.date() + timedelta(days=policy.validate_days)
        Subscription.objects.filter(pk__in=[pk for pk, _, _ in found]).update(validate_on=until)
        mine.filter(why_ended=NOT_VALIDATED, ended_at__isnull=True).update(cancel_asked_at=None, why_ended="")
        mine.filter(why_ended=NOT_VALIDATED).update(why_ended="validated-late")
        lines = [
            Line("subscription.validated", actor, "subscription", pk, who, "", {"source": code})
            for pk, who, code in found
        ]
        record_lines(lines=lines, now=now)
    return len(found)


def _wanted(source: RecordSource, person: int, policy: RecordsPolicy, now: datetime) -> Subscription:
    return Subscription(
        source=source,
        participant_id=person,
        asked_at=now,
        expires_on=now.date() + timedelta(days=policy.subscription_days),
        validate_on=now.date() + timedelta(days=policy.validate_days),
    )


def _why(one: Subscription) -> str:
    if one.participant.left_at is not None:
        return "left"
    return "source-ended" if one.source.ended_at is not None else NOT_VALIDATED


def _line(verb: str, source: str, person: int) -> Line:
    return Line(verb, RULES, "subscription", None, person, "", {"source": source})
