"""Messages of other systems that were refused: counted, never kept."""

from datetime import UTC, datetime

from django.db import connection, transaction

from adsum.outbox.rules import Door, RefusedFor

_COUNT = """
INSERT INTO adsum_refusedmessages (door, why, on_day, count) VALUES (%s, %s, %s, 1)
ON CONFLICT (door, why, on_day) DO UPDATE SET count = adsum_refusedmessages.count + 1
"""


def count_refused(*, door: Door, why: RefusedFor, now: datetime) -> None:
    """One more message was refused at this door. Strangers cause this too, so it makes no ledger line."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_COUNT, [door.value, why.value, now.astimezone(UTC).date()])
