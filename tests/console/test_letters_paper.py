"""The letters that wait, as one PDF to print."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from pypdf import PdfReader

from adsum.checkins.actions import make_reminders
from adsum.ledger.models import LedgerLine
from adsum.notices.rules import Channel
from adsum.offices.models import FieldOffice, Staff
from adsum.people.models import Participant
from tests.factories import NOW, make_duty, make_participant, make_staff

SignIn = Callable[[Participant | Staff], Client]
URL = "/console/letters/paper.pdf"


def write_letters(*people: Participant) -> None:
    for person in people:
        make_duty(person, due_on=NOW.date() + timedelta(days=6))
    make_reminders(can=[Channel.LETTER], now=NOW)


def test_each_letter_is_a_sheet_in_its_language_and_each_look_is_recorded(
    office: FieldOffice, person: Participant, officer: Staff, sign_in: SignIn
) -> None:
    other = make_participant(office, given_names="#eval *Ivan*", language="ru")
    write_letters(person, other)
    answer = sign_in(officer).get(URL)
    sheets = [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(answer.content)).pages]
    spanish, russian = sorted(sheets, key=lambda sheet: "Ivan" in sheet)
    assert "Maria Lopez Garcia 123 Main St" in spanish
    assert "27 de noviembre" in spanish
    assert "#eval *Ivan* Lopez Garcia" in russian
    assert "27 ноября" in russian
    looks = LedgerLine.objects.filter(verb="file.viewed", actor_id=officer.pk)
    assert {line.participant_id for line in looks} == {person.pk, other.pk}


def test_other_offices_letters_are_not_in_it(person: Participant, other_office: FieldOffice, sign_in: SignIn) -> None:
    write_letters(person)
    assert sign_in(make_staff(other_office)).get(URL)["Location"] == "/console/letters/"


@pytest.mark.parametrize("page", ["", "?page=2", "?page=x", "?page=-1"])
def test_without_letters_it_goes_back_to_the_list(officer: Staff, sign_in: SignIn, page: str) -> None:
    assert sign_in(officer).get(URL + page).status_code == 302
