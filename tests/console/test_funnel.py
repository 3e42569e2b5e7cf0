"""The funnel page: its numbers, its groups, who is stuck, and the help that is one click and a yes away."""

import csv
from collections.abc import Callable
from io import StringIO

import pytest
from django.test import Client
from django.utils import timezone

from adsum.appointments.models import Appointment
from adsum.enrolment.actions import enrol_wave
from adsum.enrolment.models import Invitation, Wave
from adsum.flags.models import Flag
from adsum.funnel.actions import take_steps
from adsum.funnel.rules import Device, Step, StepTaken
from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import OPERATOR, RULES
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role
from adsum.people.models import Participant
from tests.factories import make_participant, make_row, make_staff

SignIn = Callable[[Participant | Staff], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture
def supervisor(office: FieldOffice) -> Staff:
    return make_staff(office, Role.SUPERVISOR)


@pytest.fixture
def newcomer(office: FieldOffice) -> Participant:
    person = make_participant(office, active=False, surnames="Chavez Luna")
    device = Device("UC Browser", "Android")
    steps = [
        StepTaken(person.pk, Step.OPENED, device),
        StepTaken(person.pk, Step.CODE_TRIED, device, failed="code-wrong"),
    ]
    take_steps(steps=steps, actor=RULES, now=timezone.now())
    return person


def test_the_page_shows_steps_failures_and_groups(newcomer: Participant, supervisor: Staff, sign_in: SignIn) -> None:
    page = sign_in(supervisor).get("/console/funnel/").content.decode()
    for words in ("1 person", "Link opened", "did not match", "UC Browser", "/console/funnel/opened/"):
        assert words in page
    for by in ("system", "language", "network", "channel", "nonsense"):
        assert sign_in(supervisor).get(f"/console/funnel/?by={by}").status_code == 200


def test_it_loads_again_by_itself_only_where_asked(supervisor: Staff, sign_in: SignIn) -> None:
    assert sign_in(supervisor).get("/console/funnel/?live=yes").headers["Refresh"] == "30"
    assert "Refresh" not in sign_in(supervisor).get("/console/funnel/").headers


def test_the_numbers_can_be_saved(newcomer: Participant, supervisor: Staff, sign_in: SignIn) -> None:
    answer = sign_in(supervisor).get("/console/funnel/?csv=yes&by=browser")
    rows = list(csv.reader(StringIO(answer.content.decode())))
    assert rows[0] == ["browser", "what", "step", "count"]
    assert ["everybody", "reached", "opened", "1"] in rows
    assert ["UC Browser", "code-wrong", "code-tried", "1"] in rows


def test_the_people_of_a_wave_and_of_ones_own_office_only(
    office: FieldOffice, other_office: FieldOffice, newcomer: Participant, supervisor: Staff, sign_in: SignIn
) -> None:
    enrol_wave(rows=[make_row(2), make_row(3)], office=other_office, name="theirs", actor=OPERATOR, now=timezone.now())
    enrol_wave(rows=[make_row(2)], office=office, name="ours", actor=OPERATOR, now=timezone.now())
    ours, theirs = (Wave.objects.get(name=name).pk for name in ("ours", "theirs"))
    client = sign_in(supervisor)
    assert "2 people" in client.get("/console/funnel/").content.decode()
    assert "1 person<" in client.get(f"/console/funnel/?wave={ours}").content.decode()
    page = client.get(f"/console/funnel/?wave={theirs}").content.decode()
    assert "0 people" in page and "theirs" not in page
    programme = sign_in(make_staff(None, Role.PROGRAMME))
    assert "2 people" in programme.get(f"/console/funnel/?wave={theirs}").content.decode()
    assert programme.get("/console/funnel/opened/").status_code == 403


def test_the_stuck_are_listed_with_what_failed(newcomer: Participant, supervisor: Staff, sign_in: SignIn) -> None:
    client = sign_in(supervisor)
    page = client.get("/console/funnel/opened/").content.decode()
    assert "Chavez Luna" in page and "did not match" in page
    assert f"/console/funnel/people/{newcomer.pk}/" in page
    assert "Chavez Luna" not in client.get("/console/funnel/listed/").content.decode()
    assert client.get("/console/funnel/nowhere/").status_code == 404
    for number in ("0", "-1", "x", "99999999999", "2"):
        assert client.get(f"/console/funnel/opened/?page={number}&wave=x").status_code == 200


def test_long_lists_of_the_stuck_have_pages(office: FieldOffice, supervisor: Staff, sign_in: SignIn) -> None:
    for _ in range(27):
        make_participant(office, active=False)
    client = sign_in(supervisor)
    first, second = (client.get(f"/console/funnel/listed/?page={page}").content.decode() for page in (1, 2))
    assert (first.count("Help Maria"), second.count("Help Maria")) == (25, 2)
    assert "Later" in first and "Earlier" in second and "Later" not in second


def test_help_is_one_click_and_a_yes(newcomer: Participant, supervisor: Staff, sign_in: SignIn) -> None:
    client, path = sign_in(supervisor), f"/console/funnel/people/{newcomer.pk}/"
    page = client.get(path).content.decode()
    assert "UC Browser Android" in page
    for way in ("invitations", "appointments"):
        assert f'action="/console/people/{newcomer.pk}/{way}/"' in page
    assert LedgerLine.objects.filter(verb="file.viewed", participant_id=newcomer.pk).exists()

    client.post(path, {"do": "call"})
    client.post(path, {"do": "call"})
    assert Flag.objects.get(participant=newcomer).reason == "stuck"
    raised = LedgerLine.objects.get(verb="flag.raised", participant_id=newcomer.pk)
    assert (raised.actor_id, raised.actor_kind) == (supervisor.pk, "staff")
    assert "Stuck on the way in" in client.get("/console/").content.decode()

    client.post(f"/console/people/{newcomer.pk}/invitations/")
    assert Invitation.objects.filter(participant=newcomer, used_at__isnull=True).count() == 1
    suggested = page.split('name="starts_at" value="')[1].split('"')[0]
    client.post(f"/console/people/{newcomer.pk}/appointments/", {"kind": "office-visit", "starts_at": suggested})
    assert Appointment.objects.get().participant == newcomer


def test_nobody_helps_people_of_another_office(
    newcomer: Participant, other_office: FieldOffice, sign_in: SignIn
) -> None:
    far = sign_in(make_staff(other_office, Role.SUPERVISOR))
    assert far.get(f"/console/funnel/people/{newcomer.pk}/").status_code == 404
    assert far.post(f"/console/funnel/people/{newcomer.pk}/", {"do": "call"}).status_code == 404
    assert "Chavez Luna" not in far.get("/console/funnel/opened/").content.decode()
    assert not Flag.objects.exists()
