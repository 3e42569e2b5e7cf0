"""`adsum sweep`: what the worker does on schedule, now."""

from typing import Any

from django.utils import timezone

from adsum.management.commanding import AdsumCommand, Answer
from adsum.management.housekeeping import erase_what_has_ended, keep_duties


class Command(AdsumCommand):
    """Makes duties ahead, marks overdue ones, erases what has reached its end."""

    help = "Make duties ahead, mark overdue ones, erase what has reached its end: now instead of on schedule."

    def answer(self, **options: Any) -> Answer:
        now = timezone.now()
        made, missed = keep_duties(now)
        erase_what_has_ended(now)
        return {"duties_made": made, "duties_swept": missed}
