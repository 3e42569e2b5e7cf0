"""“What would lower it” counts what is in the person's file since their level began, and promises nothing."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import time_machine
from django.test import Client

from adsum.appointments.actions import note_attendance
from adsum.appointments.rules import Attendance
from adsum.checkins.actions import excuse_duty, submit_report, sweep_overdue
from adsum.checkins.rules import ReportContent
from adsum.ledger.rules import OPERATOR
from adsum.offices.models import Staff
from adsum.orders.actions import start_orders
from adsum.orders.queries import order_in_force
from adsum.orders.rules import Ground, Level
from adsum.people.models import Participant
from adsum.portal.lowering import Kept, kept_under
from tests.factories import NOW, make_appointment, make_duty

SignIn = Callable[[Participant | Staff], Client]


def order(person: Participant, days_ago: int) -> None:
    since = NOW - timedelta(days=days_ago)
    start_orders(levels=[(person, Level.CHECK_IN)], ground=Ground.AGENCY_LIST, note="Wave 1", actor=OPERATOR, now=since)


def live_a_while(person: Participant, officer: Staff) -> None:
    """One check-in in time, one excused, one missed, one open; an appointment attended and one not."""
    due = [make_duty(person, due_on=NOW.date() - timedelta(days=days)) for days in (20, 10, 5, -10)]
    submit_report(participant=person, key=uuid4(), content=ReportContent(lives_there=True), now=due[0].due_at)
    sweep_overdue(now=NOW)
    excuse_duty(duty_id=due[1].pk, officer=officer, words="Was in hospital", now=NOW)
    for days, attendance in ((6, Attendance.CAME), (7, Attendance.ABSENT)):
        held = make_appointment(person, days=days, now=NOW - timedelta(days=12))
        note_attendance(appointment_id=held.pk, attendance=attendance, by=officer, now=NOW)


def test_it_counts_what_ended_since_the_level_began(person: Participant, officer: Staff) -> None:
    order(person, 30)
    live_a_while(person, officer)
    held = order_in_force(participant_id=person.pk, seen_by=person.as_actor())
    assert kept_under(held, person) == Kept(in_time=1, excused=1, missing=1, attended=1)
    assert kept_under(None, person) is None


def test_what_was_before_the_level_does_not_count(person: Participant, officer: Staff) -> None:
    order(person, 4)
    live_a_while(person, officer)
    held = order_in_force(participant_id=person.pk, seen_by=person.as_actor())
    assert kept_under(held, person) == Kept(in_time=0, excused=0, missing=0, attended=0)


@time_machine.travel(NOW, tick=False)
def test_the_page_says_it_in_numbers(person: Participant, officer: Staff, sign_in: SignIn) -> None:
    order(person, 30)
    live_a_while(person, officer)
    page = sign_in(person).get("/my-file/").content.decode()
    assert "Check-ins that arrived in time: 1" in page
    assert "Appointments you came to: 1" in page
    assert "A person looks at your level again by " in page
