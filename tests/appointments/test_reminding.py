"""Reminders of appointments go as those of check-ins do, and only while they hold."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from adsum.appointments.actions import cancel_appointment, move_appointment
from adsum.appointments.rules import Kind
from adsum.checkins.actions import make_reminders
from adsum.checkins.message_queries import write_messages
from adsum.ledger.rules import OPERATOR, RULES
from adsum.notices.actions import choose_messages
from adsum.notices.models import Message
from adsum.notices.rules import Channel, Hours
from adsum.offices.models import Staff
from adsum.people.actions import add_contacts
from adsum.people.models import Contact, Participant
from adsum.people.rules import ContactKind
from tests.factories import NOW, make_appointment

DAWN = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)  # seven in the morning in New York


@pytest.fixture(autouse=True)
def phone(person: Participant) -> None:
    number = Contact(
        participant=person, kind=ContactKind.PHONE, value="+12125550123", as_given="+12125550123", since=NOW
    )
    add_contacts(contacts=[number], actor=OPERATOR, now=NOW)


def days_of_reminders(person: Participant, days: int = 12) -> Iterator[tuple[int, int]]:
    """Make what is to be made each morning; each reminder as its step and its day."""
    for day in range(days):
        make_reminders(can=[Channel.SMS], now=DAWN + timedelta(days=day))
    for one in Message.objects.filter(participant=person).order_by("send_at"):
        yield one.step, (one.send_at - DAWN).days


def test_it_comes_seven_three_and_one_days_before_and_on_the_day(person: Participant) -> None:
    make_appointment(person, days=9, now=DAWN + timedelta(hours=6))
    assert list(days_of_reminders(person)) == [(7, 2), (3, 6), (1, 8), (0, 9)]


def test_on_the_day_it_goes_before_the_hour_or_not_at_all(person: Participant) -> None:
    at_eleven = make_appointment(person, days=3, now=DAWN + timedelta(hours=4))
    at_eight = make_appointment(person, days=3, now=DAWN + timedelta(hours=1))
    list(days_of_reminders(person, 4))
    last = Message.objects.get(step=0)
    assert last.about == f"appointment:{at_eleven.pk}"
    assert last.send_at < last.expires_at == at_eleven.starts_at
    assert Message.objects.filter(about=f"appointment:{at_eight.pk}", step=1).exists()


def test_it_says_what_when_and_where_and_a_discreet_one_only_when(person: Participant) -> None:
    make_appointment(person, kind=Kind.COURT_HEARING, place="26 Federal Plaza", days=1 + 6, now=DAWN)
    list(days_of_reminders(person, 1))
    said = [one.text for one in write_messages(messages=[*Message.objects.all()], at=DAWN, seen_by=RULES).values()]
    assert said[0].startswith(
        "Usted tiene una cita el 28 de noviembre de 2026, 07:00. Audiencia en la corte (26 Federal"
    )
    choose_messages(participant=person, channels=[Channel.SMS], hours=Hours.ANY, discreet=True, now=NOW)
    said = [one.text for one in write_messages(messages=[*Message.objects.all()], at=DAWN, seen_by=RULES).values()]
    assert "Federal" not in said[0]
    assert "corte" not in said[0]


def test_one_that_was_cancelled_or_moved_says_nothing_and_the_new_one_does(person: Participant, officer: Staff) -> None:
    held, gone = make_appointment(person, days=7.5, now=DAWN), make_appointment(person, days=7.2, now=DAWN)
    list(days_of_reminders(person, 1))
    cancel_appointment(appointment_id=gone.pk, reason="Not needed", by=officer, now=DAWN)
    move_appointment(appointment_id=held.pk, starts_at=DAWN + timedelta(days=8.5), reason="Ill", by=officer, now=DAWN)
    assert Message.objects.count() == 2
    assert write_messages(messages=[*Message.objects.all()], at=DAWN, seen_by=RULES) == {}
    make_reminders(can=[Channel.SMS], now=DAWN + timedelta(days=1))
    assert len(write_messages(messages=[*Message.objects.all()], at=DAWN, seen_by=RULES)) == 1
