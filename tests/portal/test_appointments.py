"""Participants see their appointments: on the first page, in My file, in their calendar."""

from collections.abc import Callable
from datetime import timedelta

import time_machine
from django.test import Client

from adsum.appointments.actions import cancel_appointment, note_attendance
from adsum.appointments.policy import AppointmentsPolicy
from adsum.appointments.rules import Attendance, Kind
from adsum.notices.actions import choose_messages
from adsum.notices.rules import Channel, Hours
from adsum.offices.models import FieldOffice, Staff
from adsum.people.models import Participant
from tests.factories import NOW, make_appointment, make_participant

POLICY = AppointmentsPolicy()

SignIn = Callable[[Participant | Staff], Client]


@time_machine.travel(NOW, tick=False)
def test_the_first_page_shows_those_of_the_next_days_only(person: Participant, sign_in: SignIn) -> None:
    make_appointment(person, kind=Kind.COURT_HEARING, place="26 <Federal> Plaza", days=POLICY.home_days)
    make_appointment(person, kind=Kind.OTHER, place="Far away", days=POLICY.home_days + 1)
    page = sign_in(person).get("/home/").content.decode()
    assert "26 &lt;Federal&gt; Plaza" in page
    assert "Court hearing" in page
    assert page.count('class="card appointment"') == 1


@time_machine.travel(NOW, tick=False)
def test_my_file_shows_what_comes_and_what_was_noted(person: Participant, officer: Staff, sign_in: SignIn) -> None:
    held, gone = make_appointment(person, instructions="Bring papers"), make_appointment(person, days=6)
    cancel_appointment(appointment_id=gone.pk, reason="Not needed", by=officer, now=NOW)
    page = sign_in(person).get("/my-file/").content.decode()
    assert page.count("Visit at the field office\n<br><time") == 1
    assert "Bring papers" in page
    later = held.starts_at + timedelta(hours=3)
    note_attendance(appointment_id=held.pk, attendance=Attendance.ABSENT, by=officer, now=later)
    with time_machine.travel(later, tick=False):
        page = sign_in(person).get("/my-file/").content.decode()
    assert "It is written down that you did not come." in page
    assert '/my-file/messages/?about=correction"' in page


@time_machine.travel(NOW, tick=False)
def test_the_calendar_has_the_moment_and_a_discreet_one_says_no_more(person: Participant, sign_in: SignIn) -> None:
    held = make_appointment(person, kind=Kind.COURT_HEARING, place="Room 1, 26 Federal Plaza", days=20)
    browser = sign_in(person)
    text = browser.get("/my-file/dates.ics").content.decode()
    for line in ("SUMMARY:Court hearing", "LOCATION:Room 1\\, 26 Federal Plaza", f"UID:appointment-{held.pk}@adsum"):
        assert f"{line}\r\n" in text
    assert "DTSTART:20261211T170000Z\r\n" in text
    choose_messages(participant=person, channels=[Channel.SMS], hours=Hours.ANY, discreet=True, now=NOW)
    text = browser.get("/my-file/dates.ics").content.decode()
    assert "SUMMARY:Appointment\r\n" in text
    assert "LOCATION" not in text


@time_machine.travel(NOW, tick=False)
def test_nobody_sees_anybody_elses(office: FieldOffice, person: Participant, sign_in: SignIn) -> None:
    make_appointment(person, kind=Kind.OTHER, place="A secret place")
    browser = sign_in(make_participant(office))
    for url in ("/home/", "/my-file/", "/my-file/dates.ics", "/my-file/whole/"):
        assert "A secret place" not in browser.get(url).content.decode()
    assert "A secret place" in sign_in(person).get("/my-file/whole/").content.decode()
