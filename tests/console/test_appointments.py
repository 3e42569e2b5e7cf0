"""An officer gives, moves and cancels appointments on the person's page, and notes who came."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from adsum.appointments.models import Appointment
from adsum.notices.models import Notice
from adsum.offices.models import Staff
from adsum.people.models import Participant
from tests.factories import NOW, make_appointment

SignIn = Callable[[Participant | Staff], Client]


def said(browser: Client, url: str, **sent: str) -> str:
    """What the page says after this was sent."""
    return browser.post(url, sent, follow=True).content.decode()


@time_machine.travel(NOW, tick=False)
def test_given_moved_and_attended_on_one_page(person: Participant, officer: Staff, sign_in: SignIn) -> None:
    browser, giving = sign_in(officer), f"/console/people/{person.pk}/appointments/"
    page = said(browser, giving, kind="office-visit", starts_at="2026-12-01T09:30", instructions="Bring <b>papers</b>")
    assert "Given: Visit at the field office, Office NYC. Maria Lopez Garcia has been told." in page
    assert "Tue, Dec. 1, 2026, 09:30" in page
    held = Appointment.objects.get()
    assert held.starts_at.isoformat() == "2026-12-01T14:30:00+00:00"
    url = f"/console/appointments/{held.pk}/"
    page = said(browser, url, do="move", starts_at="2026-12-02T10:00", place="", reason="Office closed")
    assert "Moved. Maria" in page
    assert "“Office closed”" in page
    moved = Appointment.objects.get(ended_at=None)
    with time_machine.travel(moved.starts_at + timedelta(hours=1), tick=False):
        browser = sign_in(officer)
        assert "Did they come?" in browser.get(f"/console/people/{person.pk}/").content.decode()
        page = said(browser, f"/console/appointments/{moved.pk}/", do="absent")
    assert "Noted: did not come." in page
    assert "noted whether the participant came" in page
    assert Notice.objects.filter(participant=person).count() == 3


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"starts_at": ""},
        {"starts_at": "x" * 5_000},
        {"starts_at": "0001-01-01T00:00"},
        {"starts_at": "9999-12-31T23:59"},
        {"starts_at": "2020-01-01T09:00"},
        {"starts_at": "2027-02-30T09:00"},
        {"starts_at": "2027-01-04T09:00", "kind": "court-hearing"},
    ],
    ids=str,
)
def test_what_cannot_be_is_said_and_nothing_is_given(
    person: Participant, officer: Staff, sign_in: SignIn, sent: dict[str, str]
) -> None:
    page = said(sign_in(officer), f"/console/people/{person.pk}/appointments/", **sent)
    assert "No appointment was given." in page
    assert not Appointment.objects.exists()


@pytest.mark.parametrize("sent", [{}, {"do": "x"}, {"do": "cancel"}, {"do": "move", "starts_at": "x"}, {"do": "came"}])
def test_a_change_without_its_parts_changes_nothing(
    person: Participant, officer: Staff, sign_in: SignIn, sent: dict[str, str]
) -> None:
    held = make_appointment(person, now=timezone.now())
    assert "Nothing was changed." in said(sign_in(officer), f"/console/appointments/{held.pk}/", **sent)
    assert Notice.objects.count() == 1
