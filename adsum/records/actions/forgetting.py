"""Erasing: records of strangers first, what was judged as long as it can be questioned."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from adsum.ledger.actions import record
from adsum.ledger.rules import RULES
from adsum.records.models import (
    Lead,
    MatchFigures,
    OutsideRecord,
    RecordCheck,
    RefusedPush,
    Screening,
    SetAside,
    Subscription,
)
from adsum.records.rules import WAITING


def forget(*, before: datetime, now: datetime) -> None:
    """Erase judged leads with their records, checks, nightly runs and ended subscriptions from before this moment."""
    with transaction.atomic():
        leads = Lead.objects.filter(found_at__lt=before).exclude(stage__in=WAITING)
        count, _ = leads.delete()
        checks, _ = RecordCheck.objects.filter(asked_at__lt=before, done_at__isnull=False).delete()
        Screening.objects.filter(started_at__lt=before).delete()
        MatchFigures.objects.filter(made_at__lt=before).delete()
        Subscription.objects.filter(ended_at__lt=before).delete()
        record(verb="leads.forgotten", actor=RULES, now=now, count=count, checks=checks)


def forget_unmatched(*, before: datetime, now: datetime) -> None:
    """Erase records that are about no participant, by all that was found."""
    with transaction.atomic():
        strangers = OutsideRecord.objects.filter(
            ~Exists(Lead.objects.filter(record=OuterRef("pk"))), changed_at__lt=before
        )
        count, _ = strangers.delete()
        record(verb="records.forgotten", actor=RULES, now=now, count=count)


def forget_aside(*, before: datetime, now: datetime) -> None:
    """Erase rows that were set aside, and the counts of messages that were refused."""
    with transaction.atomic():
        count, _ = SetAside.objects.filter(at__lt=before).delete()
        RefusedPush.objects.filter(last_at__lt=before).delete()
        record(verb="rows-aside.forgotten", actor=RULES, now=now, count=count)
