"""A participant changes their phone number by a code that goes to the new one; an officer does it with a reason."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from adsum.enrolment.actions import PhoneRefused, ask_phone_code, confirm_phone, forget_phone_changes, set_phone
from adsum.enrolment.models import PhoneChange
from adsum.enrolment.policy import PhonePolicy
from adsum.enrolment.queries import everything_about
from adsum.families.actions import name_guardian
from adsum.ledger.models import LedgerLine
from adsum.management.fake_gateway import FakeGateway
from adsum.notices.actions import choose_messages
from adsum.notices.models import Message, Notice, StoppedNumber
from adsum.notices.rules import Channel, Hours
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role
from adsum.people.models import Contact, Participant
from adsum.people.queries import people_with_phone
from tests.checkins.test_reminders import PHONE, gateway, send_at, with_contacts
from tests.factories import make_participant, make_staff

__all__ = ["gateway"]
SignIn = Callable[[Participant | Staff], Client]
POLICY = PhonePolicy()
NOON = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)  # one in the morning at the office
NEW = "+12125550199"
PATH = "/my-reminders/number/"
pytestmark = pytest.mark.django_db


def phones(person: Participant) -> list[str]:
    return sorted(Contact.objects.filter(participant=person, kind="phone").values_list("value", flat=True))


def texts_to(gateway: FakeGateway, number: str) -> list[str]:
    return [str(one["text"]) for one in gateway.messages if one["to"] == number]


def code_in(text: str) -> str:
    found = re.search(r"[0-9]{6}", text)
    assert found, text
    return found[0]


def other_than(code: str) -> str:
    return "000001" if code != "000001" else "000002"


def asked_code(person: Participant, gateway: FakeGateway, number: str = NEW, now: datetime = NOON) -> str:
    ask_phone_code(participant=person, typed=number, now=now)
    send_at(now)
    return code_in(texts_to(gateway, number)[-1])


def test_a_code_goes_to_the_new_number_at_any_hour_and_changes_it(
    person: Participant, gateway: FakeGateway, sign_in: SignIn
) -> None:
    with_contacts(person)
    with time_machine.travel(NIGHT, tick=False):
        client = sign_in(person)
        assert PHONE in client.get(PATH).content.decode()
        assert client.post(PATH, {"number": "(212) 555-0199"})["Location"] == PATH
        assert NEW in client.get(PATH).content.decode()
    assert send_at(NIGHT) == 1
    (text,) = texts_to(gateway, NEW)
    assert person.case_number not in text
    with time_machine.travel(NIGHT + timedelta(minutes=3), tick=False):
        assert client.post(PATH, {"code": f" {code_in(text)[:3]} {code_in(text)[3:]} "}).status_code == 302
        assert NEW in client.get(f"{PATH}?saved=1").content.decode()
    assert phones(person) == [NEW]
    assert Contact.objects.filter(participant=person, kind="email").exists()
    change = PhoneChange.objects.get()
    assert (change.before, change.code_hash, change.changed_by) == ([PHONE], "", None)
    assert code_in(text) not in Message.objects.get(kind="phone-code").body


def test_the_old_number_and_the_person_are_told_and_the_old_one_learns_no_new_number(
    person: Participant, gateway: FakeGateway
) -> None:
    with_contacts(person)
    code = asked_code(person, gateway)
    assert confirm_phone(participant=person, typed_code=code, now=NOON)
    assert send_at(NOON + timedelta(minutes=1)) >= 1
    (told,) = texts_to(gateway, PHONE)
    assert "Su número de teléfono cambió" in told
    assert person.office.name in told
    assert NEW not in told
    notice = Notice.objects.get()
    assert NEW in notice.body
    assert person.office.name in notice.body
    lines = LedgerLine.objects.filter(verb__startswith="phone.").order_by("pk").values_list("verb", "actor_id")
    assert list(lines) == [("phone.code-asked", person.pk), ("phone.changed", person.pk)]


def test_who_shares_the_old_phone_learns_little(person: Participant, gateway: FakeGateway) -> None:
    with_contacts(person)
    choose_messages(participant=person, channels=[Channel.SMS], hours=Hours.ANY, discreet=True, now=NOON)
    confirm_phone(participant=person, typed_code=asked_code(person, gateway), now=NOON)
    send_at(NOON + timedelta(minutes=1))
    (told,) = texts_to(gateway, PHONE)
    assert "Adsum" not in told
    assert person.office.name not in told


def test_the_old_phone_is_told_also_where_texts_are_not_wished_any_more(
    person: Participant, gateway: FakeGateway
) -> None:
    with_contacts(person)
    confirm_phone(participant=person, typed_code=asked_code(person, gateway), now=NOON)
    choose_messages(participant=person, channels=[Channel.EMAIL], hours=Hours.ANY, discreet=False, now=NOON)
    send_at(NOON + timedelta(minutes=1))
    assert len(texts_to(gateway, PHONE)) == 1


def test_the_page_is_the_same_whoever_has_the_number_and_a_stop_is_kept(
    person: Participant, office: FieldOffice, gateway: FakeGateway, sign_in: SignIn
) -> None:
    with_contacts(make_participant(office), phone="+17875550100")
    StoppedNumber.objects.create(number="+17875550111", stopped_at=NOON)
    pages = []
    with time_machine.travel(NOON, tick=False):
        client = sign_in(person)
        for number in ("+17875550100", "+17875550111", "+17875550122"):
            client.post(PATH, {"number": number})
            page = client.get(PATH).content.decode()
            pages.append(re.sub(r'(csrfmiddlewaretoken" value=)"[^"]*"', r"\1", page).replace(number, "N"))
    assert len(set(pages)) == 1
    sent = Message.objects.values_list("address", flat=True)
    assert sorted(sent) == ["+17875550100", "+17875550122"]


def test_after_too_many_wrong_tries_the_right_code_is_wrong_too(person: Participant, gateway: FakeGateway) -> None:
    code = asked_code(person, gateway)
    for _ in range(POLICY.code_tries):
        assert not confirm_phone(participant=person, typed_code=other_than(code), now=NOON)
    assert not confirm_phone(participant=person, typed_code=code, now=NOON)
    assert phones(person) == []
    assert LedgerLine.objects.filter(verb="phone.code-refused").count() == POLICY.code_tries


def test_one_try_before_the_last_it_still_works_and_works_once(person: Participant, gateway: FakeGateway) -> None:
    code = asked_code(person, gateway)
    for _ in range(POLICY.code_tries - 1):
        confirm_phone(participant=person, typed_code=other_than(code), now=NOON)
    assert confirm_phone(participant=person, typed_code=code, now=NOON)
    assert not confirm_phone(participant=person, typed_code=code, now=NOON)


def test_a_code_lives_minutes_and_a_new_one_ends_it(person: Participant, gateway: FakeGateway) -> None:
    first, later = asked_code(person, gateway), NOON + timedelta(minutes=2)
    over = NOON + timedelta(minutes=POLICY.code_minutes)
    assert not confirm_phone(participant=person, typed_code=first, now=over)
    second = asked_code(person, gateway, number="+17875550100", now=NOON + timedelta(minutes=1))
    assert first == second or not confirm_phone(participant=person, typed_code=first, now=later)
    assert confirm_phone(participant=person, typed_code=second, now=later)
    assert phones(person) == ["+17875550100"]


def test_a_code_that_waited_too_long_is_not_sent(person: Participant, gateway: FakeGateway) -> None:
    ask_phone_code(participant=person, typed=NEW, now=NOON)
    send_at(NOON + timedelta(minutes=POLICY.code_minutes))
    assert texts_to(gateway, NEW) == []


def test_the_code_of_another_person_changes_nothing(
    person: Participant, office: FieldOffice, gateway: FakeGateway
) -> None:
    other = make_participant(office)
    code = asked_code(person, gateway)
    assert not confirm_phone(participant=other, typed_code=code, now=NOON)
    assert phones(other) == phones(person) == []


def test_one_person_asks_for_so_many_a_day(person: Participant) -> None:
    for number in range(POLICY.codes_per_day):
        ask_phone_code(participant=person, typed=f"+1787555010{number}", now=NOON)
    with pytest.raises(PhoneRefused, match="enough"):
        ask_phone_code(participant=person, typed=NEW, now=NOON + timedelta(hours=23))
    ask_phone_code(participant=person, typed=NEW, now=NOON + timedelta(hours=25))


def test_a_number_gets_so_many_a_day_whoever_asks(office: FieldOffice) -> None:
    for _ in range(POLICY.codes_per_number + 2):
        ask_phone_code(participant=make_participant(office), typed=NEW, now=NOON)
    assert Message.objects.filter(address=NEW).count() == POLICY.codes_per_number


@pytest.mark.parametrize("typed", ["", "12", "\0", "x" * 9999, "+1212555019912345678"])
def test_what_is_no_number_is_said_so(person: Participant, sign_in: SignIn, typed: str) -> None:
    assert sign_in(person).post(PATH, {"number": typed}).status_code == 400
    assert not PhoneChange.objects.exists()


@pytest.mark.parametrize("typed", ["", "12", "\0", "9" * 9999, "٣٤"])
def test_an_odd_code_is_a_wrong_one(person: Participant, sign_in: SignIn, typed: str) -> None:
    ask_phone_code(participant=person, typed=NEW, now=datetime.now(UTC))
    assert sign_in(person).post(PATH, {"code": typed}).status_code == 400


def test_a_childs_messages_go_to_the_new_number_too(
    person: Participant, office: FieldOffice, officer: Staff, gateway: FakeGateway
) -> None:
    child = make_participant(office, date_of_birth=NOON.date() - timedelta(days=9 * 365))
    with_contacts(person)
    name_guardian(child_id=child.pk, guardian_id=person.pk, evidence="Birth certificate", officer=officer, now=NOON)
    confirm_phone(participant=person, typed_code=asked_code(person, gateway), now=NOON)
    assert phones(child) == phones(person) == [NEW]
    assert list(people_with_phone(number=PHONE, seen_by=officer.as_actor())) == []


def test_an_officer_changes_it_with_a_reason(person: Participant, officer: Staff, sign_in: SignIn) -> None:
    with_contacts(person)
    client, path = sign_in(officer), f"/console/people/{person.pk}/phone/"
    assert client.post(path, {"number": NEW, "reason": " "}).status_code == 302
    assert client.post(path, {"number": "12", "reason": "Came in"}).status_code == 302
    assert phones(person) == [PHONE]
    client.post(path, {"number": NEW, "reason": "Came to the counter with an ID"})
    assert phones(person) == [NEW]
    assert "Came to the counter with an ID" in client.get(f"/console/people/{person.pk}/").content.decode()
    assert LedgerLine.objects.get(verb="phone.changed").actor_id == officer.pk
    assert Notice.objects.get().kind == "phone-changed"
    assert Message.objects.get().address == PHONE
    assert everything_about(participant_id=person.pk, seen_by=person.as_actor())["phone_changes"][0]["number"] == NEW


def test_an_officer_of_another_office_changes_nothing(person: Participant, other_office: FieldOffice) -> None:
    with_contacts(person)
    with pytest.raises(PhoneRefused, match="nobody"):
        set_phone(participant_id=person.pk, typed=NEW, reason="Said so", officer=make_staff(other_office), now=NOON)
    assert phones(person) == [PHONE]


def test_the_same_number_again_is_no_news(person: Participant, gateway: FakeGateway) -> None:
    with_contacts(person)
    Contact.objects.filter(participant=person, kind="phone").update(broken_at=NOON)
    confirm_phone(participant=person, typed_code=asked_code(person, gateway, number=PHONE), now=NOON)
    assert Contact.objects.get(participant=person, kind="phone").broken_at is None
    assert not Notice.objects.exists()


def test_it_is_forgotten_in_the_end(person: Participant) -> None:
    ask_phone_code(participant=person, typed=NEW, now=NOON)
    forget_phone_changes(before=NOON, now=NOON)
    assert PhoneChange.objects.count() == 1
    forget_phone_changes(before=NOON + timedelta(days=1), now=NOON)
    assert not PhoneChange.objects.exists()


def test_without_texts_the_page_asks_for_no_number(person: Participant, sign_in: SignIn) -> None:
    assert 'name="number"' not in sign_in(person).get(PATH).content.decode()


@pytest.fixture
def told(person: Participant) -> dict[str, str]:
    """A check-in that gives a new number."""
    with_contacts(person)
    return {"key": "0b8f6a6e-3a52-4d54-9d53-0c4f1a1b2c3d", "lives_there": "yes", "new_phone": NEW}


@time_machine.travel(NOON, tick=False)
def test_a_number_given_with_a_check_in_is_theirs_once_its_code_is_typed(
    person: Participant, told: dict[str, str], sign_in: SignIn, gateway: FakeGateway
) -> None:
    browser = sign_in(person)
    receipt = browser.post("/check-in/", told, follow=True).content.decode()
    assert PATH in receipt
    assert phones(person) == [PHONE]
    browser.post("/check-in/", told)  # the same one again, after a lost answer
    send_at(NOON)
    texts = texts_to(gateway, NEW)
    assert len(texts) == 1
    assert person.given_names not in texts[0]
    assert browser.post(PATH, {"code": other_than(code_in(texts[0]))}).status_code == 400
    assert phones(person) == [PHONE]
    browser.post(PATH, {"code": code_in(texts[0])})
    assert phones(person) == [NEW]


@time_machine.travel(NOON, tick=False)
def test_nothing_goes_to_an_unconfirmed_number_and_an_officer_may_confirm_it(
    person: Participant, told: dict[str, str], officer: Staff, sign_in: SignIn
) -> None:
    """Without a way to send texts, only the officer is left; it is in the ledger with their reason."""
    sign_in(person).post("/check-in/", told)
    assert not Message.objects.exists()
    assert not PhoneChange.objects.exists()
    console, page = sign_in(officer), f"/console/people/{person.pk}/"
    assert "Not confirmed" in console.get(page).content.decode()
    console.post(f"{page}phone/", {"number": NEW, "reason": "Called back and knew the file"})
    assert phones(person) == [NEW]
    assert LedgerLine.objects.get(verb="phone.changed").actor_id == officer.pk
    assert "Not confirmed" not in console.get(page).content.decode()


@time_machine.travel(NOON, tick=False)
@pytest.mark.parametrize("number", [PHONE, "12", "call my cousin"])
def test_a_number_that_is_known_or_none_at_all_asks_nothing(
    person: Participant, told: dict[str, str], sign_in: SignIn, gateway: FakeGateway, number: str
) -> None:
    sign_in(person).post("/check-in/", {**told, "new_phone": number})
    assert not PhoneChange.objects.exists()
    assert phones(person) == [PHONE]


@time_machine.travel(NOON, tick=False)
def test_who_watches_over_the_whole_sees_codes_and_changes_without_a_number(
    person: Participant, sign_in: SignIn, gateway: FakeGateway
) -> None:
    right = asked_code(person, gateway)
    confirm_phone(participant=person, typed_code=other_than(right), now=NOON)
    confirm_phone(participant=person, typed_code=right, now=NOON)
    page = sign_in(make_staff(None, Role.AUDITOR)).get("/console/security/").content.decode()
    for words in ("A code was sent to", "A wrong code for", "A phone number has changed"):
        assert words in page
    assert NEW not in page
