"""The letters that wait: as one PDF to print, and marked as posted."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from pypdf import PdfReader

from adsum.checkins.actions import make_reminders
from adsum.checkins.models import Duty
from adsum.ledger.models import LedgerLine
from adsum.notices.models import Message
from adsum.notices.rules import Channel
from adsum.offices.models import FieldOffice, Staff
from adsum.people.models import Participant
from adsum.places.models import Address
from tests.factories import NOW, make_duty, make_participant, make_staff

SignIn = Callable[[Participant | Staff], Client]
URL = "/console/letters/paper.pdf"
POSTING = "/console/letters/posting/"


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


def waiting() -> list[int]:
    return list(Message.objects.filter(state="waiting").order_by("pk").values_list("pk", flat=True))


def test_the_chosen_letters_are_marked_as_posted_each_with_a_line(
    office: FieldOffice, person: Participant, officer: Staff, sign_in: SignIn
) -> None:
    others = [make_participant(office), make_participant(office)]
    write_letters(person, *others)
    first, second, third = waiting()
    client = sign_in(officer)
    answer = client.post(POSTING, {"letter": [first, third], "shown": f"{first} {second} {third} "}, follow=True)
    assert "2 letters marked as posted." in answer.content.decode()
    assert waiting() == [second]
    posted = Message.objects.get(pk=third)
    assert (posted.title, posted.address) != ("", "")
    lines = LedgerLine.objects.filter(verb="letter.posted", actor_id=officer.pk)
    assert {line.subject_id for line in lines} == {first, third}
    again = client.post(POSTING, {"letter": [first]}, follow=True)
    assert "No letter was chosen" in again.content.decode()
    assert lines.count() == 2


def test_all_are_those_that_stood_on_the_page(
    office: FieldOffice, person: Participant, officer: Staff, sign_in: SignIn
) -> None:
    write_letters(person, make_participant(office), make_participant(office))
    later = Message.objects.exclude(participant=person).latest("pk").pk
    shown = " ".join(str(one) for one in waiting() if one != later)
    Duty.objects.filter(participant=person).update(outcome="reported", settled_at=NOW)
    told = sign_in(officer).post(POSTING, {"shown": shown, "all": "yes"}, follow=True).content.decode()
    assert "1 letter marked as posted. 1 no longer needed" in told
    assert waiting() == [later]


@pytest.mark.parametrize("ids", [[], ["x"], ["-1"], ["9" * 30], ["0"] * 100])
def test_nonsense_marks_nothing(person: Participant, officer: Staff, sign_in: SignIn, ids: list[str]) -> None:
    write_letters(person)
    assert sign_in(officer).post(POSTING, {"letter": ids}).status_code == 302
    assert len(waiting()) == 1


def test_nobody_marks_another_offices_letters(person: Participant, other_office: FieldOffice, sign_in: SignIn) -> None:
    write_letters(person)
    assert sign_in(make_staff(other_office)).post(POSTING, {"letter": waiting()}).status_code == 302
    assert len(waiting()) == 1


def without_address(office: FieldOffice) -> Participant:
    person = make_participant(office, given_names="Nadie")
    Address.objects.filter(participant=person).update(street="", city="", postal_code="")
    return person


def test_who_has_no_address_is_never_marked_as_posted(
    office: FieldOffice, person: Participant, officer: Staff, sign_in: SignIn
) -> None:
    nobody = without_address(office)
    write_letters(person, nobody)
    client = sign_in(officer)
    assert client.get("/console/letters/").content.decode().count("No address: call") == 1
    told = client.post(POSTING, {"shown": " ".join(map(str, waiting())), "all": "yes"}, follow=True).content.decode()
    assert "1 letter marked as posted. 1 without an address still wait" in told
    left = Message.objects.get(state="waiting")
    assert left.participant_id == nobody.pk
    refused = client.post(f"/console/letters/{left.pk}/posting/", {"by": "post"}, follow=True).content.decode()
    assert "Nothing was noted. No address is known" in refused
    assert waiting() == [left.pk]


@pytest.mark.parametrize(("by", "words"), [("desk", "at the office"), ("phone", "on the phone")])
def test_a_letter_without_address_is_given_by_hand_or_read_out(
    office: FieldOffice, officer: Staff, sign_in: SignIn, by: str, words: str
) -> None:
    write_letters(without_address(office))
    (letter,) = waiting()
    client = sign_in(officer)
    page = client.get(f"/console/letters/{letter}/").content.decode()
    assert "It cannot be posted" in page
    assert "It is in the post" not in page
    client.post(f"/console/letters/{letter}/posting/", {"by": by})
    kept = Message.objects.get(pk=letter)
    assert kept.state == "sent"
    assert words in kept.address
    line = LedgerLine.objects.get(verb="letter.given", actor_id=officer.pk)
    assert line.facts == {"by": by}
