"""How a participant chooses to be reminded, and the letters that officers post for them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from adsum.checkins.actions import answer_reply, make_reminders
from adsum.checkins.models import Duty
from adsum.ledger.rules import OPERATOR
from adsum.notices.models import Message, StoppedNumber, Wish
from adsum.notices.rules import Channel
from adsum.offices.models import Staff
from adsum.people.actions import add_contacts
from adsum.people.models import Contact, Participant
from adsum.people.rules import ContactKind
from tests.factories import make_duty

SignIn = Callable[[Participant | Staff], Client]
PHONE = "+12125550123"
pytestmark = pytest.mark.django_db


def test_what_is_chosen_is_kept_and_shown(person: Participant, sign_in: SignIn) -> None:
    client = sign_in(person)
    chosen = {"channel": ["letter", "sms", "pigeon"], "hours": "evening", "discreet": "yes"}
    assert client.post("/my-reminders/", chosen)["Location"] == "/my-reminders/?saved=1"
    wish = Wish.objects.get(participant=person)
    assert (wish.channels, wish.hours, wish.discreet) == (["sms", "letter"], "evening", True)
    page = client.get("/my-reminders/").content.decode()
    assert 'value="letter" checked' in page
    assert 'value="evening" checked' in page
    assert 'value="morning" checked' not in page


@pytest.mark.parametrize("sent", [{}, {"hours": "\0"}, {"channel": ["x" * 9999], "hours": "midnight"}])
def test_an_odd_form_chooses_nothing_odd(person: Participant, sign_in: SignIn, sent: dict[str, str]) -> None:
    assert sign_in(person).post("/my-reminders/", sent).status_code == 302
    wish = Wish.objects.get(participant=person)
    assert (wish.channels, wish.hours, wish.discreet) == ([], "any", False)


def test_a_stop_is_shown_and_can_be_undone_by_the_person_only(
    person: Participant, officer: Staff, sign_in: SignIn
) -> None:
    phone = Contact(participant=person, kind=ContactKind.PHONE, as_given=PHONE, value=PHONE, since=timezone.now())
    add_contacts(contacts=[phone], actor=OPERATOR, now=timezone.now())
    answer_reply(gateway_id="1", number=PHONE, text="STOP", now=timezone.now())
    answer_reply(gateway_id="2", number="+17875550100", text="STOP", now=timezone.now())
    client = sign_in(person)
    assert PHONE in client.get("/my-reminders/").content.decode()
    client.post("/my-reminders/texts/")
    assert PHONE not in client.get("/my-reminders/").content.decode()
    assert [one.number for one in StoppedNumber.objects.all()] == ["+17875550100"]


@pytest.fixture
def letter(person: Participant) -> Message:
    now = timezone.now()
    make_duty(person, due_on=(now + timedelta(days=5)).date(), now=now)
    make_reminders(can=[Channel.LETTER], now=now)
    return Message.objects.get()


def test_a_letter_is_printed_in_their_language_and_posted_once(
    person: Participant, officer: Staff, letter: Message, sign_in: SignIn
) -> None:
    client = sign_in(officer)
    page = client.get(f"/console/letters/{letter.pk}/").content.decode()
    assert 'lang="es"' in page
    assert "123 Main St" in page
    assert client.post(f"/console/letters/{letter.pk}/posting/").status_code == 302
    assert client.post(f"/console/letters/{letter.pk}/posting/").status_code == 404
    letter.refresh_from_db()
    assert letter.state == "sent"
    assert "123 Main St" in letter.address
    assert letter.body
    assert letter.title in sign_in(person).get("/my-reminders/").content.decode()


def test_no_letter_goes_to_who_has_checked_in(officer: Staff, letter: Message, sign_in: SignIn) -> None:
    Duty.objects.update(outcome="reported", settled_at=timezone.now())
    client = sign_in(officer)
    assert "123 Main St" not in client.get(f"/console/letters/{letter.pk}/").content.decode()
    client.post(f"/console/letters/{letter.pk}/posting/")
    letter.refresh_from_db()
    assert letter.state == "needless"
