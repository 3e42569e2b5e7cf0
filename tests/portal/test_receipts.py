"""Receipts as anybody can check them, failed attempts, the public log, dates for a calendar, messages."""

import base64
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from unittest.mock import patch
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.test import Client
from django.utils import timezone, translation

from adsum.checkins.actions import beat, decide_flag, submit_report
from adsum.checkins.models import Attempt, ReceiptMiss, Report
from adsum.checkins.policy import CheckinPolicy
from adsum.checkins.rules import ReportContent, Source
from adsum.flags.models import Flag, ThreadMessage
from adsum.flags.policy import FlagsPolicy
from adsum.notices.models import Notice
from adsum.offices.models import Staff
from adsum.people.actions import sign_in_device
from adsum.people.models import Participant
from adsum.portal.calendars import calendar_text
from adsum.portal.cookies import DEVICE_COOKIE
from adsum.portal.receipts import public_key, signed_receipt
from tests.factories import NOW, make_duty

POLICY = CheckinPolicy()
FLAGS = FlagsPolicy()

SignIn = Callable[[Participant | Staff], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture
def report(person: Participant) -> Report:
    content = ReportContent(lives_there=True, message="for my officer only")
    return submit_report(participant=person, key=uuid4(), content=content, now=NOW)


def text_of(report: Report) -> str:
    """What a phone's camera reads from the QR code."""
    signed = signed_receipt(report)
    return str(signed["statement"]) + str(signed["signature"])


def test_anybody_learns_that_and_when_it_was_received_and_no_more(report: Report, client: Client) -> None:
    page = client.get(f"/receipts/{report.receipt_number}/").content.decode()
    assert "2026-11-21T17:00:00+00:00" in page
    for secret in ("Maria", "Lopez", "A2000", "for my officer", str(report.key), report.fingerprint):
        assert secret not in page
    assert client.get(f"/receipts/{str(report).lower()}/").status_code == 200


@pytest.mark.parametrize("number", ["AAAABBBBCCCC", "1", "A" * 500, "%00", "O'Hara--"])
def test_a_number_that_does_not_exist_is_said_so(client: Client, number: str) -> None:
    assert client.get(f"/receipts/{number}/").status_code == 404


def test_who_guesses_numbers_has_to_wait(report: Report, client: Client) -> None:
    answers = [client.get(f"/receipts/{'A' * 10}{n // 10}{n % 10}/").status_code for n in range(40)]
    assert answers == [404] * POLICY.receipt_misses_per_network + [429] * (40 - POLICY.receipt_misses_per_network)
    assert client.get(f"/receipts/{report.receipt_number}/").status_code == 429
    assert ReceiptMiss.objects.count() == POLICY.receipt_misses_per_network


def test_the_text_of_the_code_is_checked_with_blanks_as_phones_copy_them(report: Report, client: Client) -> None:
    for text in (text_of(report), text_of(report).replace("\n", " "), text_of(report).replace("\n", "\r\n") + "\n\n"):
        assert "This receipt is genuine" in client.post("/receipts/", {"said": text}).content.decode()


@pytest.mark.parametrize(
    "harm",
    [
        lambda text: text.replace("2026-11-21", "2026-11-20"),
        lambda text: text[:-1],
        lambda text: text[:-4] + "%%%%",
        lambda text: text.rpartition("\n")[0] + "\nAAAA",
        lambda text: text.replace("receipt", "attempt", 1),
    ],
)
def test_a_changed_receipt_is_not_genuine(report: Report, client: Client, harm: Callable[[str], str]) -> None:
    page = client.post("/receipts/", {"said": harm(text_of(report))})
    assert (page.status_code, "is not genuine" in page.content.decode()) == (200, True)


@pytest.mark.parametrize(("said", "status"), [("", 200), ("\0", 200), ("hello", 400), ("adsum " * 900, 400)])
def test_what_is_no_receipt_breaks_nothing(client: Client, said: str, status: int) -> None:
    assert client.post("/receipts/", {"said": said}).status_code == status


def test_the_public_key_alone_checks_the_code_offline(report: Report) -> None:
    statement, _, signature = text_of(report).rpartition("\n")
    key = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(public_key() + "="))
    key.verify(base64.urlsafe_b64decode(signature + "=="), f"{statement}\n".encode())


def test_the_owner_sees_the_code_on_the_receipt(report: Report, person: Participant, sign_in: SignIn) -> None:
    page = sign_in(person).get(f"/receipts/{report.receipt_number}/").content.decode()
    assert page.count("<svg") > 3
    assert 'class="qr"' in page


def test_a_failed_attempt_has_a_signed_receipt_that_can_be_checked(person: Participant, sign_in: SignIn) -> None:
    browser, sent = sign_in(person), {"key": str(uuid4()), "step": "send", "failure": "timeout"}
    told = browser.post("/check-in/attempts/", sent, content_type="application/json").json()
    again = browser.post("/check-in/attempts/", sent, content_type="application/json").json()
    assert told == again
    said = Client().post("/receipts/", {"said": told["statement"] + told["signature"]}).content.decode()
    assert "This receipt is genuine" in said
    assert "Somebody tried to check in" in Client().get(told["page"]).content.decode()
    assert 'class="qr"' in browser.get(told["page"]).content.decode()
    assert 'class="qr"' not in Client().get(told["page"]).content.decode()


@pytest.mark.parametrize("change", [{"key": "x"}, {"step": "fly"}, {"failure": ""}, {"failure": "x" * 900}])
def test_an_attempt_that_says_nothing_is_refused(person: Participant, sign_in: SignIn, change: dict[str, str]) -> None:
    sent = {"key": str(uuid4()), "step": "send", "failure": "timeout", **change}
    assert sign_in(person).post("/check-in/attempts/", sent, content_type="application/json").status_code == 400
    assert not Attempt.objects.exists()


