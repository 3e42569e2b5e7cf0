"""The sweep by several connections side by side: a database works for each of them on one core."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from django.db import connection

from adsum.checkins.actions import sweep_overdue

SWEEPERS = 2


def sweep_duties(*, now: datetime) -> int:
    """Mark what is overdue, some batches at a time; in a transaction of the caller's one after the other."""
    if connection.in_atomic_block:
        return sweep_overdue(now=now)
    with ThreadPoolExecutor(SWEEPERS, thread_name_prefix="sweep") as pool:
        return sum(pool.map(lambda _: _sweep_beside(now), range(SWEEPERS)))


def _sweep_beside(now: datetime) -> int:
    try:
        return sweep_overdue(now=now)
    finally:
        connection.close()
