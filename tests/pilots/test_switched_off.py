"""An office without check-ins by phone: none is asked for, and none counts as missed."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from adsum.checkins.actions import make_reminders, rest_where_off, submit_report, sweep_overdue
from adsum.checkins.models import Duty, Excuse, Rung
from adsum.checkins.past_queries import lives_between, start_simulation
from adsum.checkins.rules import ExcuseReason, Outcome, ReportContent
from adsum.checkins.rules.simulation import read_proposal
from adsum.flags.models import Flag
from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import RULES
from adsum.notices.models import Message, Notice
from adsum.offices.models import FieldOffice, Staff
from adsum.people.models import Participant
from adsum.policies.queries import put_book_away
from tests.factories import NOW, make_duty, make_participant
from tests.ladder import ALL, DUE_ON, MISSED, with_contacts
from tests.pilots.test_switches import switch_off

pytestmark = pytest.mark.django_db


def off(officer: Staff) -> None:
    switch_off(officer, check_in_off=True)
    put_book_away()


def test_nobody_is_missed_where_it_is_off_and_the_neighbours_are(
    person: Participant, officer: Staff, other_office: FieldOffice
) -> None:
    there = make_duty(make_participant(other_office), due_on=DUE_ON)
    duty = make_duty(person, due_on=DUE_ON)
    off(officer)
    late = MISSED + timedelta(hours=12)
    assert rest_where_off(now=late) == 1
    assert rest_where_off(now=late) == 0
    assert sweep_overdue(now=late) == 1
    duty.refresh_from_db()
    there.refresh_from_db()
    assert (duty.outcome, there.outcome) == (Outcome.EXCUSED, Outcome.MISSED)
    assert Excuse.objects.get(duty=duty).reason == ExcuseReason.SWITCHED_OFF
    line = LedgerLine.objects.get(verb="checkin.excused", subject_id=duty.pk)
    assert line.policy.startswith("PilotPolicy")
    for kept in (Flag, Notice, Rung):
        assert not kept.objects.filter(participant=person).exists()


def test_where_it_is_on_nothing_rests(person: Participant) -> None:
    make_duty(person, due_on=DUE_ON)
    assert rest_where_off(now=MISSED) == 0
    assert sweep_overdue(now=MISSED) == 1


def test_what_came_all_the_same_counts(person: Participant, officer: Staff) -> None:
    duty = make_duty(person, due_on=DUE_ON)
    off(officer)
    submit_report(participant=person, key=uuid4(), content=ReportContent(lives_there=True), now=NOW)
    assert rest_where_off(now=MISSED) == 0
    assert Duty.objects.get(pk=duty.pk).outcome == Outcome.REPORTED


def test_no_reminder_goes_out_while_it_is_off(person: Participant, officer: Staff) -> None:
    with_contacts(person)
    make_duty(person, due_on=DUE_ON)
    off(officer)
    assert make_reminders(can=ALL, now=NOW) == 0
    assert not Message.objects.exists()


def test_a_replay_knows_the_switch(person: Participant, officer: Staff) -> None:
    make_duty(person, due_on=DUE_ON)
    off(officer)
    rest_where_off(now=MISSED + timedelta(minutes=1))
    sweep_overdue(now=MISSED + timedelta(minutes=1))
    since, until = date(2026, 11, 1), DUE_ON + timedelta(days=4)
    proposal = read_proposal({"checkins": {"grace_hours": 24}}, name="any", offices={})
    again = start_simulation(proposal=proposal, since=since, until=until, now=MISSED + timedelta(days=2), seen_by=RULES)
    lives = [one for life in lives_between(since=since, until=until, seen_by=RULES) for one in life]
    assert lives
    for one in lives:
        again.add(one)
    assert not again.differences, again.examples


def test_the_portal_says_it_kindly_and_shows_no_day(
    person: Participant, officer: Staff, sign_in: Callable[[Participant | Staff], Client]
) -> None:
    make_duty(person, due_on=timezone.now().date() + timedelta(days=1), now=timezone.now())
    browser = sign_in(person)
    before = browser.get("/home/").content.decode()
    assert "switched-off" not in before
    assert "BEGIN:VEVENT" in browser.get("/my-file/dates.ics").content.decode()
    assert "Check in by" in browser.get("/my-file/").content.decode()
    off(officer)
    home = browser.get("/home/").content.decode()
    assert "Nothing counts as missed" in home
    assert "Your check-in is due" not in home
    assert "Nothing counts as missed" in browser.get("/check-in/").content.decode()
    assert "BEGIN:VEVENT" not in browser.get("/my-file/dates.ics").content.decode()
    assert "Check in by" not in browser.get("/my-file/").content.decode()
