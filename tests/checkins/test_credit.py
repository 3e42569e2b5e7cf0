"""What was not the participant's fault: failed attempts and outages give time, and no more than the policy says."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from adsum.checkins.actions import beat, note_attempt, submit_report, sweep_overdue
from adsum.checkins.models import Attempt, Duty, Excuse, Heartbeat, Outage
from adsum.checkins.policy import CheckinPolicy
from adsum.checkins.queries import outages_since
from adsum.checkins.rules import (
    FailedTry,
    Failure,
    NotedBy,
    ReportContent,
    Source,
    Span,
    Step,
    Tried,
    credited_deadline,
    failed_when,
    find_gap,
    merge_spans,
)
from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import STRANGER
from adsum.notices.models import Notice
from adsum.people.models import Participant
from tests.factories import make_duty

POLICY = CheckinPolicy()

END = datetime(2026, 11, 27, 5, 0, tzinfo=UTC)
FAILED = FailedTry(Step.SEND, Failure.NETWORK)
KNOBS = CheckinPolicy(last_chance_hours=48, reported_try_credit_hours=24, noted_try_credit_hours=72)
HOUR = timedelta(hours=1)


def span(begins: float, ends: float) -> Span:
    """From and to so many hours after the deadline."""
    return Span(END + begins * HOUR, END + ends * HOUR)


@pytest.mark.parametrize(
    ("outages", "hours"),
    [
        ([], 0),
        ([span(-48, 0)], 48),
        ([span(-24, 0)], 24),
        ([span(-48, -24)], 24),
        ([span(-36, -12)], 24),
        ([span(-60, -36)], 12),
        ([span(-90, -49)], 0),
        ([span(1, 5)], 0),
        ([span(-2, 3)], 5),
        ([span(-2, -1), span(-1.5, -0.5)], 1.5),
        ([span(-2, -1), span(0.5, 2)], 2.5),
        ([span(-10, -9), span(-5, -4)], 2),
        ([span(-1, -1 + 4 / 60)], 0),
    ],
    ids=[
        "none", "the whole last chance", "its second half", "its first half", "its middle", "it begins before",
        "before", "after", "over the end", "two that overlap", "a second one in the time given", "two", "a hiccup",
    ],
)  # fmt: skip
def test_an_outage_gives_back_what_it_took(outages: list[Span], hours: float) -> None:
    assert credited_deadline(END, tries=[], outages=outages, policy=KNOBS) == END + hours * HOUR


@pytest.mark.parametrize(
    ("tries", "hours"),
    [
        ([(-1, NotedBy.DEVICE)], 23),
        ([(-1, NotedBy.SERVER)], 71),
        ([(-30, NotedBy.DEVICE)], 0),
        ([(1, NotedBy.DEVICE)], 0),
        ([(0, NotedBy.DEVICE)] * 1000, 24),
        ([(-2, NotedBy.DEVICE), (-1, NotedBy.DEVICE)], 23),
    ],
    ids=["a device says", "the server saw", "long before", "after the end", "a thousand", "the last one counts"],
)
def test_a_failed_try_gives_no_more_than_the_knob(tries: list[tuple[float, NotedBy]], hours: float) -> None:
    tried = [Tried(END + at * HOUR, who) for at, who in tries]
    assert credited_deadline(END, tries=tried, outages=[], policy=KNOBS) == END + hours * HOUR


def test_what_a_device_says_can_be_worth_nothing() -> None:
    strict = CheckinPolicy(reported_try_credit_hours=0)
    assert credited_deadline(END, tries=[Tried(END, NotedBy.DEVICE)], outages=[], policy=strict) == END


@pytest.mark.parametrize(
    ("said", "is_believed"), [(-1, True), (-24, True), (-25, False), (1, False), (-100_000, False)]
)
def test_when_it_failed_is_believed_within_limits(said: float, is_believed: bool) -> None:
    moment = END + said * HOUR
    assert failed_when(END, said=moment, policy=KNOBS) == (moment if is_believed else END)


def test_spans_in_order_hold_no_time_twice() -> None:
    assert merge_spans([span(3, 4), span(0, 2), span(1, 2.5)]) == [span(0, 2.5), span(3, 4)]


@pytest.mark.parametrize(("minutes", "is_gap"), [(1, False), (4.9, False), (5, True), (600, True)])
def test_a_slow_minute_is_no_outage(minutes: float, is_gap: bool) -> None:
    assert (find_gap(END - timedelta(minutes=minutes), now=END, policy=POLICY) is not None) == is_gap


@pytest.fixture
def duty(person: Participant) -> Duty:
    return make_duty(person, due_on=date(2026, 11, 25))


def fail(person: Participant, at: datetime, noted_by: NotedBy = NotedBy.DEVICE) -> Attempt | None:
    return note_attempt(participant=person, key=uuid4(), failed=FAILED, noted_by=noted_by, now=at)


def test_a_failed_try_moves_the_deadline_before_anybody_is_marked(person: Participant, duty: Duty) -> None:
    fail(person, duty.missed_after - HOUR)
    planned = duty.missed_after
    sweep_overdue(now=planned + HOUR)
    duty.refresh_from_db()
    assert (duty.outcome, duty.moved_from, duty.missed_after) == (None, planned, planned + 23 * HOUR)
    assert LedgerLine.objects.filter(verb="checkin.deadline-moved", subject_id=duty.pk).count() == 1
    fail(person, planned + 2 * HOUR)
    sweep_overdue(now=planned + 23 * HOUR)
    duty.refresh_from_db()
    assert duty.outcome == "missed"


def test_a_thousand_reports_are_a_handful_of_rows(person: Participant, duty: Duty) -> None:
    kept = [fail(person, duty.missed_after - HOUR) for _ in range(50)]
    assert sum(one is not None for one in kept) == Attempt.objects.count() == POLICY.tries_kept_per_hour
    assert fail(person, duty.missed_after - HOUR, NotedBy.SERVER) is not None


def test_the_same_key_is_the_same_attempt_with_the_same_receipt(person: Participant) -> None:
    key = uuid4()
    first, second = (
        note_attempt(participant=person, key=key, failed=FAILED, noted_by=NotedBy.DEVICE, now=at)
        for at in (END, END + HOUR)
    )
    assert first is not None
    assert second is not None
    assert (first.pk, first.receipt_number, first.statement) == (second.pk, second.receipt_number, second.statement)


def test_a_try_that_is_heard_of_after_the_sweep_counts_once_the_report_comes(person: Participant, duty: Duty) -> None:
    planned = duty.missed_after
    sweep_overdue(now=planned + HOUR)
    now = planned + 3 * HOUR
    note_attempt(
        participant=person, key=uuid4(), failed=FAILED, noted_by=NotedBy.DEVICE, now=now, said_at=planned - HOUR
    )
    submit_report(participant=person, key=uuid4(), content=ReportContent(lives_there=True), now=now)
    duty.refresh_from_db()
    assert (duty.outcome, Excuse.objects.get().reason) == ("excused", "could-not-send")


def test_while_the_service_is_down_nobody_is_marked(person: Participant, duty: Duty) -> None:
    Heartbeat.objects.create(source=Source.ADDRESS, last_at=duty.missed_after - HOUR)
    sweep_overdue(now=duty.missed_after + HOUR)
    duty.refresh_from_db()
    assert duty.outcome is None
    assert duty.missed_after > datetime(2026, 11, 27, 6, 0, tzinfo=UTC)


def test_an_outage_that_is_found_afterwards_mends_what_was_marked(person: Participant, duty: Duty) -> None:
    planned = duty.missed_after
    beat(source=Source.ADDRESS, now=planned - timedelta(seconds=30))
    sweep_overdue(now=planned + timedelta(seconds=20))
    duty.refresh_from_db()
    assert duty.outcome == "missed"
    assert beat(source=Source.ADDRESS, now=planned + timedelta(minutes=30)) == Span(
        planned - timedelta(seconds=30), planned + timedelta(minutes=30)
    )
    duty.refresh_from_db()
    assert (duty.outcome, Excuse.objects.get().reason) == ("excused", "service-was-down")
    assert Notice.objects.filter(kind="checkin-credited", about=f"duty:{duty.pk}").count() == 1
    assert LedgerLine.objects.filter(verb="checkin.excused", subject_id=duty.pk).count() == 1
    assert (Outage.objects.get().source, Heartbeat.objects.get().last_at) == ("address", planned + HOUR / 2)


def test_an_outage_elsewhere_in_time_mends_nothing(person: Participant, duty: Duty) -> None:
    sweep_overdue(now=duty.missed_after + HOUR)
    beat(source=Source.WORKER, now=duty.missed_after + 5 * HOUR)
    beat(source=Source.WORKER, now=duty.missed_after + 9 * HOUR)
    duty.refresh_from_db()
    assert duty.outcome == "missed"
    assert Outage.objects.count() == 1


def test_the_public_log_shows_what_goes_on(db: None) -> None:
    Heartbeat.objects.create(source=Source.ADDRESS, last_at=END)
    Outage.objects.create(source=Source.WORKER, began_at=END - 9 * HOUR, ended_at=END - 8 * HOUR)
    shown = outages_since(since=END - 10 * HOUR, now=END + HOUR, seen_by=STRANGER)
    assert [(one.source, one.pk is None) for one in shown] == [("address", True), ("worker", False)]


def test_beats_of_two_workers_are_one_life(db: None) -> None:
    for seconds in (0, 60, 50, 120):
        assert beat(source=Source.WORKER, now=END + timedelta(seconds=seconds)) is None
    assert Heartbeat.objects.get().last_at == END + timedelta(seconds=120)
