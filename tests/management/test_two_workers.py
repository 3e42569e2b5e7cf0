"""The schedule bears running twice at once: a worker, its successor and `adsum sweep` beside each other."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.db import connections
from pytest_django import Settings

from adsum.checkins.models import Duty, Rung
from adsum.flags.models import Flag
from adsum.management import crowd, jobs
from adsum.management.crowd import add_crowd
from adsum.management.demo import OFFICE, open_demo_office
from adsum.management.fake_gateway import FakeGateway
from adsum.notices.models import Message, Notice, ReminderDay
from tests.emptying import empty_tables
from tests.factories import NOW, make_staff
from tests.ladder import SECRET

pytestmark = pytest.mark.django_db(transaction=True)
SCHEDULE: tuple[Callable[..., Any], ...] = (
    jobs.keep_duties_now,
    jobs.remind_now,
    jobs.drive_waves_now,
    jobs.seal_ledger_now,
    jobs.keep_documents_now,
    jobs.sweep_confirmations_now,
    jobs.keep_subscriptions_now,
    jobs.read_records_now,
    jobs.keep_clocks_now,
    jobs.screen_everybody_now,
    jobs.follow_court_now,
    jobs.erase_now,
)


def work(begin: Barrier) -> None:
    """One worker's turn at the whole schedule, each job begun by all at once."""
    try:
        for job in SCHEDULE:
            begin.wait(60)
            job(timestamp=0)
    except BaseException:
        begin.abort()
        raise
    finally:
        connections.close_all()


def moments(days: int) -> list[datetime]:
    return [NOW + timedelta(hours=hours, minutes=30) for hours in range(0, 24 * days, 8)]


def live(workers: int, *, days: int) -> None:
    for moment in moments(days):
        with time_machine.travel(moment, tick=False), ThreadPoolExecutor(workers) as pool:
            begin = Barrier(workers)
            for done in [pool.submit(work, begin) for _ in range(workers)]:
                done.result()


def came_of(workers: int, *, days: int) -> dict[str, Counter[Any]]:
    make_staff(open_demo_office(now=NOW))
    add_crowd(office_code=OFFICE, people=60, now=NOW, seed=3, history_days=60, using="default")
    live(workers, days=days)
    return {
        "duties": Counter(Duty.objects.values_list("due_on", "outcome")),
        "messages": Counter(Message.objects.values_list("kind", "step", "channel")),
        "rungs": Counter(Rung.objects.values_list("way", "state")),
        "notices": Counter(Notice.objects.values_list("kind")),
        "flags": Counter(Flag.objects.values_list("reason")),
        "days": Counter(ReminderDay.objects.values_list("day")),
    }


def test_three_at_once_leave_what_one_leaves(
    committed: str, monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path
) -> None:
    monkeypatch.setattr(crowd, "BATCH", 30)
    settings.HOME = tmp_path
    gateway = FakeGateway(SECRET, mode="silent")
    settings.SMS_SECRET, settings.SMS_URL = SECRET, gateway.url
    gateway.start()
    try:
        alone = came_of(1, days=6)
        assert all(alone.values()), "nothing to compare"
        empty_tables(committed)
        together = came_of(3, days=6)
    finally:
        gateway.close()
    assert together == alone
