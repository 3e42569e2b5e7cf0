"""The participant's pages, as their server sees them."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone, translation
from django.utils.formats import date_format

from adsum.checkins.actions import sweep_overdue
from adsum.checkins.models import Report
from adsum.core.ids import in_groups
from adsum.enrolment.actions import issue_invitation
from adsum.flags.models import Flag
from adsum.ledger.rules import OPERATOR
from adsum.offices.actions import close_days
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import next_open_day
from adsum.people.models import Device, Participant
from adsum.places.models import Address
from adsum.portal.cookies import DEVICE_COOKIE
from tests.factories import make_duty, make_participant

SignIn = Callable[[Participant | Staff], Client]
BORN = {"born_day": "14", "born_month": "3", "born_year": "1988", "from_file": "123"}
pytestmark = pytest.mark.django_db


def test_the_way_in(office: FieldOffice, client: Client) -> None:
    person = make_participant(office, active=False)
    code = issue_invitation(participant=person, actor=OPERATOR, now=timezone.now())
    page = client.get(f"/start/{in_groups(code, 5)}/")
    answer = client.post("/start/", {"code": code, **BORN, "from_file": person.case_number})
    assert in_groups(code, 5) in page.content.decode()
    assert (answer.status_code, answer["Location"]) == (302, "/home/")
    cookie = answer.cookies[DEVICE_COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 400 * 86400)
    home = client.get("/home/")
    assert home.status_code == 200
    assert home.headers["Cache-Control"] == "no-store"
    assert home.wsgi_request.LANGUAGE_CODE == "es"


def test_a_wrong_try_says_nothing_about_what_was_wrong(office: FieldOffice, client: Client) -> None:
    person = make_participant(office, active=False)
    code = issue_invitation(participant=person, actor=OPERATOR, now=timezone.now())
    wrong_day = client.post("/start/", {"code": code, **BORN, "born_day": "15"})
    wrong_code = client.post("/start/", {"code": "AAAAABBBBB", **BORN, "born_day": "15"})
    assert wrong_day.status_code == wrong_code.status_code == 403
    assert 'role="alert"' in wrong_day.content.decode()

    def plain(answer: object) -> str:
        text = answer.content.decode()  # type: ignore[attr-defined]
        for secret in (in_groups(code, 5), "AAAAA-BBBBB", str(answer.wsgi_request.META.get("CSRF_COOKIE"))):  # type: ignore[attr-defined]
            text = text.replace(secret, "")
        return "".join(line for line in text.splitlines() if "csrfmiddlewaretoken" not in line)

    assert plain(wrong_day) == plain(wrong_code)
    assert not Device.objects.filter(participant=person).exists()


def test_a_check_in_without_javascript(person: Participant, sign_in: SignIn) -> None:
    make_duty(person, due_on=timezone.now().date() + timedelta(days=3), now=timezone.now())
    browser = sign_in(person)
    form = browser.get("/check-in/")
    assert "123 Main St Apt 4" in form.content.decode()
    key = uuid4()
    answer = browser.post("/check-in/", {"key": str(key), "lives_there": "yes"})
    report = Report.objects.get(key=key)
    assert answer["Location"] == f"/receipts/{report.receipt_number}/"
    receipt = browser.get(answer["Location"]).content.decode()
    assert in_groups(report.receipt_number) in receipt
    again = browser.post("/check-in/", {"key": str(key), "lives_there": "yes"})
    assert again["Location"] == answer["Location"]
    assert Report.objects.count() == 1


def test_an_empty_post_is_a_report(person: Participant, sign_in: SignIn) -> None:
    assert sign_in(person).post("/check-in/").status_code == 302
    assert Flag.objects.get().details["concerns"] == ["address-not-answered", "unlocated"]


def test_a_form_without_its_token_is_explained_not_swallowed(person: Participant, sign_in: SignIn) -> None:
    browser = sign_in(person)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = browser.cookies
    answer = strict.post("/check-in/", {"lives_there": "yes"})
    assert answer.status_code == 403
    assert b"<h1" in answer.content
    assert not Report.objects.exists()


def test_somebody_without_an_address_is_asked_for_one(office: FieldOffice, sign_in: SignIn) -> None:
    person = make_participant(office)
    Address.objects.all().delete()
    page = sign_in(person).get("/check-in/").content.decode()
    assert 'name="street"' in page


def test_a_missed_check_in_can_still_be_sent_from_home(person: Participant, sign_in: SignIn) -> None:
    make_duty(person, due_on=date(2026, 11, 1))
    sweep_overdue(now=timezone.now())
    browser = sign_in(person)
    assert "/check-in/" in browser.get("/home/").content.decode()
    browser.post("/check-in/", {"lives_there": "yes"})
    assert set(Flag.objects.values_list("reason", flat=True)) == {"missed-check-in", "late-report"}


def test_signing_out_ends_the_device(person: Participant, sign_in: SignIn) -> None:
    browser = sign_in(person)
    token = browser.cookies[DEVICE_COOKIE].value
    browser.post("/sign-out/")
    browser.cookies[DEVICE_COOKIE] = token
    assert browser.get("/home/")["Location"] == "/start/"


def test_the_language_is_kept_on_the_device_and_in_the_file(person: Participant, sign_in: SignIn) -> None:
    browser = sign_in(person)
    answer = browser.post("/language/", {"language": "en", "next": "//evil.example/"})
    person.refresh_from_db()
    assert (answer["Location"], person.language) == ("/", "en")
    assert browser.get("/home/").wsgi_request.LANGUAGE_CODE == "en"
    browser.post("/language/", {"language": "xx", "next": "/home/"})
    person.refresh_from_db()
    assert person.language == "en"


@pytest.mark.parametrize("path", ["/nothing-here/", "/receipts/AAAA-BBBB-CCCC/"])
def test_what_does_not_exist(person: Participant, sign_in: SignIn, path: str) -> None:
    assert sign_in(person).get(path).status_code == 404


def test_headers_protect_every_page(client: Client) -> None:
    headers = client.get("/").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["Permissions-Policy"] == "camera=(self), geolocation=(self), microphone=()"
    assert headers["X-Frame-Options"] == "DENY"


def test_health(client: Client) -> None:
    assert client.get("/health/live").json() == {"live": True}
    assert client.get("/health/ready").json() == {"ready": True}


@pytest.mark.parametrize("back", ["abc", "//evil.example", "https://evil.example", "javascript:x", "/\\evil.example"])
def test_the_language_leads_nowhere_else(client: Client, back: str) -> None:
    assert client.post("/language/", {"language": "es", "next": back})["Location"] == "/"


def test_a_birthday_that_is_none_uses_up_no_try(client: Client) -> None:
    for _ in range(8):
        answer = client.post("/start/", {"code": "AAAAABBBBB", **BORN, "born_day": "99"})
        assert (answer.status_code, 'role="alert"' in answer.content.decode()) == (400, True)
    assert client.post("/start/", {"code": "AAAAABBBBB", **BORN}).status_code == 403


def test_the_link_of_an_invitation_takes_no_form(client: Client) -> None:
    assert client.post("/start/AAAAA-BBBBB/", BORN).status_code == 405


def test_a_new_phone_and_address_stand_on_the_receipt_and_in_the_file(person: Participant, sign_in: SignIn) -> None:
    browser = sign_in(person)
    answers = {"lives_there": "no", "street": "55 Water St", "new_phone": "(212) 555-0177", "message": "Hasta luego"}
    receipt = browser.post("/check-in/", answers, follow=True).content.decode()
    assert all(text in receipt for text in ("55 Water St", "(212) 555-0177", "Hasta luego"))
    held = browser.get("/my-file/whole/").json()
    assert held["contacts"] == [], "nobody knows yet whether the number is theirs"
    assert held["addresses"][0]["street"] == "55 Water St"


def test_home_says_when_the_office_is_closed_on_the_due_day(
    person: Participant, office: FieldOffice, other_office: FieldOffice, sign_in: SignIn
) -> None:
    today = timezone.now().date()
    due_on = today + timedelta(days=2)
    make_duty(person, due_on=due_on)
    close_days(office=other_office, days=[due_on], why="Snow", actor=OPERATOR, now=timezone.now())
    browser = sign_in(person)
    assert "closed-then" not in browser.get("/home/").content.decode()
    days = [due_on, due_on + timedelta(days=1)]
    close_days(office=office, days=days, why="Snow", actor=OPERATOR, now=timezone.now())
    page = browser.get("/home/", HTTP_ACCEPT_LANGUAGE="es").content.decode()
    open_on = next_open_day(due_on, closed=set(days))
    with translation.override("es"):
        assert f"Su oficina está cerrada el {date_format(due_on)}." in page
        assert f"Tiene tiempo hasta el {date_format(open_on)}." in page
