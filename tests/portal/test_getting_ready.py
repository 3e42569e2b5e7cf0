"""From the link to the practice check-in, through the pages: each step is noted, no report is made."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from adsum.checkins.models import Report
from adsum.documents.models import Document
from adsum.enrolment.actions import issue_invitation
from adsum.funnel.models import FunnelStep
from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import OPERATOR
from adsum.offices.models import FieldOffice
from adsum.orders.actions import start_orders
from adsum.orders.models import Order
from adsum.orders.rules import Ground, Level
from adsum.people.models import Participant
from adsum.places.models import Address, LocationFix
from tests.factories import make_duty, make_participant

pytestmark = pytest.mark.django_db
ANDROID = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/124.0.0.0 Mobile Safari/537.36"
BORN = {"born_day": "14", "born_month": "3", "born_year": "1988", "from_file": "678"}


def noted(person: Participant, *columns: str) -> list[tuple[str, ...]]:
    return list(FunnelStep.objects.filter(participant=person).order_by("pk").values_list("step", "failed", *columns))


@pytest.fixture
def newcomer(office: FieldOffice) -> Participant:
    return make_participant(office, case_number="A555000678", active=False)


@pytest.fixture
def code(newcomer: Participant) -> str:
    return issue_invitation(participant=newcomer, actor=OPERATOR, now=timezone.now())


@pytest.fixture
def phone() -> Client:
    return Client(headers={"user-agent": ANDROID, "accept-language": "es"})


def test_each_step_of_the_way_in_is_noted(newcomer: Participant, code: str, phone: Client) -> None:
    phone.get(f"/start/{code}/")
    phone.post("/start/", {"code": code, **BORN, "born_day": "15"})
    phone.post("/start/", {"code": code, **BORN})
    phone.post("/get-ready/", {"network": "cellular"})
    phone.post("/get-ready/practice/")
    phone.post("/check-in/", {"lives_there": "yes"})
    assert noted(newcomer, "browser", "system", "network") == [
        ("invited", "", "", "", ""),
        ("opened", "", "Chrome", "Android", ""),
        ("code-tried", "", "Chrome", "Android", ""),
        ("code-tried", "code-wrong", "Chrome", "Android", ""),
        ("device-ready", "", "Chrome", "Android", "cellular"),
        ("practiced", "", "Chrome", "Android", ""),
        ("active", "", "", "", ""),
    ]
    newcomer.refresh_from_db()
    assert newcomer.activated_at


@pytest.mark.parametrize("code", ["AAAAAAAAAA", "x", "%00", "1" * 500])
def test_a_link_with_a_code_of_nobody_counts_nowhere(newcomer: Participant, phone: Client, code: str) -> None:
    assert phone.get(f"/start/{code}/").status_code == 200
    assert phone.post("/start/", {"code": code, **BORN}).status_code == 403
    assert not FunnelStep.objects.exists()


@pytest.mark.parametrize("agent", ["facebookexternalhit/1.1", "WhatsApp/2.23.20.0", "curl/8.1"])
def test_what_draws_a_preview_of_the_link_has_not_opened_it(newcomer: Participant, code: str, agent: str) -> None:
    Client(headers={"user-agent": agent}).get(f"/start/{code}/")
    Client(headers={"user-agent": ANDROID}).head(f"/start/{code}/")
    assert noted(newcomer) == [("invited", "")]


def test_a_code_that_is_over_and_too_many_tries_are_failures_of_their_own(
    newcomer: Participant, code: str, phone: Client
) -> None:
    issue_invitation(participant=newcomer, actor=OPERATOR, now=timezone.now())
    for _ in range(7):
        phone.post("/start/", {"code": code, **BORN})
    failures = [failed for _, failed in noted(newcomer) if failed]
    assert failures == ["code-over"] * 5 + ["too-many-tries"] * 2


def test_practice_leaves_no_report_and_no_words(newcomer: Participant, code: str, phone: Client) -> None:
    make_duty(newcomer, due_on=timezone.localdate() + timedelta(days=9), now=timezone.now())
    phone.post("/start/", {"code": code, **BORN})
    lines, addresses = LedgerLine.objects.count(), Address.objects.count()
    page = phone.get("/get-ready/practice/").content.decode()
    assert 'action="/get-ready/practice/"' in page and 'action="/check-in/"' not in page
    sent = {
        "lives_there": "no", "street": "9 Elm St", "message": "hello", "new_phone": "+12125550144",
        "latitude": "40.7", "longitude": "-74", "accuracy_m": "10", "key": "00000000-0000-4000-8000-000000000001",
    }  # fmt: skip
    done = phone.post("/get-ready/practice/", sent, follow=True)
    assert done.redirect_chain == [("/get-ready/done/", 302)]
    assert (Report.objects.count(), LocationFix.objects.count(), Address.objects.count()) == (0, 0, addresses)
    assert LedgerLine.objects.count() == lines


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Your first check-in is on"), ("es", "Su primer registro es el")]
)
def test_the_last_page_says_when_the_first_check_in_is(
    person: Participant, sign_in: Callable[[Participant], Client], language: str, words: str
) -> None:
    make_duty(person, due_on=timezone.localdate() + timedelta(days=40), now=timezone.now())
    client = sign_in(person)
    client.cookies["adsum_language"] = language
    assert words in client.get("/get-ready/done/").content.decode()


def test_home_offers_to_get_ready_until_it_is_done_and_to_check_in_at_once(
    person: Participant, sign_in: Callable[[Participant], Client]
) -> None:
    client = sign_in(person)
    page = client.get("/home/").content.decode()
    assert 'href="/get-ready/"' in page and 'href="/check-in/"' in page
    client.post("/get-ready/practice/")
    assert 'href="/get-ready/"' not in client.get("/home/").content.decode()


def test_who_checks_in_without_practice_is_active_and_asked_no_more(
    person: Participant, sign_in: Callable[[Participant], Client]
) -> None:
    client = sign_in(person)
    for _ in range(3):
        client.post("/check-in/", {"lives_there": "yes"})
    assert noted(person) == [("active", "")]
    assert 'href="/get-ready/"' not in client.get("/home/").content.decode()


def test_where_a_photo_is_asked_for_it_comes_before_ready(
    person: Participant, sign_in: Callable[[Participant], Client]
) -> None:
    start_orders(
        levels=[(person, Level.CHECK_IN)], ground=Ground.AGENCY_LIST, note="x", actor=OPERATOR, now=timezone.now()
    )
    Order.objects.update(photo_every_days=180)
    client = sign_in(person)
    assert client.post("/get-ready/").headers["Location"] == "/photo/"
    assert noted(person) == []
    client.post("/photo/", {"says": "no-camera"})
    assert client.post("/get-ready/").headers["Location"] == "/get-ready/practice/"
    assert noted(person) == [("device-ready", "")]
    assert not Document.objects.exists()


def test_what_a_device_cannot_do_is_noted_and_keeps_nobody_from_going_on(
    person: Participant, sign_in: Callable[[Participant], Client]
) -> None:
    client = sign_in(person)
    client.post("/get-ready/", {"failed": "location-unsupported", "network": "wifi"})
    client.post("/get-ready/problems/", {"failed": "script-error", "network": "10.1.2.3"})
    assert noted(person, "network") == [
        ("device-ready", "location-unsupported", "wifi"),
        ("device-ready", "", "wifi"),
        ("device-ready", "script-error", ""),
    ]


@pytest.mark.parametrize("failed", ["", "code-wrong", "Maria Lopez", "x" * 5000])
def test_a_device_says_nothing_but_the_known_classes(
    person: Participant, sign_in: Callable[[Participant], Client], failed: str
) -> None:
    client = sign_in(person)
    assert client.post("/get-ready/problems/", {"failed": failed}).status_code == 400
    client.post("/get-ready/", {"failed": failed})
    assert noted(person) == [("device-ready", "")]
