"""A field office's tablet: code, check-in, and nothing of the person is left."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone

from adsum.checkins.models import Report
from adsum.enrolment.actions import issue_invitation
from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import OPERATOR
from adsum.offices.models import Staff
from adsum.offices.policy import OfficesPolicy
from adsum.offices.rules import KIOSK_COOKIE
from adsum.people.models import Device, Participant
from adsum.portal.cookies import DEVICE_COOKIE

POLICY = OfficesPolicy()

SignIn = Callable[[Participant | Staff], Client]
BORN = {"born_day": "14", "born_month": "3", "born_year": "1988", "from_file": "123"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def tablet(officer: Staff, sign_in: SignIn) -> Client:
    """A device for which an officer has turned the kiosk on."""
    device = sign_in(officer)
    assert device.post("/console/kiosk/", {"kiosk": "on"})["Location"] == "/kiosk/"
    return device


def let_in(tablet: Client, person: Participant) -> str:
    code = issue_invitation(participant=person, actor=OPERATOR, now=timezone.now())
    return str(tablet.post("/kiosk/", {"code": code, **BORN, "from_file": person.case_number}).headers.get("Location"))


def test_turning_it_on_leaves_no_officer_signed_in(tablet: Client) -> None:
    assert tablet.get("/console/")["Location"].startswith("/console/sign-in/")
    assert tablet.get("/kiosk/").status_code == 200
    assert LedgerLine.objects.filter(verb="kiosk.turned-on").count() == 1


def test_a_usual_phone_is_no_kiosk_whatever_it_says(client: Client) -> None:
    for cookie in ("", "on", "e30:1abc:forged", "\x00"):
        client.cookies[KIOSK_COOKIE] = cookie
        assert client.get("/kiosk/").status_code == 404
        assert client.post("/kiosk/", BORN).status_code == 404
    assert client.get("/help/").status_code == 200


def test_code_check_in_and_nothing_is_left(tablet: Client, person: Participant) -> None:
    assert let_in(tablet, person) == "/check-in/"
    cookie = tablet.cookies[DEVICE_COOKIE]
    assert (cookie["max-age"], cookie["expires"], cookie["httponly"]) == ("", "", True)
    receipt = tablet.post("/check-in/", {"lives_there": "yes"})["Location"]
    page = tablet.get(receipt)
    assert page["Cache-Control"] == "no-store"
    assert "I am done" in page.content.decode() or "Terminé" in page.content.decode()
    done = tablet.get("/kiosk/")
    assert done["Clear-Site-Data"] == '"cache", "storage"'
    assert {name for name, cookie in tablet.cookies.items() if cookie.value} <= {
        KIOSK_COOKIE,
        settings.CSRF_COOKIE_NAME,
    }
    assert Device.objects.get(browser="kiosk").signed_out_at is not None
    assert Report.objects.count() == 1


def test_going_back_leads_to_the_way_in(tablet: Client, person: Participant) -> None:
    let_in(tablet, person)
    receipt = tablet.post("/check-in/", {"lives_there": "yes"})["Location"]
    tablet.get("/kiosk/")
    for address in (receipt, "/check-in/", "/home/", "/my-file/", "/my-file/whole/", "/receipts/", "/", "/start/"):
        assert tablet.get(address)["Location"] == "/kiosk/"


def test_a_page_without_script_leaves_by_itself(tablet: Client, person: Participant) -> None:
    let_in(tablet, person)
    page = tablet.get("/check-in/").content.decode()
    assert f'<meta http-equiv="refresh" content="{POLICY.kiosk_still_seconds}; url=/kiosk/">' in page


def test_a_wrong_code_says_nothing_and_stays(tablet: Client) -> None:
    assert tablet.post("/kiosk/", {"code": "AAAAABBBBB", **BORN}).status_code == 403
    assert tablet.post("/kiosk/", {"code": "AAAAABBBBB"}).status_code == 400


def test_a_forgotten_tablet_is_a_usual_one_again(tablet: Client) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=POLICY.kiosk_days, minutes=1)):
        assert tablet.get("/kiosk/").status_code == 404
        assert tablet.get("/help/").status_code == 200


def test_staff_turn_it_off(tablet: Client, officer: Staff) -> None:
    tablet.force_login(officer)
    tablet.post("/console/kiosk/", {"kiosk": "off"})
    assert tablet.get("/kiosk/").status_code == 404
