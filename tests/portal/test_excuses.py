"""The page “I could not, or cannot, check in”, and the officer's side of it, through the real doors."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from adsum.checkins.models import Duty, ExcuseRequest
from adsum.flags.models import Flag
from adsum.offices.models import FieldOffice, Staff
from adsum.people.models import Participant
from tests.factories import make_duty, make_participant, make_picture

SignIn = Callable[[Participant | Staff], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture
def duty(person: Participant) -> Duty:
    return make_duty(person, due_on=timezone.now().date() + timedelta(days=3), now=timezone.now())


def sent(asked_of: Duty, **more: object) -> dict[str, object]:
    return {"duty": str(asked_of.pk), "reason": "hospital", "words": "In the clinic <b>", "key": str(uuid4()), **more}


def test_a_person_asks_with_a_paper_and_sees_where_it_stands(
    duty: Duty, person: Participant, officer: Staff, sign_in: SignIn
) -> None:
    phone, desk = sign_in(person), sign_in(officer)
    page = phone.get("/excuses/").content.decode()
    assert page.count('name="reason"') == 8 and f'value="{duty.pk}" required checked' in page
    paper = SimpleUploadedFile("letter.png", make_picture())
    assert phone.post("/excuses/", sent(duty, file=paper)).headers["Location"] == "/excuses/"
    asked = ExcuseRequest.objects.get()
    assert (asked.document.kind if asked.document else "", asked.words) == ("excuse", "In the clinic <b>")
    for address in ("/excuses/", "/home/", "/my-file/"):
        assert "In the clinic &lt;b&gt;" in phone.get(address).content.decode()
    shown = desk.get(f"/console/people/{person.pk}/").content.decode()
    assert "Hospital or illness" in shown and f"/console/documents/{asked.document_id}/" in shown
    assert "Hospital or illness" in desk.get("/console/").content.decode()
    answer = {"decision": "not-excused", "reason": "The letter is of another year"}
    desk.post(f"/console/flags/{Flag.objects.get().pk}/decision/", answer)
    assert "The letter is of another year" in phone.get("/my-file/").content.decode()


def test_an_officer_gives_a_new_date_and_a_wrong_one_is_said(
    duty: Duty, person: Participant, officer: Staff, sign_in: SignIn
) -> None:
    sign_in(person).post("/excuses/", sent(duty))
    desk, url = sign_in(officer), f"/console/flags/{Flag.objects.get().pk}/decision/"
    decided = {"decision": "new-date", "reason": "Court that day"}
    for wrong in ("", "tomorrow", duty.due_on.isoformat()):
        answer = desk.post(url, {**decided, "new_date": wrong})
        assert (answer.status_code, "Choose a new date" in answer.content.decode()) == (400, True)
    new_date = duty.due_on + timedelta(days=4)
    assert desk.post(url, {**decided, "new_date": new_date.isoformat()}).status_code == 302
    assert Duty.objects.get(pk=duty.pk).due_on == new_date


@pytest.mark.parametrize(
    ("given", "status"),
    [({"reason": ""}, 400), ({"reason": "holiday"}, 400), ({"duty": "²"}, 409), ({"duty": "9" * 40}, 409), ({}, 409)],
)
def test_what_cannot_be_asked_is_said_and_kept_in_the_form(
    given: dict[str, str], status: int, duty: Duty, office: FieldOffice, sign_in: SignIn
) -> None:
    other = sign_in(make_participant(office))
    answer = other.post("/excuses/", sent(duty, **given))
    assert (answer.status_code, ExcuseRequest.objects.count()) == (status, 0)
    by_script = other.post("/excuses/", sent(duty, **given), headers={"Accept": "application/json"})
    assert (by_script.status_code, bool(by_script.json()["error"])) == (status, True)


def test_a_file_that_is_no_picture_loses_no_words(duty: Duty, person: Participant, sign_in: SignIn) -> None:
    answer = sign_in(person).post("/excuses/", sent(duty, file=SimpleUploadedFile("x.exe", b"MZ not a picture")))
    assert answer.status_code == 422 and "In the clinic &lt;b&gt;" in answer.content.decode()
    assert not ExcuseRequest.objects.exists()


def test_an_officer_notes_what_was_said_by_phone(
    duty: Duty, person: Participant, officer: Staff, sign_in: SignIn
) -> None:
    desk = sign_in(officer)
    url = f"/console/people/{person.pk}/excuse-requests/"
    desk.post(url, {"duty": duty.pk, "reason": "death", "words": "Her mother died"})
    asked = ExcuseRequest.objects.get()
    assert (asked.through, asked.noted_by, asked.reason) == ("phone", officer, "death")
    assert "noted by Ana Rivera" in desk.get(f"/console/people/{person.pk}/").content.decode()
    desk.post(url, {"duty": "x", "reason": "death"})
    assert ExcuseRequest.objects.count() == 1
