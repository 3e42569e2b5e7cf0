"""Reminders of appointments, on the same days before as those of check-ins."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction

from adsum.notices.actions import make_messages
from adsum.notices.rules import Channel, Window
from adsum.offices.models import FieldOffice

_APPOINTMENTS = "SELECT id, participant_id, day, starts_at FROM adsum_appointment WHERE ended_at IS NULL"


def remind_of_appointments(
    *, office: FieldOffice, windows: Sequence[Window], can: Collection[Channel], now: datetime
) -> int:
    """Make the reminders of this office's appointments for these days; returns how many."""
    with transaction.atomic():
        return make_messages(
            about="appointment", things=_APPOINTMENTS, office=office, windows=windows, can=can, now=now
        )
