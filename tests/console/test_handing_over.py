"""A supervisor has everything about a person made into a file, and the person sees it."""

import io
import zipfile
from collections.abc import Callable

import pytest
from django.test import Client

from adsum.handover.models import Handing
from adsum.ledger.models import LedgerLine
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role
from adsum.people.models import Participant
from tests.factories import make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(person: Participant) -> str:
    return f"/console/people/{person.pk}/handing-over/"


def test_the_file_is_made_with_a_reason_that_the_person_reads(
    person: Participant, office: FieldOffice, page: str, sign_in: Callable[[Participant | Staff], Client]
) -> None:
    boss = make_staff(office, Role.SUPERVISOR, name="Ruth Diaz")
    answer = sign_in(boss).post(page, {"reason": "Access request of November 3"})
    content = b"".join(answer)
    assert answer["Content-Length"] == str(len(content))
    with zipfile.ZipFile(io.BytesIO(content)) as folder:
        assert person.case_number.encode() in folder.read("rows/participant.jsonl")
    assert LedgerLine.objects.get(verb="participant.bundled").actor_id == boss.pk
    mine = sign_in(person)
    held = mine.get("/my-file/whole/").json()["bundles_made"]
    assert [(one["made_by__name"], one["reason"]) for one in held] == [("Ruth Diaz", "Access request of November 3")]
    assert "A person who works for the programme" in mine.get("/my-file/").content.decode()


def test_without_a_reason_nothing_is_made(
    office: FieldOffice, page: str, sign_in: Callable[[Participant | Staff], Client]
) -> None:
    answer = sign_in(make_staff(office, Role.SUPERVISOR)).post(page, {"reason": "  "})
    assert answer.status_code == 400 and "Say why" in answer.content.decode()
    assert not Handing.objects.exists()


def test_another_office_gets_nothing(
    other_office: FieldOffice, page: str, sign_in: Callable[[Participant | Staff], Client]
) -> None:
    far = sign_in(make_staff(other_office, Role.SUPERVISOR))
    assert [far.get(page).status_code, far.post(page, {"reason": "Curious"}).status_code] == [404, 404]
    assert not Handing.objects.exists()
