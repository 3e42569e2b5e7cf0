"""Coming back on one's own device: by a passkey, by six numbers, and by nothing that ended, was copied or replayed."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from adsum.enrolment.actions import coming_back
from adsum.enrolment.policy import ComingBackPolicy
from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import OPERATOR
from adsum.offices.models import Staff
from adsum.people.actions import forget, sign_out_everywhere
from adsum.people.models import Device, Participant, Passkey, Pin
from adsum.portal.cookies import CHALLENGE_COOKIE, DEVICE_COOKIE, PIN_COOKIE
from tests.authenticator import Authenticator

SignIn = Callable[[Participant | Staff], Client]
POLICY = ComingBackPolicy()
RIGHT = "271828"
pytestmark = pytest.mark.django_db


def options(client: Client, path: str) -> str:
    """What the page tells the browser's `navigator.credentials`."""
    page = client.get(path, headers={"host": "localhost"}).content.decode()
    found = re.search(r'data-passkey="([^"]*)"', page)
    assert found, page
    return unescape(found[1])


def post(client: Client, path: str, fields: dict[str, str]) -> int:
    return client.post(path, fields, headers={"host": "localhost"}).status_code


def make_passkey(client: Client, *, counts: bool = True) -> Authenticator:
    key = Authenticator(counts=counts)
    assert post(client, "/my-device/", {"do": "passkey", "answer": key.make(options(client, "/my-device/"))}) == 302
    return key


def leave(client: Client) -> Client:
    client.post("/sign-out/")
    assert DEVICE_COOKIE not in client.cookies or not client.cookies[DEVICE_COOKIE].value
    return client


def show(client: Client, key: Authenticator) -> int:
    return post(client, "/come-back/", {"answer": key.show(options(client, "/come-back/"))})


def test_a_passkey_brings_the_person_back(person: Participant, sign_in: SignIn) -> None:
    phone = sign_in(person)
    key = make_passkey(phone)
    assert show(leave(phone), key) == 302
    assert phone.get("/home/").status_code == 200
    assert Device.objects.filter(participant=person, signed_out_at=None).count() == 2
    verbs = LedgerLine.objects.filter(verb__startswith="passkey.").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["passkey.made", "passkey.used"]


def test_a_passkey_without_a_counter_works_each_time(person: Participant, sign_in: SignIn) -> None:
    phone = sign_in(person)
    key = make_passkey(phone, counts=False)
    assert [show(leave(phone), key) for _ in range(3)] == [302, 302, 302]


def test_an_answer_works_once(person: Participant, sign_in: SignIn) -> None:
    phone = sign_in(person)
    key = make_passkey(phone, counts=False)
    asked = options(leave(phone), "/come-back/")
    answer, challenge = key.show(asked), phone.cookies[CHALLENGE_COOKIE].value
    assert post(phone, "/come-back/", {"answer": answer}) == 302
    thief = Client()
    thief.cookies[CHALLENGE_COOKIE] = challenge
    assert post(thief, "/come-back/", {"answer": answer}) == 403
    assert LedgerLine.objects.filter(verb="passkey.refused").count() == 1


def test_an_answer_is_for_its_challenge_its_moment_and_its_site(person: Participant, sign_in: SignIn) -> None:
    phone = sign_in(person)
    key = make_passkey(phone)
    asked = options(leave(phone), "/come-back/")
    assert post(Client(), "/come-back/", {"answer": key.show(asked)}) == 403
    with time_machine.travel(timezone.now() + timedelta(minutes=POLICY.challenge_minutes, seconds=1)):
        assert post(phone, "/come-back/", {"answer": key.show(asked)}) == 403
    key.origin = "http://evil.example"
    assert show(phone, key) == 403
    key.origin = "http://localhost"
    assert show(phone, key) == 302


def test_a_key_that_nobody_unlocked_is_none(person: Participant, sign_in: SignIn) -> None:
    phone, key = sign_in(person), Authenticator(verified=False)
    assert post(phone, "/my-device/", {"do": "passkey", "answer": key.make(options(phone, "/my-device/"))}) == 400
    assert not Passkey.objects.exists()


def test_a_copied_key_is_refused(person: Participant, sign_in: SignIn) -> None:
    phone = sign_in(person)
    key = make_passkey(phone)
    assert show(leave(phone), key) == 302
    key.uses -= 1
    assert show(leave(phone), key) == 403


ODD = {"empty": "", "object": "{}", "list": "[]", "null": "null", "long": "x" * 30_000, "deep": "[" * 9_000}
ODD |= {"nul": '{"id": "a\\u0000b"}', "number": '{"id": 5}', "lone": '{"id": "\\ud800"}'}


@pytest.mark.parametrize("answer", ODD.values(), ids=ODD)
def test_what_is_no_answer_of_a_key_is_refused(
    client: Client, person: Participant, sign_in: SignIn, answer: str
) -> None:
    options(client, "/come-back/")
    assert post(client, "/come-back/", {"answer": answer}) == 403
    phone = sign_in(person)
    options(phone, "/my-device/")
    assert post(phone, "/my-device/", {"do": "passkey", "answer": answer}) == 400


def test_one_persons_challenge_makes_no_key_for_another(
    person: Participant, office: object, sign_in: SignIn, client: Client
) -> None:
    mine, key = sign_in(person), Authenticator()
    answer = key.make(options(mine, "/my-device/"))
    client.cookies[CHALLENGE_COOKIE] = mine.cookies[CHALLENGE_COOKIE].value
    assert post(client, "/my-device/", {"do": "passkey", "answer": answer}) == 302
    assert not Passkey.objects.exists()


