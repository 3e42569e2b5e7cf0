"""What the database makes is what the pure rules say: in each zone, over clock changes, leap days, month ends."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adsum.checkins.actions import make_duties
from adsum.checkins.models import Duty, Plan
from adsum.checkins.policy import CheckinPolicy
from adsum.checkins.rules import Rhythm, days_ahead, end_of_day, term_of
from adsum.ledger.models import LedgerLine
from adsum.offices.models import FieldOffice
from adsum.people.models import Participant
from tests.factories import make_office, make_participant

US = ("America/New_York", "America/Phoenix", "Pacific/Honolulu", "America/Puerto_Rico")
ZONES = (*US, "America/Los_Angeles", "America/Adak", "Pacific/Guam", "America/Havana", "America/Santiago", "UTC")
POLICY = CheckinPolicy()
intervals = st.integers(1, 366).map(lambda days: Rhythm(interval_days=days))
weekdays = st.integers(1, 127).map(lambda days: Rhythm(weekdays=days))
month_days = st.integers(1, 31).map(lambda day: Rhythm(month_day=day))
rhythms = st.one_of(intervals, weekdays, month_days)
days = st.dates(date(2023, 12, 1), date(2029, 12, 31))


def make_plan(person: Participant, rhythm: Rhythm, next_due_on: date, last_due_on: date | None) -> Plan:
    return Plan.objects.create(
        participant=person,
        level="check-in",
        interval_days=rhythm.interval_days,
        weekdays=rhythm.weekdays,
        month_day=rhythm.month_day,
        next_due_on=next_due_on,
        last_due_on=last_due_on,
        started_at=datetime(2023, 11, 1, tzinfo=UTC),
    )


def expected_of(plan: Plan, zone: ZoneInfo, now: datetime) -> tuple[list[tuple[object, ...]], date]:
    today = now.astimezone(zone).date()
    until = today + timedelta(days=POLICY.made_ahead_days)
    due, after = days_ahead(plan.rhythm, next_due_on=plan.next_due_on, today=today, until=until)
    rows: list[tuple[object, ...]] = []
    previous = plan.last_due_on
    for day in due:
        term = term_of(day, previous_due_on=previous, since=plan.started_at, zone=zone, policy=POLICY)
        rows.append((day, term.opens_at, term.due_at, term.missed_after))
        previous = day
    return rows, after


@pytest.fixture
def people(db: None) -> dict[str, Participant]:
    return {zone: make_participant(make_office(f"Z{number}", zone)) for number, zone in enumerate(ZONES)}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rhythm=rhythms,
    next_due_on=days,
    gap=st.none() | st.integers(1, 60),
    since=st.integers(-40, 400),
    hour=st.integers(0, 23),
)
def test_the_database_makes_what_the_rules_say(
    people: dict[str, Participant], rhythm: Rhythm, next_due_on: date, gap: int | None, since: int, hour: int
) -> None:
    first = next_due_on if rhythm.interval_days else rhythm.first_from(next_due_on)
    last = first - timedelta(days=gap) if gap else None
    now = datetime(first.year, first.month, first.day, hour, 30, tzinfo=UTC) + timedelta(days=since)
    Plan.objects.update(ended_at=now)
    plans = {zone: make_plan(person, rhythm, first, last) for zone, person in people.items()}
    make_duties(now=now)
    assert make_duties(now=now) == 0
    claimed = first <= now.date() + timedelta(days=POLICY.made_ahead_days - 1)
    for zone, plan in plans.items():
        rows, after = expected_of(plan, ZoneInfo(zone), now) if claimed else ([], first)
        duties = Duty.objects.filter(plan=plan).order_by("due_on")
        assert list(duties.values_list("due_on", "opens_at", "due_at", "missed_after")) == rows, zone
        assert Plan.objects.get(pk=plan.pk).next_due_on == after, zone


@pytest.mark.parametrize("zone", ZONES)
def test_a_day_ends_at_the_same_moment_for_both(db: None, zone: str) -> None:
    statement = """
        SELECT day::date, (day::date + time '23:59') AT TIME ZONE %s + interval '1 minute'
        FROM generate_series(date '2024-01-01', date '2030-12-31', interval '1 day') AS day
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, [zone])
        for day, ends in cursor.fetchall():
            assert ends == end_of_day(day, ZoneInfo(zone)), day


