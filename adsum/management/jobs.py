"""The schedule, as the worker runs it. A job carries everything that waits, never one person.

No job holds a lock of the queue: a killed worker would hold it for ever. The actions bear running twice at once.
"""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from adsum.management.housekeeping import erase_what_has_ended, keep_documents, keep_duties, see_returns
from adsum.management.ledger_proof import seal_ledger
from adsum.management.messaging import climb, remind, send_waiting
from adsum.management.pulse import note_worker


@app.periodic(cron="* * * * *")
@app.task(name="keep-duties", queueing_lock="keep-duties")
def keep_duties_now(timestamp: int, **_: Any) -> None:
    """Every minute: make duties ahead, mark overdue ones. `timestamp` is when this run was due."""
    close_old_connections()
    keep_duties(timezone.now())
    see_returns(timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="seal-ledger", queueing_lock="seal-ledger")
def seal_ledger_now(timestamp: int, **_: Any) -> None:
    """Every minute: seal new ledger lines and copy the proof outside. `timestamp` is when this run was due."""
    close_old_connections()
    seal_ledger(Path(settings.HOME), timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="heartbeat", queueing_lock="heartbeat")
def beat_now(timestamp: int, **_: Any) -> None:
    """Every minute: note that the worker's schedule runs. `timestamp` is when this run was due."""
    close_old_connections()
    note_worker()


@app.periodic(cron="*/10 * * * *")
@app.task(name="keep-documents", queueing_lock="keep-documents")
def keep_documents_now(timestamp: int, **_: Any) -> None:
    """Every ten minutes: erase given-up uploads, ask the scanner again. `timestamp` is when this run was due."""
    close_old_connections()
    keep_documents(timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="remind", queueing_lock="remind")
def remind_now(timestamp: int, **_: Any) -> None:
    """Every minute: make reminders, climb the ladders, send what waits. `timestamp` is when this run was due."""
    close_old_connections()
    remind(timezone.now())
    climb(timezone.now())
    send_waiting()


@app.periodic(cron="17 3 * * *")
@app.task(name="erase", queueing_lock="erase")
def erase_now(timestamp: int, **_: Any) -> None:
    """Every night: erase what has reached its end. `timestamp` is when this run was due."""
    close_old_connections()
    erase_what_has_ended(timezone.now())
