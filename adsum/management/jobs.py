"""The schedule, as the worker runs it. A job carries everything that waits, never one person.

No job holds a lock of the queue: a killed worker would hold it for ever. The actions bear running twice at once.
"""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from adsum.management.housekeeping import (
    erase_what_has_ended,
    follow_court,
    keep_clocks,
    keep_documents,
    keep_duties,
    see_ages,
    see_returns,
)
from adsum.management.ledger_proof import seal_ledger
from adsum.management.messaging import climb, remind, send_waiting
from adsum.management.pulse import note_worker
from adsum.management.records_drop import read_drops
from adsum.management.subscribing import keep_subscriptions
from adsum.management.waving import drive_waves
from adsum.records.actions import begin_screening, sweep_confirmations


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


@app.periodic(cron="* * * * *")
@app.task(name="drive-waves", queueing_lock="drive-waves")
def drive_waves_now(timestamp: int, **_: Any) -> None:
    """Every minute, and when a file was uploaded: files, invitations, stages. `timestamp` is when this run was due."""
    close_old_connections()
    drive_waves(timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="read-records", queueing_lock="read-records")
def read_records_now(timestamp: int, **_: Any) -> None:
    """Every minute: read what sources have left in the watched folder. `timestamp` is when this run was due."""
    close_old_connections()
    read_drops(timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="keep-subscriptions", queueing_lock="keep-subscriptions")
def keep_subscriptions_now(timestamp: int, **_: Any) -> None:
    """Every minute: tell agencies whom to watch for, and whom no more. `timestamp` is when this run was due."""
    close_old_connections()
    keep_subscriptions(timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="sweep-confirmations", queueing_lock="sweep-confirmations")
def sweep_confirmations_now(timestamp: int, **_: Any) -> None:
    """Every minute: agencies that have not answered in time. `timestamp` is when this run was due."""
    close_old_connections()
    sweep_confirmations(now=timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="keep-clocks", queueing_lock="keep-clocks")
def keep_clocks_now(timestamp: int, **_: Any) -> None:
    """Every five minutes: count clocks for the new day, tell of late answers. `timestamp` is when it was due."""
    close_old_connections()
    keep_clocks(timezone.now())


@app.periodic(cron="40 6 * * *")
@app.task(name="screen-everybody", queueing_lock="screen-everybody")
def screen_everybody_now(timestamp: int, **_: Any) -> None:
    """Every night (UTC): ask the screener to hold everybody against everything. `timestamp` is when it was due."""
    close_old_connections()
    begin_screening(now=timezone.now())


@app.periodic(cron="23 * * * *")
@app.task(name="follow-court", queueing_lock="follow-court")
def follow_court_now(timestamp: int, **_: Any) -> None:
    """Every hour: the court's news reach whom they are about. `timestamp` is when this run was due."""
    close_old_connections()
    follow_court(timezone.now())


@app.periodic(cron="17 3 * * *")
@app.task(name="erase", queueing_lock="erase")
def erase_now(timestamp: int, **_: Any) -> None:
    """Every night: erase what has reached its end, see who has come of age. `timestamp` is when this run was due."""
    close_old_connections()
    erase_what_has_ended(timezone.now())
    see_ages(timezone.now())
