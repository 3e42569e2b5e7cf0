"""The officers' pages."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from adsum.checkins.actions import submit_report, sweep_overdue
from adsum.checkins.models import Duty
from adsum.checkins.rules import GivenPlace, ReportContent
from adsum.enrolment.models import Invitation
from adsum.flags.models import Flag
from adsum.ledger.models import LedgerLine
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role
from adsum.people.models import Participant
from tests.factories import make_duty, make_participant, make_staff

SignIn = Callable[[Participant | Staff], Client]
MOVED = ReportContent(lives_there=False, message="We moved in with my sister")
pytestmark = pytest.mark.django_db


def report_of(person: Participant, content: ReportContent = MOVED) -> None:
    submit_report(participant=person, key=uuid4(), content=content, now=timezone.now())


def test_signing_in(officer: Staff, client: Client) -> None:
    wrong = client.post("/console/sign-in/", {"email": officer.email, "password": "wrong"})
    right = client.post(
        "/console/sign-in/", {"email": officer.email.upper(), "password": "a long password", "next": "/console/people/"}
    )
    assert (wrong.status_code, right.status_code, right["Location"]) == (403, 302, "/console/people/")
    assert LedgerLine.objects.filter(verb="staff.signed-in", actor_id=officer.pk).exists()


def test_signing_in_leads_nowhere_else(officer: Staff, client: Client) -> None:
    fields = {"email": officer.email, "password": "a long password", "next": "https://evil.example/"}
    assert client.post("/console/sign-in/", fields)["Location"] == "/console/"


def test_the_worklist_says_who_and_why(person: Participant, officer: Staff, sign_in: SignIn) -> None:
    report_of(person)
    page = sign_in(officer).get("/console/").content.decode()
    assert person.surnames in page
    assert "Says they live somewhere else now" in page
    assert f"/console/people/{person.pk}/" in page


def test_a_clean_check_in_stands_below_without_a_decision(person: Participant, officer: Staff, sign_in: SignIn) -> None:
    place = GivenPlace("granted", 40.7, -74.0, 12.0, timezone.now())
    report_of(person, ReportContent(lives_there=True, place=place))
    page = sign_in(officer).get("/console/").content.decode()
    assert not Flag.objects.exists()
    assert person.surnames in page


def test_opening_a_file_is_a_look_that_the_participant_sees(
    person: Participant, officer: Staff, sign_in: SignIn
) -> None:
    report_of(person)
    page = sign_in(officer).get(f"/console/people/{person.pk}/").content.decode()
    assert "We moved in with my sister" in page
    line = LedgerLine.objects.get(verb="file.viewed")
    assert (line.actor_id, line.participant_id) == (officer.pk, person.pk)
    assert sign_in(person).get("/my-file/").status_code == 200


def test_a_decision_needs_a_choice_and_a_reason(person: Participant, officer: Staff, sign_in: SignIn) -> None:
    report_of(person)
    flag = Flag.objects.get()
    browser, path = sign_in(officer), f"/console/flags/{flag.pk}/decision/"
    for fields in (
        {},
        {"decision": "seen"},
        {"decision": "seen", "reason": " "},
        {"decision": "deport", "reason": "x"},
    ):
        answer = browser.post(path, fields)
        assert (answer.status_code, 'role="alert"' in answer.content.decode()) == (400, True)
    assert browser.post(path, {"decision": "corrected", "reason": "Address confirmed by phone"}).status_code == 302
    flag.refresh_from_db()
    assert (flag.cleared_by, flag.decision, flag.decision_reason) == (
        officer,
        "corrected",
        "Address confirmed by phone",
    )
    line = LedgerLine.objects.get(verb="flag.cleared")
    assert (line.actor_kind, line.actor_id, line.facts["decision"]) == ("staff", officer.pk, "corrected")


def test_two_officers_decide_at_once_and_the_first_stands(person: Participant, officer: Staff, sign_in: SignIn) -> None:
    report_of(person)
    path = f"/console/flags/{Flag.objects.get().pk}/decision/"
    second = make_staff(person.office, name="Daniel Chen")
    sign_in(officer).post(path, {"decision": "seen", "reason": "fine"})
    late = sign_in(second).post(path, {"decision": "corrected", "reason": "not fine"}, follow=True)
    assert "has decided this already" in late.content.decode()
    assert Flag.objects.get().decision == "seen"


def test_excusing_a_missed_check_in(person: Participant, officer: Staff, sign_in: SignIn) -> None:
    make_duty(person, due_on=(timezone.now() - timedelta(days=4)).date(), now=timezone.now() - timedelta(days=10))
    sweep_overdue(now=timezone.now())
    path = f"/console/flags/{Flag.objects.get().pk}/decision/"
    sign_in(officer).post(path, {"decision": "excused", "reason": "Hospital letter"})
    assert Duty.objects.get().outcome == "excused"
    assert not Flag.objects.filter(cleared_at__isnull=True).exists()


def test_the_list_costs_the_same_with_one_row_and_with_five(
    office: FieldOffice, officer: Staff, sign_in: SignIn
) -> None:
    browser = sign_in(officer)
    report_of(make_participant(office))
    browser.get("/console/")
    with CaptureQueriesContext(connection) as one:
        browser.get("/console/")
    for _ in range(4):
        report_of(make_participant(office))
    with CaptureQueriesContext(connection) as five:
        browser.get("/console/")
    assert Flag.objects.count() == 5
    assert len(one) == len(five)


def test_mine_and_the_whole_office(office: FieldOffice, officer: Staff, sign_in: SignIn) -> None:
    colleague = make_staff(office)
    mine = make_participant(office, officer=officer, surnames="Minemine")
    theirs = make_participant(office, officer=colleague, surnames="Theirstheirs")
    report_of(mine)
    report_of(theirs)
    browser = sign_in(officer)
    links = [f"/console/people/{person.pk}/#flag" for person in (mine, theirs)]
    assert [link in browser.get("/console/").content.decode() for link in links] == [True, False]
    assert [link in browser.get("/console/?of=office").content.decode() for link in links] == [True, True]
    supervisor = sign_in(make_staff(office, Role.SUPERVISOR))
    assert [link in supervisor.get("/console/").content.decode() for link in links] == [True, True]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("munoz", 1),
        ("MUÑOZ maria", 1),
        ("José-Maria", 1),
        ("obrien", 1),
        ("o’brien muñ", 1),
        ("muno'z", 1),
        ("unoz", 0),
        ("munoz nobody", 0),
        ("%", 0),
        ("& | !", 0),
        (":* <-> \\'", 0),
        ("mar " * 400, 1),
        ("", 0),
    ],
)
def test_searching(office: FieldOffice, officer: Staff, sign_in: SignIn, words: str, found: int) -> None:
    person = make_participant(office, given_names="María José", surnames="Muñoz O’Brien")
    page = sign_in(officer).get("/console/people/", {"q": words}).content.decode()
    assert page.count(f"/console/people/{person.pk}/") == found


@pytest.mark.parametrize(
    ("given_names", "surnames", "words"),
    [
        ("Олександр", "Шевченко", "шевч олек"),
        ("محمد", "الأحمد", "الاحمد"),
        ("小明", "王", "王"),
        ("ਬੰਸੀ", "ਸਿੰਘ", "ਸਿੰਘ"),
        ("Thị Hồng", "Nguyễn", "nguyen hong"),
        ("", "Ibn-al-Walid", "walid ibn"),
    ],
)
def test_names_are_found_in_every_script(
    office: FieldOffice, officer: Staff, sign_in: SignIn, given_names: str, surnames: str, words: str
) -> None:
    person = make_participant(office, given_names=given_names, surnames=surnames)
    page = sign_in(officer).get("/console/people/", {"q": words}).content.decode()
    assert f"/console/people/{person.pk}/" in page


def test_searching_by_case_number(person: Participant, officer: Staff, sign_in: SignIn) -> None:
    page = sign_in(officer).get("/console/people/", {"q": person.case_number.lower()}).content.decode()
    assert f"/console/people/{person.pk}/" in page


def test_a_new_code_is_shown_once(person: Participant, officer: Staff, sign_in: SignIn) -> None:
    page = sign_in(officer).post(f"/console/people/{person.pk}/invitations/").content.decode()
    assert "/start/" in page
    assert "<svg" in page
    assert "Regístrese desde cualquier teléfono" in page
    assert Invitation.objects.get().participant == person


def test_an_auditor_sees_no_worklist(sign_in: SignIn, office: FieldOffice) -> None:
    assert sign_in(make_staff(None, Role.AUDITOR)).get("/console/").status_code == 403


@pytest.mark.parametrize(
    ("decision", "outcome"),
    [("excused", "excused"), ("stays-missed", "missed"), ("reached", "missed"), ("not-reached", "missed")],
)
def test_one_decision_settles_a_missed_check_in_and_its_late_report(
    person: Participant, officer: Staff, sign_in: SignIn, decision: str, outcome: str
) -> None:
    make_duty(person, due_on=(timezone.now() - timedelta(days=4)).date(), now=timezone.now() - timedelta(days=10))
    sweep_overdue(now=timezone.now())
    report_of(person)
    missed, late = Flag.objects.order_by("urgency")
    browser = sign_in(officer)
    page = browser.get(f"/console/people/{person.pk}/").content.decode()
    assert (f'id="flag-{late.pk}"' in page, f'id="flag-{missed.pk}"' in page) == (True, False)
    browser.post(f"/console/flags/{late.pk}/decision/", {"decision": decision, "reason": "Hospital letter"})
    missed.refresh_from_db()
    assert (missed.cleared_by, missed.decision, missed.decision_reason) == (officer, decision, "Hospital letter")
    assert Duty.objects.get().outcome == outcome
    assert LedgerLine.objects.filter(verb="flag.cleared").count() == 2


@pytest.mark.parametrize("back", ["abc", "//evil.example", "https://evil.example/x"])
def test_signing_in_survives_a_bent_link(officer: Staff, client: Client, back: str) -> None:
    fields = {"email": officer.email, "password": "a long password", "next": back}
    assert client.post("/console/sign-in/", fields)["Location"] == "/console/"


def test_zero_bytes_are_no_outage(officer: Staff, sign_in: SignIn, client: Client) -> None:
    assert sign_in(officer).get("/console/people/", {"q": "\x00"}).status_code == 200
    assert client.post("/console/sign-in/", {"email": "\x00", "password": "\x00"}).status_code == 403
    client.cookies["adsum_staff"] = "\x00aaaaaaaaaa"
    assert client.get("/console/").status_code == 302


def test_a_lost_phone_is_signed_out_with_the_new_code(person: Participant, officer: Staff, sign_in: SignIn) -> None:
    old_phone = sign_in(person)
    assert old_phone.get("/home/").status_code == 200
    sign_in(officer).post(f"/console/people/{person.pk}/invitations/", {"lost": "yes"})
    assert old_phone.get("/home/")["Location"] == "/start/"


def test_what_does_not_exist_leads_officers_back_to_their_worklist(officer: Staff, sign_in: SignIn) -> None:
    answer = sign_in(officer).get("/console/people/99999999/")
    assert (answer.status_code, b"Go to your worklist" in answer.content) == (404, True)
