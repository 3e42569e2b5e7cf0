"""What is shown without signing in: dates by a secret address, and whether a receipt exists."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from adsum.checkins.models import CalendarFeed, ReceiptMiss
from adsum.checkins.policy import CheckinPolicy
from adsum.checkins.queries import Receipt, count_receipt_misses, look_up_receipt
from adsum.core.ids import keyed_hash
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES, STRANGER
from adsum.people.models import Participant
from adsum.people.rules import hash_token
from adsum.policies.queries import in_force


class TooManyMisses(Exception):
    """From this network, too many numbers were looked for of late that do not exist."""


def make_calendar(*, participant: Participant, now: datetime) -> str:
    """A new secret address for this person's dates, shown once; an earlier one ends."""
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        given = {"token_hash": hash_token(token), "made_at": now}
        CalendarFeed.objects.update_or_create(participant=participant, defaults=given)
        record(verb="calendar.made", actor=participant.as_actor(), now=now, participant_id=participant.pk)
    return token


def end_calendar(*, participant: Participant, now: datetime) -> None:
    """The secret address shows nothing any more; doing it twice is once."""
    with transaction.atomic():
        ended, _ = CalendarFeed.objects.filter(participant=participant).delete()
        if ended:
            record(verb="calendar.ended", actor=participant.as_actor(), now=now, participant_id=participant.pk)


def look_for_receipt(*, number: str, network: str, now: datetime) -> Receipt | None:
    """Whether a receipt with this number exists. Raises TooManyMisses, so that nobody finds one by guessing."""
    network_hash = keyed_hash(settings.SECRET_KEY, "network", network)
    with transaction.atomic():
        since = now - timedelta(minutes=in_force(CheckinPolicy, now=now).receipt_misses_window_minutes)
        misses = count_receipt_misses(network_hash=network_hash, since=since, seen_by=RULES)
        if misses >= in_force(CheckinPolicy, now=now).receipt_misses_per_network:
            raise TooManyMisses
        found = look_up_receipt(receipt_number=number, seen_by=STRANGER)
        if found is None:
            ReceiptMiss.objects.create(at=now, network_hash=network_hash)
            record(verb="receipt.not-found", actor=STRANGER, now=now, policy=in_force(CheckinPolicy, now=now).version)
    return found


def forget_receipt_misses(*, before: datetime, now: datetime) -> None:
    """Erase looks for numbers that do not exist, before this moment; the count stays in the ledger."""
    with transaction.atomic():
        count, _ = ReceiptMiss.objects.filter(at__lt=before).delete()
        record(
            verb="receipt-misses.forgotten",
            actor=RULES,
            now=now,
            policy=in_force(CheckinPolicy, now=now).version,
            count=count,
        )
