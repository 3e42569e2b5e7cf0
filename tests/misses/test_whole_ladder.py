"""One person's whole ladder, day by day, with the clock travelling: from the reminder to the record that ends."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine

from adsum.checkins.actions import (
    answer_call,
    climb_rungs,
    make_reminders,
    settle_heard,
    submit_report,
    sweep_overdue,
)
from adsum.checkins.models import Duty, Rung
from adsum.checkins.rules import ReportContent
from adsum.flags.models import Flag
from adsum.ledger.rules import OPERATOR
from adsum.management.fake_gateway import FakeGateway
from adsum.management.messaging import send_waiting
from adsum.misses.actions import answer_contest, decide_miss, flag_returns, sign_step
from adsum.misses.models import MissStep
from adsum.misses.queries import absconding_of, calls_to_make
from adsum.misses.rules import CHECKS, StepAsked
from adsum.notices.models import Message, Notice
from adsum.notices.rules import Heard
from adsum.offices.models import FieldOffice
from adsum.offices.rules import Role
from adsum.people.models import Participant
from tests.factories import make_duty, make_staff
from tests.ladder import ALL, SECRET, with_contacts

pytestmark = pytest.mark.django_db
BEGIN = datetime(2026, 11, 16, 15, 30, tzinfo=UTC)  # steps of three hours from here reach the last of each day
DUE_ON = date(2026, 11, 23)


@pytest.fixture
def gateway(settings: Any) -> Iterator[FakeGateway]:
    settings.SMS_SECRET = SECRET
    fake = FakeGateway(SECRET, mode="silent")
    settings.SMS_URL = fake.url
    fake.start()
    yield fake
    fake.close()


def live_until(moment: datetime, *, since: datetime) -> datetime:
    """Run what the worker runs, every three hours; each text that went is delivered."""
    at = since
    while at <= moment:
        with time_machine.travel(at, tick=False):
            make_reminders(can=ALL, now=at)
            sweep_overdue(now=at)
            climb_rungs(can=ALL, now=at)
            flag_returns(now=at)
            send_waiting()
            gone = Message.objects.filter(state="sent").values_list("pk", flat=True)
            settle_heard(heard=[Heard(one, delivered=True) for one in gone], now=at)
        at += timedelta(hours=3)
    return moment


def test_from_the_reminder_to_the_record_that_ends(
    person: Participant, office: FieldOffice, gateway: FakeGateway
) -> None:
    officer, supervisor = make_staff(office), make_staff(office, Role.SUPERVISOR)
    with_contacts(person)
    duty = make_duty(person, due_on=DUE_ON, now=BEGIN)

    now = live_until(datetime(2026, 11, 24, 23, 0, tzinfo=UTC), since=BEGIN)
    assert len(gateway.messages) == 4  # a week, three days, a day before, and on the day
    assert not Rung.objects.exists()

    now = live_until(datetime(2026, 11, 29, 0, 0, tzinfo=UTC), since=now)
    duty.refresh_from_db()
    assert duty.outcome == "missed"
    assert len(gateway.messages) == 6
    assert set(Rung.objects.filter(way="sms").values_list("message__state", flat=True)) == {"delivered"}
    assert not MissStep.objects.exists()

    (call,) = calls_to_make(seen_by=officer.as_actor())
    answer_call(rung_id=call.pk, officer=officer, reached=False, words="Voicemail", now=now)
    visit = StepAsked(step="home-visit", reason="No message and no call reached the person")
    decide_miss(flag_id=Flag.objects.get().pk, officer=officer, asked=visit, now=now)
    assert not Flag.objects.filter(cleared_at__isnull=True).exists()

    now = live_until(now + timedelta(days=8), since=now)
    again = Flag.objects.get(cleared_at__isnull=True)
    assert again.details["again"] == "yes"
    checks = {**dict.fromkeys(CHECKS, "yes"), "court_no_show": "not-done"}
    asked = StepAsked(step="absconded", reason="Nobody lives there", checks=checks)
    decide_miss(flag_id=again.pk, officer=officer, asked=asked, now=now)
    step = MissStep.objects.get(step="absconded")

    now = live_until(now + timedelta(days=20), since=now)
    assert absconding_of(participant_id=person.pk, seen_by=OPERATOR) is None  # time alone decides nothing
    sign_step(step_id=step.pk, supervisor=supervisor, agrees=True, reason="I have read all of it", now=now)
    assert absconding_of(participant_id=person.pk, seen_by=OPERATOR) is not None

    now += timedelta(minutes=10)
    submit_report(participant=person, key=uuid4(), content=ReportContent(lives_there=True), now=now)
    now = live_until(now + timedelta(hours=3), since=now + timedelta(hours=1))
    back = Flag.objects.get(reason="back-again", cleared_at__isnull=True)
    answer_contest(flag_id=back.pk, officer=officer, decision="undone", reason="She was in hospital", now=now)
    assert absconding_of(participant_id=person.pk, seen_by=OPERATOR) is None
    told = list(Notice.objects.order_by("pk").values_list("kind", flat=True))
    assert told == ["checkin-missed", "step-taken", "step-taken", "step-answered"]
    assert not Rung.objects.filter(state__in=["waiting", "to-call"]).exists()
    assert Duty.objects.get(pk=duty.pk).outcome == "missed"