def test_there_is_no_passkey_on_a_bare_address(client: Client) -> None:
    assert "data-passkey" not in client.get("/come-back/", headers={"host": "127.0.0.1"}).content.decode()


def set_pin(client: Client, pin: str = RIGHT, again: str = "") -> int:
    return client.post("/my-device/", {"do": "pin", "pin": pin, "again": again or pin}).status_code


def test_six_numbers_bring_the_person_back_on_that_device_only(person: Participant, sign_in: SignIn) -> None:
    phone, other = sign_in(person), Client()
    assert set_pin(phone) == 302
    assert RIGHT not in str(list(Pin.objects.values()))
    assert leave(phone).post("/come-back/", {"pin": RIGHT})["Location"] == "/home/"
    assert phone.get("/home/").status_code == 200
    assert other.post("/come-back/", {"pin": RIGHT}).status_code == 403
    assert 'type="password"' not in other.get("/come-back/").content.decode()


@pytest.mark.parametrize(
    ("pin", "again"),
    [("27182", ""), ("2718281", ""), ("abcdef", ""), ("", ""), ("٢٧١٨٢٨", ""), ("111111", ""), ("123456", ""),
     ("987654", ""), (RIGHT, "271829")],
)  # fmt: skip
def test_weak_or_mistyped_numbers_are_not_taken(person: Participant, sign_in: SignIn, pin: str, again: str) -> None:
    assert set_pin(sign_in(person), pin, again) == 400
    assert not Pin.objects.exists()


def test_after_too_many_wrong_tries_it_takes_a_code(person: Participant, sign_in: SignIn) -> None:
    phone = sign_in(person)
    set_pin(phone)
    for _ in range(POLICY.pin_tries - 1):
        assert leave(phone).post("/come-back/", {"pin": "000000"}).status_code == 403
    assert phone.post("/come-back/", {"pin": RIGHT}).status_code == 302
    for _ in range(POLICY.pin_tries):
        assert leave(phone).post("/come-back/", {"pin": "000000"}).status_code == 403
    assert phone.post("/come-back/", {"pin": RIGHT}).status_code == 403
    assert (Pin.objects.get().pin_hash, LedgerLine.objects.filter(verb="pin.ended").count()) == ("", 1)


def test_a_key_that_was_never_given_costs_no_work_and_one_that_ended_as_much_as_before(
    person: Participant, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone, stranger, hashed = sign_in(person), Client(), list[str]()
    set_pin(phone)
    sign_out_everywhere(participant=person, actor=OPERATOR, now=timezone.now())

    def hashes(pin: str) -> str:
        hashed.append(pin)
        return "x"

    monkeypatch.setattr(coming_back, "make_password", hashes)
    assert phone.post("/come-back/", {"pin": RIGHT}).status_code == 403
    assert hashed == [RIGHT]
    for key in ("", "x", "x" * 3000):
        stranger.cookies[PIN_COOKIE] = key
        assert stranger.post("/come-back/", {"pin": RIGHT}).status_code == 403
    assert hashed == [RIGHT]
    assert LedgerLine.objects.filter(verb="pin.refused").count() == 4


def test_after_its_days_a_pin_is_over(person: Participant, sign_in: SignIn) -> None:
    phone = sign_in(person)
    set_pin(phone)
    key = phone.cookies[PIN_COOKIE].value
    with time_machine.travel(timezone.now() + timedelta(days=POLICY.pin_days + 1)):
        phone.cookies[PIN_COOKIE] = key
        assert phone.post("/come-back/", {"pin": RIGHT}).status_code == 403


def test_a_lost_phone_comes_back_in_no_way(person: Participant, sign_in: SignIn) -> None:
    phone = sign_in(person)
    key = make_passkey(phone)
    set_pin(phone)
    sign_out_everywhere(participant=person, actor=OPERATOR, now=timezone.now())
    assert phone.get("/home/").status_code == 302
    assert (show(phone, key), phone.post("/come-back/", {"pin": RIGHT}).status_code) == (403, 403)
    forget(before=timezone.now() + timedelta(days=1), now=timezone.now())
    assert (Passkey.objects.count(), Pin.objects.count()) == (0, 0)


def test_who_takes_it_back_stays_signed_in(person: Participant, sign_in: SignIn) -> None:
    phone = sign_in(person)
    key = make_passkey(phone)
    assert phone.post("/my-device/", {"do": "end"}).status_code == 302
    assert phone.get("/home/").status_code == 200
    assert show(leave(phone), key) == 403


def test_nobody_keeps_more_keys_than_the_policy_lets_them(person: Participant, sign_in: SignIn) -> None:
    phone = sign_in(person)
    for _ in range(POLICY.passkeys_at_once):
        make_passkey(phone)
    more = Authenticator()
    assert post(phone, "/my-device/", {"do": "passkey", "answer": more.make(options(phone, "/my-device/"))}) == 400


def test_the_home_page_offers_it_until_it_is_there(person: Participant, sign_in: SignIn) -> None:
    phone = sign_in(person)
    assert "/my-device/" in phone.get("/home/").content.decode()
    set_pin(phone)
    assert "/my-device/" not in phone.get("/home/").content.decode()
