"""What the court sent and nobody needs any more."""

from datetime import datetime

from django.db import transaction

from adsum.court.models import CourtAside
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES


def forget(*, before: datetime, now: datetime) -> None:
    """Erase lines set aside before this moment; how many there were stays with their file."""
    with transaction.atomic():
        count, _ = CourtAside.objects.filter(at__lt=before).delete()
        record(verb="court.forgotten", actor=RULES, now=now, count=count)
