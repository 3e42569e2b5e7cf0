"""`adsum sweep`: what the worker does on schedule, now."""

from typing import Any

from django.utils import timezone

from adsum.management.commanding import AdsumCommand, Answer
from adsum.management.housekeeping import erase_what_has_ended, keep_duties, see_returns
from adsum.management.messaging import climb, remind, send_waiting
from adsum.management.waving import drive_waves


class Command(AdsumCommand):
    """Makes duties ahead, marks overdue ones, reminds, reaches out after a miss, erases what has reached its end."""

    help = "Make duties ahead, mark overdue ones, remind, erase what has reached its end: now instead of on schedule."

    def answer(self, **options: Any) -> Answer:
        now = timezone.now()
        made, missed = keep_duties(now)
        erase_what_has_ended(now)
        reminded = remind(now)
        return {
            "duties_made": made,
            "duties_swept": missed,
            "reminders_made": reminded,
            "rungs_climbed": climb(now),
            "returns_seen": see_returns(now),
            "messages_tried": send_waiting(),
            **drive_waves(timezone.now()),
        }