@pytest.mark.parametrize(
    ("zone", "due_on", "due_at", "hours"),
    [
        ("America/New_York", date(2027, 3, 13), "2027-03-14T05:00", 24),
        ("America/New_York", date(2027, 3, 14), "2027-03-15T04:00", 23),
        ("America/New_York", date(2027, 11, 6), "2027-11-07T04:00", 24),
        ("America/New_York", date(2027, 11, 7), "2027-11-08T05:00", 25),
        ("America/Phoenix", date(2027, 3, 14), "2027-03-15T07:00", 24),
        ("America/Phoenix", date(2027, 11, 7), "2027-11-08T07:00", 24),
        ("Pacific/Honolulu", date(2027, 3, 14), "2027-03-15T10:00", 24),
        ("Pacific/Honolulu", date(2027, 11, 7), "2027-11-08T10:00", 24),
        ("America/Puerto_Rico", date(2027, 3, 14), "2027-03-15T04:00", 24),
        ("America/Puerto_Rico", date(2027, 11, 7), "2027-11-08T04:00", 24),
        ("America/New_York", date(2028, 2, 29), "2028-03-01T05:00", 24),
        ("America/New_York", date(2026, 12, 31), "2027-01-01T05:00", 24),
    ],
)
def test_a_due_day_lasts_as_long_as_the_offices_day(db: None, zone: str, due_on: date, due_at: str, hours: int) -> None:
    """Both clock changes: the day has 23 hours, or 25; where clocks do not change, always 24."""
    plan = make_plan(make_participant(make_office("ONE", zone)), Rhythm(interval_days=366), due_on, None)
    make_duties(now=datetime(due_on.year, due_on.month, due_on.day, 18, tzinfo=UTC) - timedelta(days=5))
    duty = Duty.objects.get(plan=plan)
    assert duty.due_at == datetime.fromisoformat(due_at).replace(tzinfo=UTC)
    assert duty.due_at - end_of_day(due_on - timedelta(days=1), ZoneInfo(zone)) == timedelta(hours=hours)
    assert duty.missed_after - duty.due_at == timedelta(hours=24)


@pytest.mark.parametrize(
    ("rhythm", "first", "then"),
    [
        (Rhythm(month_day=31), date(2027, 12, 31), [date(2028, 1, 31), date(2028, 2, 29), date(2028, 3, 31)]),
        (Rhythm(month_day=30), date(2027, 1, 30), [date(2027, 2, 28), date(2027, 3, 30), date(2027, 4, 30)]),
        (Rhythm(month_day=29), date(2028, 2, 29), [date(2028, 3, 29), date(2028, 4, 29)]),
        (Rhythm(interval_days=28), date(2028, 2, 1), [date(2028, 2, 29), date(2028, 3, 28)]),
        (Rhythm.on_weekdays([1]), date(2026, 12, 29), [date(2027, 1, 5), date(2027, 1, 12)]),
        (Rhythm.on_weekdays([1, 4]), date(2026, 12, 29), [date(2027, 1, 1), date(2027, 1, 5), date(2027, 1, 8)]),
    ],
    ids=["the last day", "day 30", "from a leap day", "over a leap day", "Tuesdays", "Tuesdays and Fridays"],
)
def test_the_days_that_follow(rhythm: Rhythm, first: date, then: list[date]) -> None:
    found, day = [], first
    assert rhythm.holds(first)
    for _ in then:
        day = rhythm.after(day)
        found.append(day)
    assert found == then


@given(rhythm=rhythms, next_due_on=days, today=days)
def test_no_day_is_skipped_and_none_is_past(rhythm: Rhythm, next_due_on: date, today: date) -> None:
    due, after = days_ahead(rhythm, next_due_on=next_due_on, today=today, until=today + timedelta(days=35))
    every = [*due, after]
    assert every == sorted(set(every))
    assert all(day >= today and rhythm.holds(day) for day in every)
    longest = rhythm.interval_days or (7 if rhythm.weekdays else 31)
    assert all((later - day).days <= longest for day, later in pairwise(every))
    if rhythm.month_day:
        assert all(day.day == min(rhythm.month_day, monthrange(day.year, day.month)[1]) for day in every)


def test_a_paused_or_ended_plan_makes_nothing(office: FieldOffice) -> None:
    due_on = date(2026, 12, 1)
    paused = make_plan(make_participant(office), Rhythm(interval_days=7), due_on, None)
    ended = make_plan(make_participant(office), Rhythm(interval_days=7), due_on, None)
    Plan.objects.filter(pk=paused.pk).update(paused_at=datetime(2026, 11, 1, tzinfo=UTC))
    Plan.objects.filter(pk=ended.pk).update(ended_at=datetime(2026, 11, 1, tzinfo=UTC))
    assert make_duties(now=datetime(2026, 11, 21, 17, tzinfo=UTC)) == 0


def test_a_day_that_stands_already_is_not_made_twice_and_the_count_tells(office: FieldOffice) -> None:
    plan = make_plan(make_participant(office), Rhythm(interval_days=7), date(2026, 12, 1), None)
    now = datetime(2026, 11, 21, 17, tzinfo=UTC)
    assert make_duties(now=now) == 4
    Plan.objects.filter(pk=plan.pk).update(next_due_on=date(2026, 12, 1))
    assert make_duties(now=now) == 0
    assert Duty.objects.filter(plan=plan).count() == 4
    lines = LedgerLine.objects.filter(verb="duties.made").order_by("pk")
    assert [line.facts["count"] for line in lines] == [4, 0]
