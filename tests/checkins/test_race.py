"""A report and the sweep meet: with two real connections, neither is lost, whoever comes first."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Event
from uuid import uuid4

import pytest
from django.db import connection, connections, transaction

from adsum.checkins.actions import submit_report, sweep_overdue
from adsum.checkins.models import Duty, Report
from adsum.checkins.rules import Outcome, ReportContent
from adsum.flags.models import Flag
from adsum.outbox.models import OutboxEvent
from adsum.people.models import Participant
from tests.factories import make_duty, make_office, make_participant

pytestmark = pytest.mark.django_db(transaction=True)
STILL_THERE = ReportContent(lives_there=True)


@pytest.fixture
def duty(committed: str) -> Duty:
    return make_duty(make_participant(make_office()), due_on=date(2026, 11, 25))


def in_a_thread(work: Callable[[], object]) -> object:
    try:
        return work()
    finally:
        connections.close_all()


def sweep_and_say(now: datetime, swept: Event) -> int:
    count = sweep_overdue(now=now)
    swept.set()
    return count


def send(person: Participant, duty: Duty, seconds: int, key: object = None) -> Report:
    now = duty.missed_after + timedelta(seconds=seconds)
    return submit_report(participant=person, key=key or uuid4(), content=STILL_THERE, now=now)  # type: ignore[arg-type]


def test_the_report_comes_first_and_the_sweep_passes_by(duty: Duty) -> None:
    swept = Event()
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            send(duty.participant, duty, -1)
            late = duty.missed_after + timedelta(seconds=1)
            done = pool.submit(in_a_thread, lambda: sweep_and_say(late, swept))
            assert swept.wait(5), "the sweep must not wait for a report"
        assert done.result() == 0
    assert sweep_overdue(now=duty.missed_after + timedelta(hours=1)) == 0
    assert Duty.objects.get().outcome == Outcome.REPORTED
    assert [event.kind for event in OutboxEvent.objects.all()] == ["checkin.reported"]


def test_the_sweep_comes_first_and_the_report_is_attached(duty: Duty) -> None:
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            assert sweep_overdue(now=duty.missed_after + timedelta(seconds=1)) == 1
            sending = pool.submit(in_a_thread, lambda: send(duty.participant, duty, 2))
            with pytest.raises(TimeoutError):
                sending.result(timeout=0.5)
        report = sending.result(timeout=5)
    assert isinstance(report, Report)
    assert Duty.objects.get().outcome == Outcome.MISSED
    assert Report.objects.get().duty == duty
    assert set(Flag.objects.values_list("reason", flat=True)) == {"missed-check-in", "late-report"}
    assert [event.kind for event in OutboxEvent.objects.order_by("pk")] == ["checkin.missed", "checkin.reported"]


def test_the_same_report_sent_eight_times_at_once_is_one(duty: Duty) -> None:
    key = uuid4()
    with ThreadPoolExecutor(8) as pool:
        jobs = [pool.submit(in_a_thread, lambda: send(duty.participant, duty, -60, key)) for _ in range(8)]
        receipts = {job.result().receipt_number for job in jobs}  # type: ignore[attr-defined]
    assert len(receipts) == Report.objects.count() == OutboxEvent.objects.count() == 1


def test_reports_and_sweeps_in_any_order_lose_nothing(committed: str) -> None:
    office = make_office()
    people = [make_participant(office) for _ in range(12)]
    duties = [make_duty(person, due_on=date(2026, 11, 25)) for person in people]
    late = duties[0].missed_after + timedelta(seconds=1)
    with ThreadPoolExecutor(6) as pool:
        jobs = [pool.submit(in_a_thread, lambda d=d: send(d.participant, d, 2)) for d in duties]  # type: ignore[misc]
        jobs += [pool.submit(in_a_thread, lambda: sweep_overdue(now=late, batch=2)) for _ in range(3)]
        for job in jobs:
            job.result()
    sweep_overdue(now=late)
    assert Report.objects.filter(duty__isnull=False).count() == 12
    assert not Duty.objects.filter(outcome__isnull=True).exists()
    kinds = [event.kind for event in OutboxEvent.objects.all()]
    assert kinds.count("checkin.reported") == 12
    assert kinds.count("checkin.missed") == Duty.objects.filter(outcome="missed").count()
    assert connection.vendor == "postgresql"
