"""When a report was made, how sure that is, and from when it counts: one change a row."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from adsum.checkins.actions import submit_report, sweep_overdue
from adsum.checkins.models import Duty, Excuse, Report
from adsum.checkins.policy import CheckinPolicy
from adsum.checkins.rules import (
    UNSAID,
    Outcome,
    ReportContent,
    Sending,
    Surety,
    counts_from,
    made_at,
    surety_of,
)
from adsum.flags.models import Flag
from adsum.people.models import Participant
from tests.factories import NOW, make_duty, make_office, make_participant

POLICY = CheckinPolicy()

GIVEN, CAME = NOW, NOW + timedelta(days=3)
MADE = NOW + timedelta(days=1)
NO_SKEW, HOUR, DAY = timedelta(), timedelta(hours=1), timedelta(days=1)
CLEAN = Sending(sent_at=MADE, form_given_at=GIVEN, clock_skew=NO_SKEW)


@pytest.mark.parametrize(
    ("sending", "made", "surety"),
    [
        (CLEAN, MADE, Surety.AGREES),
        (UNSAID, None, Surety.NOT_SAID),
        (replace(CLEAN, sent_at=None), None, Surety.NOT_SAID),
        (replace(CLEAN, form_given_at=None, clock_skew=None), None, Surety.UNPROVEN),
        (replace(CLEAN, clock_skew=None), None, Surety.UNPROVEN),
        (replace(CLEAN, sent_at=MADE + HOUR, clock_skew=HOUR), MADE, Surety.CORRECTED),
        (replace(CLEAN, sent_at=MADE - 900 * DAY, clock_skew=-900 * DAY), MADE, Surety.CORRECTED),
        (replace(CLEAN, sent_at=GIVEN - timedelta(minutes=4)), GIVEN, Surety.AGREES),
        (replace(CLEAN, sent_at=GIVEN - timedelta(minutes=6)), None, Surety.IMPOSSIBLE),
        (replace(CLEAN, sent_at=CAME + timedelta(minutes=4)), CAME, Surety.AGREES),
        (replace(CLEAN, sent_at=CAME + timedelta(minutes=6)), None, Surety.IMPOSSIBLE),
        (replace(CLEAN, sent_at=NOW - 5_000 * DAY), None, Surety.IMPOSSIBLE),
        (replace(CLEAN, sent_at=NOW + 5_000 * DAY), None, Surety.IMPOSSIBLE),
    ],
)
def test_when_it_was_made_and_how_sure_that_is(sending: Sending, made: datetime | None, surety: Surety) -> None:
    assert made_at(sending, received_at=CAME, policy=POLICY) == made
    assert surety_of(sending, received_at=CAME, policy=POLICY) == surety


@pytest.mark.parametrize(
    ("tried_at", "sending", "days", "expected"),
    [
        (None, UNSAID, 3, "came"),
        (None, CLEAN, 3, "made"),
        (None, CLEAN, 1 + POLICY.offline_credit_days, "made"),
        (None, CLEAN, 2 + POLICY.offline_credit_days, "came"),
        (GIVEN + 2 * DAY, CLEAN, 3, "made"),
        (GIVEN + 2 * DAY, UNSAID, 3, "tried"),
        (None, replace(CLEAN, sent_at=GIVEN - DAY), 3, "came"),
    ],
)
def test_from_when_it_counts(tried_at: datetime | None, sending: Sending, days: int, expected: str) -> None:
    came = GIVEN + timedelta(days=days)
    moments = {"came": came, "made": MADE, "tried": tried_at}
    assert counts_from(came, tried_at=tried_at, policy=POLICY, sending=sending) == moments[expected]


def send(person: Participant, made: datetime, came: datetime, **changes: object) -> Report:
    sending = Sending(sent_at=made, form_given_at=made - DAY, clock_skew=NO_SKEW)
    return submit_report(
        participant=person,
        key=uuid4(),
        content=ReportContent(lives_there=True),
        now=came,
        sending=replace(sending, **changes),  # type: ignore[arg-type]
    )


def test_made_before_the_deadline_and_come_after_it_is_not_late(person: Participant) -> None:
    duty = make_duty(person, due_on=date(2026, 11, 20))
    report = send(person, duty.missed_after - HOUR, duty.missed_after + DAY)
    assert "late" not in report.concerns
    assert report.made_at == report.sent_at == duty.missed_after - HOUR
    assert report.received_at == duty.missed_after + DAY


def test_what_was_marked_missed_meanwhile_is_excused(person: Participant) -> None:
    duty = make_duty(person, due_on=date(2026, 11, 20))
    sweep_overdue(now=duty.missed_after + HOUR)
    send(person, duty.missed_after - HOUR, duty.missed_after + DAY)
    assert Duty.objects.get(pk=duty.pk).outcome == Outcome.EXCUSED
    assert Excuse.objects.get().reason == "made-offline"


@pytest.mark.parametrize(
    "lie",
    [
        {"sent_at": NOW + 400 * DAY},
        {"sent_at": NOW - 9_000 * DAY},
        {"form_given_at": None, "clock_skew": None},
        {"clock_skew": timedelta(days=900)},
        {"clock_skew": timedelta(days=-900)},
    ],
    ids=repr,
)
def test_a_lie_is_accepted_and_gives_no_credit(person: Participant, lie: dict[str, object]) -> None:
    duty = make_duty(person, due_on=date(2026, 11, 20))
    report = send(person, duty.missed_after - HOUR, duty.missed_after + DAY, **lie)
    report.refresh_from_db()
    assert "late" in report.concerns
    assert report.receipt_number


def test_an_officer_sees_that_its_phone_was_signed_out(person: Participant) -> None:
    report = send(person, NOW - HOUR, NOW, signed_out=True)
    assert "device-signed-out" in report.concerns
    assert Flag.objects.filter(participant=person).exists()


@pytest.mark.parametrize("skew", [timedelta(), timedelta(hours=-7), timedelta(days=400)], ids=["none", "-7 h", "400 d"])
@pytest.mark.parametrize("zone", ["America/New_York", "America/Phoenix", "Pacific/Honolulu", "America/Puerto_Rico"])
@pytest.mark.parametrize(("swept", "outcome"), [(False, Outcome.REPORTED), (True, Outcome.EXCUSED)])
def test_sent_at_2359_and_delivered_at_0003_is_on_time(
    db: None, zone: str, skew: timedelta, swept: bool, outcome: Outcome
) -> None:
    """The last minute of the grace period, by the device's clock less its skew, measured when it got the form."""
    person = make_participant(make_office("ONE", zone))
    duty = make_duty(person, due_on=date(2026, 11, 25))
    pressed, arrived = duty.missed_after - timedelta(minutes=1), duty.missed_after + timedelta(minutes=3)
    assert pressed.astimezone(ZoneInfo(zone)).strftime("%H:%M") == "23:59"
    assert sweep_overdue(now=duty.missed_after if swept else pressed) == swept
    sending = Sending(sent_at=pressed + skew, form_given_at=pressed - timedelta(minutes=9), clock_skew=skew)
    submit_report(
        participant=person, key=uuid4(), content=ReportContent(lives_there=True), now=arrived, sending=sending
    )
    duty.refresh_from_db()
    assert duty.outcome == outcome
    assert not Flag.objects.filter(reason="late-report").exists()