def test_our_own_mistake_is_noted_and_gives_a_receipt(person: Participant, sign_in: SignIn) -> None:
    browser = sign_in(person)
    browser.raise_request_exception = False
    with patch("adsum.portal.views.submit_report", side_effect=RuntimeError("boom")):
        page = browser.post("/check-in/", {"key": str(uuid4()), "lives_there": "yes"})
    attempt = Attempt.objects.get()
    assert (page.status_code, attempt.noted_by, attempt.failure, attempt.step) == (500, "server", "server", "send")
    assert str(attempt) in page.content.decode()


def test_a_mistake_that_nobody_is_signed_in_for_is_no_attempt(client: Client) -> None:
    client.raise_request_exception = False
    with patch("adsum.portal.status.outages_since", side_effect=RuntimeError("boom")):
        assert client.get("/status/").status_code == 500
    assert not Attempt.objects.exists()


def test_an_expired_form_counts_only_as_said_by_the_device(person: Participant, sign_in: SignIn) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = sign_in(person).cookies
    strict.post("/sign-out/")
    assert not Attempt.objects.exists()
    page = strict.post("/check-in/", {"lives_there": "yes"}).content.decode()
    attempt = Attempt.objects.get()
    assert (attempt.noted_by, attempt.failure) == ("device", "expired")
    assert str(attempt) in page


def test_the_log_says_how_long_it_was_down(client: Client) -> None:
    assert "never down" in client.get("/status/").content.decode()
    now = timezone.now()
    beat(source=Source.ADDRESS, now=now - timedelta(hours=2))
    beat(source=Source.ADDRESS, now=now)
    page = unescape(client.get("/status/").content.decode())
    assert "It lasted 2\xa0hours" in page
    assert "Nobody was marked late" in page


def test_dates_come_as_a_calendar_in_the_persons_language(person: Participant, client: Client) -> None:
    today = timezone.now().date()
    make_duty(person, due_on=today + timedelta(days=3), now=timezone.now())
    link = _make_link(person)
    feed = client.get(link)
    text = feed.content.decode()
    assert feed["Content-Type"] == "text/calendar; charset=utf-8"
    assert f"DTSTART;VALUE=DATE:{today + timedelta(days=3):%Y%m%d}\r\n" in text
    assert text.count("BEGIN:VALARM") == 2
    assert "X-WR-TIMEZONE:America/New_York" in text
    assert "Regístrese" in text
    assert not any(secret in text for secret in ("Maria", "Lopez", person.case_number))
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    assert _make_link(person) != link
    assert client.get(link).status_code == 404


def _make_link(person: Participant) -> str:
    browser = Client()
    token = sign_in_device(participant=person, browser="test", now=timezone.now())
    browser.cookies[DEVICE_COOKIE] = token
    page = browser.post("/my-file/calendar/", {"do": "make"}).content.decode()
    return page.partition('id="calendar-link"')[2].partition(">")[2].partition("<")[0].partition(":8000")[2]


def test_an_ended_calendar_shows_nothing(person: Participant, sign_in: SignIn, client: Client) -> None:
    link = _make_link(person)
    sign_in(person).post("/my-file/calendar/", {"do": "end"})
    assert client.get(link).status_code == 404


def test_long_lines_are_folded_between_characters() -> None:
    class Day:
        pk, due_on, is_photo = 7, date(2027, 1, 31), False

    with translation.override("es"):
        text = calendar_text([Day()], office_zone="America/New_York", now=NOW)  # type: ignore[list-item]
    assert "UID:check-in-7@adsum\r\n" in text
    assert "DTEND;VALUE=DATE:20270201\r\n" in text
    assert "\n " in text
    assert "\\," in text


def test_a_message_is_answered_in_the_thread_and_by_a_notice(
    person: Participant, officer: Staff, sign_in: SignIn
) -> None:
    browser = sign_in(person)
    browser.post("/my-file/messages/", {"about": "correction", "words": "My name is María <b>José</b>"})
    flag = Flag.objects.get()
    assert (flag.reason, flag.details) == ("correction-asked", {"words": "My name is María <b>José</b>"})
    assert "&lt;b&gt;José" in sign_in(officer).get(f"/console/people/{person.pk}/").content.decode()
    decide_flag(flag_id=flag.pk, officer=officer, decision="corrected", reason="Mended today", now=timezone.now())
    assert "Mended today" in Notice.objects.get(kind="officer-answered").body
    page = browser.get("/my-file/messages/").content.decode()
    assert page.index("Mended today") < page.index("&lt;b&gt;José")
    assert ThreadMessage.objects.filter(officer=officer).count() == 1


@pytest.mark.parametrize("words", ["", "  \n", "\0"])
def test_an_empty_message_is_not_kept(person: Participant, sign_in: SignIn, words: str) -> None:
    assert sign_in(person).post("/my-file/messages/", {"words": words}).status_code == 400
    assert not ThreadMessage.objects.exists()


def test_nobody_floods_an_officer(person: Participant, sign_in: SignIn) -> None:
    browser = sign_in(person)
    answers = [
        browser.post("/my-file/messages/", {"words": "é" * 9_000}).status_code
        for _ in range(FLAGS.messages_per_day + 1)
    ]
    assert answers == [302] * FLAGS.messages_per_day + [400]
    assert {len(message.words) for message in ThreadMessage.objects.all()} == {FLAGS.longest_message}
