"""Forgetting what reports said: that they came, and their receipts, remain."""

from datetime import datetime

from django.db import transaction

from adsum.checkins.actions.hand_off import forget_hand_offs
from adsum.checkins.models import ExcuseRequest, Report
from adsum.checkins.policy import CheckinPolicy
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES
from adsum.policies.queries import in_force


def forget(*, before: datetime, now: datetime) -> None:
    """Blank the words of reports received before this moment; that they came, and their receipts, remain."""
    with transaction.atomic():
        old = Report.objects.filter(received_at__lt=before)
        words = {"message": "", "address_shown": "", "address_given": "", "new_phone": "", "answers": {}}
        count = old.exclude(**words).update(fingerprint="", **words)
        policy = in_force(CheckinPolicy, now=now).version
        record(verb="answers.forgotten", actor=RULES, now=now, policy=policy, count=count)
        ExcuseRequest.objects.filter(asked_at__lt=before).exclude(words="").update(words="")
        forget_hand_offs(now=now)
