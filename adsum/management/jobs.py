"""The schedule, as the worker runs it. A job carries everything that waits, never one person."""

from typing import Any

from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from adsum.management.housekeeping import erase_what_has_ended, keep_duties


@app.periodic(cron="* * * * *")
@app.task(name="keep-duties", queueing_lock="keep-duties", lock="keep-duties")
def keep_duties_now(timestamp: int, **_: Any) -> None:
    """Every minute: make duties ahead, mark overdue ones. `timestamp` is when this run was due."""
    close_old_connections()
    keep_duties(timezone.now())


@app.periodic(cron="17 3 * * *")
@app.task(name="erase", queueing_lock="erase", lock="erase")
def erase_now(timestamp: int, **_: Any) -> None:
    """Every night: erase what has reached its end. `timestamp` is when this run was due."""
    close_old_connections()
    erase_what_has_ended(timezone.now())
