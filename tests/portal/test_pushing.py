"""Letting this phone tell me, and taking it back."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from adsum.ledger.models import LedgerLine
from adsum.offices.models import FieldOffice, Staff
from adsum.people.actions import sign_in_device, start_push
from adsum.people.models import Device, Participant, PushSubscription
from adsum.portal.cookies import DEVICE_COOKIE
from tests.factories import make_participant
from tests.shape.walking import SENT

SignIn = Callable[[Participant | Staff], Client]
GIVEN = SENT["tell-this-phone"]
pytestmark = pytest.mark.django_db


def test_it_is_turned_on_and_off_for_this_device_only(person: Participant, sign_in: SignIn) -> None:
    phone, other = sign_in(person), sign_in(person)
    assert phone.post("/my-reminders/phone/", GIVEN)["Location"] == "/my-reminders/?saved=1"
    assert "data-on" in phone.get("/my-reminders/").content.decode()
    assert "data-on" not in other.get("/my-reminders/").content.decode()
    other.post("/my-reminders/phone/ending/")
    assert PushSubscription.objects.filter(ended_at=None).count() == 1
    for _ in range(2):
        phone.post("/my-reminders/phone/ending/")
    assert "data-on" not in phone.get("/my-reminders/").content.decode()
    verbs = list(LedgerLine.objects.filter(verb__startswith="push.").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["push.started", "push.ended"]


def test_the_file_says_that_there_is_one_and_not_where(person: Participant, sign_in: SignIn) -> None:
    phone = sign_in(person)
    phone.post("/my-reminders/phone/", GIVEN)
    whole = phone.get("/my-file/whole/")
    assert len(whole.json()["pushes"]) == 1
    assert not any(value in whole.content.decode() for value in GIVEN.values())


@pytest.mark.parametrize(
    "changes",
    [
        {"endpoint": "https://10.0.0.1/x"},
        {"endpoint": "https://169.254.169.254/latest/meta-data/"},
        {"endpoint": "http://127.0.0.1:5432/push/x"},
        {"endpoint": "\0"},
        {"endpoint": "https://fcm.googleapis.com/" + "x" * 100_000},
        {"p256dh": "A" * 87},
        {"auth": ""},
        {"endpoint": "", "p256dh": "", "auth": ""},
    ],
)
def test_what_no_browser_would_say_is_not_kept(person: Participant, sign_in: SignIn, changes: dict[str, str]) -> None:
    phone = sign_in(person)
    assert phone.post("/my-reminders/phone/", {**GIVEN, **changes})["Location"] == "/my-reminders/?push=failed"
    assert not PushSubscription.objects.exists()
    assert 'data-failed="yes"' in phone.get("/my-reminders/?push=failed").content.decode()


def test_without_push_services_there_is_no_such_card(person: Participant, sign_in: SignIn, settings: Any) -> None:
    settings.PUSH_HOSTS, settings.PUSH_FAKE = [], ""
    phone = sign_in(person)
    phone.post("/my-reminders/phone/", GIVEN)
    assert not PushSubscription.objects.exists()
    assert "push.js" not in phone.get("/my-reminders/").content.decode()


def test_the_script_comes_with_that_page_only(person: Participant, sign_in: SignIn) -> None:
    phone = sign_in(person)
    pages = ("/my-reminders/", "/home/", "/check-in/", "/my-file/", "/service-worker.js")
    assert [page for page in pages if b"push.js" in phone.get(page).content] == ["/my-reminders/"]


RENEWAL = "/my-reminders/phone/renewal/"
MOVED = {**GIVEN, "endpoint": "https://fcm.googleapis.com/fcm/send/another", "before": GIVEN["endpoint"]}


def renew(client: Client, **changes: str) -> int:
    return client.post(RENEWAL, {**MOVED, **changes}, content_type="application/json").status_code


def test_a_browser_that_moves_its_pushes_tells_where_they_go_now(person: Participant) -> None:
    phone = Client(enforce_csrf_checks=True)  # a service worker has no token to send
    phone.cookies[DEVICE_COOKIE] = sign_in_device(participant=person, browser="test", now=timezone.now())
    device = Device.objects.latest("pk")
    start_push(device=device, **GIVEN, now=timezone.now())
    assert renew(phone) == 204
    assert PushSubscription.objects.get(ended_at=None).endpoint == MOVED["endpoint"]
    assert renew(phone) == 409, "the old place is known no more"


@pytest.mark.parametrize("changes", [{"before": ""}, {"before": "https://x.org/"}, {"endpoint": "http://127.0.0.1/"}])
def test_who_does_not_know_the_old_place_moves_nothing(
    person: Participant, office: FieldOffice, sign_in: SignIn, changes: dict[str, str]
) -> None:
    phone = sign_in(person)
    phone.post("/my-reminders/phone/", GIVEN)
    assert renew(phone, **changes) == 409
    assert renew(sign_in(make_participant(office))) == 409
    phone.post("/my-reminders/phone/ending/")
    assert renew(phone, before="") == 409
    assert not PushSubscription.objects.filter(ended_at=None).exists()
