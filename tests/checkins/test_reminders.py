"""Reminders, from the duty to the gateway and back, over real HTTP."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.live_server_helper import LiveServer
from standardwebhooks import Webhook

from adsum.checkins.actions import (
    answer_reply,
    ask_excuse,
    decide_flag,
    make_reminders,
    settle_heard,
    submit_report,
)
from adsum.checkins.models import Duty
from adsum.checkins.rules import AskedReason, ReportContent, Through
from adsum.flags.models import Flag
from adsum.flags.rules import Decision, Reason
from adsum.ledger.rules import OPERATOR
from adsum.management.fake_gateway import FakeGateway
from adsum.management.messaging import send_waiting
from adsum.notices.actions import choose_messages
from adsum.notices.models import Message, StoppedNumber
from adsum.notices.rules import Channel, Hours
from adsum.notices.rules import Heard as HeardOf
from adsum.offices.models import FieldOffice, Staff
from adsum.people.actions import add_contacts
from adsum.people.models import Contact, Participant
from adsum.people.rules import ContactKind
from adsum.reviews.actions import heed_text
from tests.factories import make_duty, make_office, make_participant

pytestmark = pytest.mark.django_db
EARLY = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ALL = (Channel.SMS, Channel.EMAIL, Channel.LETTER)
PHONE = "+12125550123"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def with_contacts(person: Participant, phone: str = PHONE, email: str = "maria@example.org") -> None:
    given = ((ContactKind.PHONE, phone), (ContactKind.EMAIL, email))
    contacts = [Contact(participant=person, kind=k, as_given=v, value=v, since=EARLY) for k, v in given if v]
    add_contacts(contacts=contacts, actor=OPERATOR, now=EARLY)


def reminders(**wanted: Any) -> list[tuple[int, str]]:
    return sorted(Message.objects.filter(**wanted).values_list("step", "channel"))


@pytest.fixture
def gateway(settings: Any) -> Iterator[FakeGateway]:
    settings.SMS_SECRET = SECRET
    fake = FakeGateway(SECRET, mode="silent")
    settings.SMS_URL = fake.url
    fake.start()
    yield fake
    fake.close()


@pytest.fixture
def due(person: Participant) -> Participant:
    """Somebody with phone and e-mail who owes a check-in in three days."""
    with_contacts(person)
    make_duty(person, due_on=date(2026, 11, 24), now=EARLY)
    return person


def send_at(moment: datetime) -> int:
    with time_machine.travel(moment, tick=False):
        return send_waiting()


EVENING = datetime(2026, 11, 22, 0, 59, tzinfo=UTC)  # 19:59 in New York: all of the day's messages are due


def test_each_step_comes_once_over_each_channel_whatever_runs_how_often(due: Participant) -> None:
    for hours in range(0, 24 * 6, 5):
        make_reminders(can=ALL, now=EARLY + timedelta(hours=hours))
    assert reminders() == [(step, channel) for step in (0, 1, 3) for channel in ("email", "sms")]


def test_a_check_in_that_gets_another_day_is_reminded_of_anew(due: Participant, officer: Staff) -> None:
    make_reminders(can=ALL, now=EARLY)
    duty = Duty.objects.get()
    words = "My daughter was born"
    ask_excuse(participant=due, duty_id=duty.pk, reason=AskedReason.BIRTH, words=words, through=Through.WEB, now=EARLY)
    answer, day = Decision.NEW_DATE, date(2026, 11, 27)
    flag = Flag.objects.get()
    decide_flag(flag_id=flag.pk, officer=officer, decision=answer, reason="I read it", new_date=day, now=EARLY)
    assert set(Message.objects.values_list("about", "state")) == {(f"duty-before:{duty.pk}:2026-11-24", "needless")}
    for days in range(7):
        make_reminders(can=ALL, now=EARLY + timedelta(days=days))
    anew = Message.objects.filter(about=f"duty:{duty.pk}")
    assert sorted(anew.values_list("step", "channel")) == [(s, c) for s in (0, 1, 3) for c in ("email", "sms")]


def test_a_day_made_twice_at_once_is_made_once(due: Participant) -> None:
    assert make_reminders(can=ALL, now=EARLY) == 2
    assert make_reminders(can=ALL, now=EARLY) == 0
    connection.cursor().execute("DELETE FROM adsum_reminderday")
    assert make_reminders(can=ALL, now=EARLY) == 0


def test_nobody_is_reminded_of_what_they_have_done(due: Participant) -> None:
    submit_report(participant=due, key=uuid4(), content=ReportContent(lives_there=True), now=EARLY)
    assert make_reminders(can=ALL, now=EARLY) == 0


def test_who_reports_between_making_and_sending_is_not_reminded(due: Participant, gateway: FakeGateway) -> None:
    make_reminders(can=ALL, now=EARLY)
    submit_report(participant=due, key=uuid4(), content=ReportContent(lives_there=True), now=EARLY)
    send_at(EVENING)
    assert list(gateway.messages) == []
    assert set(Message.objects.values_list("state", "channel")) == {("needless", "sms"), ("waiting", "email")}


def test_it_is_said_in_their_language_with_the_day_and_the_offices_phone(
    due: Participant, gateway: FakeGateway, settings: Any
) -> None:
    settings.EMAIL_HOST, settings.PUBLIC_URL = "mail.example.org", "https://adsum.example.org"
    make_reminders(can=ALL, now=EARLY)
    send_at(EVENING)
    (text,) = gateway.messages
    assert text["to"] == PHONE
    assert "24 de noviembre de 2026" in text["text"]
    assert "(212) 555-0100" in text["text"]
    assert "ALTO" in text["text"]
    (letter,) = mail.outbox
    assert letter.to == ["maria@example.org"]
    assert "24 de noviembre" in letter.subject
    sent = Message.objects.get(channel="sms")
    assert (sent.state, sent.body, sent.address) == ("sent", text["text"], PHONE)


def test_a_shared_phone_learns_nothing(due: Participant, gateway: FakeGateway, settings: Any) -> None:
    choose_messages(participant=due, channels=ALL, hours=Hours.ANY, discreet=True, now=EARLY)
    settings.EMAIL_HOST = "mail.example.org"
    make_reminders(can=ALL, now=EARLY)
    send_at(EVENING)
    said = f"{gateway.messages[0]['text']} {mail.outbox[0].subject} {mail.outbox[0].body}".lower()
    assert "24 de noviembre" in said
    for word in ("adsum", "check", "registro", "inmigra", "oficial", "http", due.given_names.lower(), "office"):
        assert word not in said


def test_nothing_goes_in_the_night_and_it_goes_in_the_morning(due: Participant, gateway: FakeGateway) -> None:
    make_reminders(can=ALL, now=EARLY)
    Message.objects.update(send_at=EARLY)
    assert send_at(datetime(2026, 11, 22, 1, 0, tzinfo=UTC)) == 0
    assert send_at(datetime(2026, 11, 21, 13, 59, tzinfo=UTC)) == 0
    assert send_at(datetime(2026, 11, 21, 14, 0, tzinfo=UTC)) == 1


def test_a_reminder_that_waited_too_long_gives_way_to_the_next(due: Participant, gateway: FakeGateway) -> None:
    make_reminders(can=(Channel.SMS,), now=EARLY)
    make_reminders(can=(Channel.SMS,), now=EARLY + timedelta(days=2))
    send_at(EVENING + timedelta(days=2))
    assert list(Message.objects.order_by("step").values_list("step", "state")) == [(1, "sent"), (3, "needless")]


def test_a_kill_between_sending_and_marking_sends_no_second_text(
    due: Participant, gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_reminders(can=(Channel.SMS,), now=EARLY)
    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr("adsum.management.messaging.settle_tried", _killed)
        send_at(EVENING - timedelta(minutes=30))
    assert send_at(EVENING - timedelta(minutes=29, seconds=30)) == 0
    assert send_at(EVENING - timedelta(minutes=20)) == 1
    assert len(gateway.messages) == 1
    assert Message.objects.get().state == "sent"


def _killed(**_: Any) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(("mode", "state", "tries"), [("refuse", "gave-up", 6), ("impossible", "failed", 1)])
def test_tries_end(due: Participant, gateway: FakeGateway, mode: str, state: str, tries: int) -> None:
    gateway.mode = mode
    make_reminders(can=(Channel.SMS,), now=EARLY)
    Message.objects.update(send_at=EARLY)
    for minute in range(0, 240, 5):
        send_at(datetime(2026, 11, 21, 14, 0, tzinfo=UTC) + timedelta(minutes=minute))
    message = Message.objects.get()
    assert (message.state, message.tries) == (state, tries)


def test_a_gateway_that_is_away_counts_against_nobody(due: Participant, gateway: FakeGateway) -> None:
    gateway.mode = "away"
    make_reminders(can=(Channel.SMS,), now=EARLY)
    Message.objects.update(send_at=EARLY)
    for minute in range(0, 60, 5):
        send_at(datetime(2026, 11, 21, 14, 0, tzinfo=UTC) + timedelta(minutes=minute))
    message = Message.objects.get()
    assert (message.state, message.tries) == ("waiting", 0)
    gateway.mode = "silent"
    send_at(datetime(2026, 11, 21, 15, 5, tzinfo=UTC))
    assert Message.objects.get().state == "sent"


def test_a_number_that_fails_twice_is_broken_and_a_human_calls(due: Participant, gateway: FakeGateway) -> None:
    for days in (0, 2):
        make_reminders(can=(Channel.SMS,), now=EARLY + timedelta(days=days))
        send_at(EVENING + timedelta(days=days))
        sent = Message.objects.get(state="sent")
        assert settle_heard(heard=[HeardOf(sent.pk, False, "unknown number")], now=EVENING) == 1
        assert settle_heard(heard=[HeardOf(sent.pk, False, "unknown number")], now=EVENING) == 0
    assert Contact.objects.get(kind="phone").broken_at is not None
    assert Flag.objects.get().reason == Reason.CONTACT_BROKEN
    assert make_reminders(can=(Channel.SMS,), now=EARLY + timedelta(days=3)) == 0


def test_one_failure_before_a_delivery_is_forgotten(due: Participant, gateway: FakeGateway) -> None:
    phone = Contact.objects.get(kind="phone")
    Contact.objects.filter(pk=phone.pk).update(failures=1)
    make_reminders(can=(Channel.SMS,), now=EARLY)
    send_at(EVENING)
    settle_heard(heard=[HeardOf(Message.objects.get().pk, True)], now=EVENING)
    phone.refresh_from_db()
    assert (phone.failures, Message.objects.get().state) == (0, "delivered")


def test_who_cannot_be_reached_otherwise_gets_a_letter(office: FieldOffice, person: Participant) -> None:
    make_duty(person, due_on=date(2026, 11, 28), now=EARLY)
    for days in range(8):
        make_reminders(can=ALL, now=EARLY + timedelta(days=days))
    assert reminders() == [(7, "letter")]


def test_who_said_stop_and_has_no_e_mail_gets_a_letter_and_who_wishes_nothing_gets_nothing(
    office: FieldOffice, person: Participant
) -> None:
    silent = make_participant(office)
    for one in (person, silent):
        with_contacts(one, email="")
        make_duty(one, due_on=date(2026, 11, 28), now=EARLY)
    choose_messages(participant=silent, channels=[], hours=Hours.ANY, discreet=False, now=EARLY)
    answer_reply(gateway_id="1", number=PHONE, text="STOP", now=EARLY)
    make_reminders(can=ALL, now=EARLY)
    assert reminders(participant=person) == [(7, "letter")]
    assert reminders(participant=silent) == []


def test_wishes_are_heeded(due: Participant) -> None:
    choose_messages(participant=due, channels=[Channel.EMAIL], hours=Hours.EVENING, discreet=False, now=EARLY)
    make_reminders(can=ALL, now=EARLY)
    message = Message.objects.get()
    assert message.channel == "email"
    assert datetime(2026, 11, 21, 22, tzinfo=UTC) <= message.send_at < datetime(2026, 11, 22, 1, tzinfo=UTC)


def test_a_deadline_day_is_spread_over_its_hours_and_takes_as_many_questions_for_ten_as_for_one(
    office: FieldOffice,
) -> None:
    def questions(count: int, days: int) -> int:
        for _ in range(count):
            person = make_participant(office)
            with_contacts(person, email="")
            make_duty(person, due_on=date(2026, 11, 24) + timedelta(days=days), now=EARLY)
        with CaptureQueriesContext(connection) as asked:
            make_reminders(can=ALL, now=EARLY + timedelta(days=days))
        return len(asked)

    assert questions(1, 0) == questions(10, 3)
    begins = datetime(2026, 11, 24, 14, tzinfo=UTC)
    sent = Message.objects.filter(send_at__gte=begins).values_list("send_at", flat=True)
    places = sorted((one - begins) / timedelta(hours=11) for one in sent)
    assert len(set(places)) == 11
    assert 0 <= places[0] < 0.35
    assert 0.65 < places[-1] < 1


def test_offices_far_apart_have_days_of_their_own(db: None) -> None:
    for code, zone in (("HNL", "Pacific/Honolulu"), ("SJU", "America/Puerto_Rico")):
        person = make_participant(make_office(code, zone))
        with_contacts(person, email="")
        make_duty(person, due_on=date(2026, 11, 24), now=EARLY)
    make_reminders(can=ALL, now=EARLY)
    hours = {
        one.participant.office.code: one.send_at.astimezone(one.participant.office.zone).hour
        for one in Message.objects.select_related("participant__office")
    }
    assert set(hours) == {"HNL", "SJU"}
    assert all(9 <= hour < 20 for hour in hours.values())


def hook(client: Client, *events: Any, secret: str = SECRET, body: str = "") -> Any:
    body, now = body or json.dumps({"events": events}), datetime.now(UTC)
    headers = {
        "webhook-id": "m1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign("m1", now, body),
    }
    return client.post("/hooks/sms/", body, content_type="application/json", headers=headers)


@pytest.mark.parametrize(
    ("body", "secret", "status"),
    [
        ("", "whsec_" + "AAAA" * 8, 401),
        ("[]", SECRET, 422),
        ("not json", SECRET, 422),
        ('{"events": 7}', SECRET, 422),
        ('{"events": [1, null, {"kind": "receipt", "id": 9e99}, {"kind": "receipt", "id": true}]}', SECRET, 200),
        ('{"events": [{"kind": "receipt", "id": 99999999999999999999999, "state": "delivered"}]}', SECRET, 200),
        ('{"events": [{"kind": "reply", "id": 7, "from": null, "text": []}]}', SECRET, 200),
        ('{"events": [{"kind": "reply", "id": "a\\u0000", "from": "\\u0000", "text": "\\ud800\\u0000"}]}', SECRET, 200),
    ],
)
def test_the_gateways_door_bears_everything(client: Client, settings: Any, body: str, secret: str, status: int) -> None:
    settings.SMS_SECRET = SECRET
    assert hook(client, secret=secret, body=body).status_code == status


def test_without_a_signature_nobody_is_heard(client: Client, due: Participant, settings: Any) -> None:
    settings.SMS_SECRET = SECRET
    body = {"events": [{"kind": "reply", "id": "1", "from": PHONE, "text": "STOP"}]}
    assert client.post("/hooks/sms/", body, content_type="application/json").status_code == 401
    assert not StoppedNumber.objects.exists()


def test_stop_holds_at_once_is_confirmed_once_and_leaves_the_other_channels(
    due: Participant, client: Client, gateway: FakeGateway
) -> None:
    make_reminders(can=ALL, now=EARLY)
    stop = {"kind": "reply", "id": "gw-1", "from": PHONE, "text": "Alto"}
    first = hook(client, stop).json()["answers"]
    assert [one["to"] for one in first] == [PHONE]
    assert "START" in first[0]["text"]
    assert hook(client, stop, {**stop, "id": "gw-2"}).json()["answers"] == []
    assert reminders(state="waiting") == [(3, "email")]
    make_reminders(can=ALL, now=EARLY + timedelta(days=2))
    assert (1, "sms") not in reminders()
    assert hook(client, {**stop, "id": "gw-3", "text": "start"}).json()["answers"][0]["text"]
    make_reminders(can=ALL, now=EARLY + timedelta(days=3))
    assert (0, "sms") in reminders(state="waiting")


def test_a_strangers_stop_is_heeded_too(db: None) -> None:
    assert answer_reply(gateway_id="x", number="+17875550100", text="STOP", now=EARLY)
    assert StoppedNumber.objects.get().number == "+17875550100"


@pytest.mark.parametrize("said", ["Who is this?", "REVIEW", "I was in hospital"])
def test_a_stranger_is_told_whom_to_call_and_nothing_is_promised(due: Participant, said: str) -> None:
    answer = heed_text(gateway_id="x", number="+17875550100", text=said, now=EARLY)
    assert answer == "Call the field office. The phone number is on your letter."
    assert not Flag.objects.exists()
    known = heed_text(gateway_id="y", number=PHONE, text="Who is this?", now=EARLY)
    assert known and "Call the field office" not in known


def test_any_other_reply_goes_to_an_officer_and_is_answered_once(due: Participant) -> None:
    said = "Llego el martes <b>"
    answer = answer_reply(gateway_id="g1", number=PHONE, text=said, now=EARLY)
    assert "(212) 555-0100" in answer
    assert answer_reply(gateway_id="g1", number=PHONE, text=said, now=EARLY) == ""
    flag = Flag.objects.get()
    assert (flag.reason, flag.details) == (Reason.WROTE_BACK, {"said": said})


@pytest.mark.django_db(transaction=True)
def test_a_text_goes_out_and_its_receipt_comes_back(
    committed: str,
    live_server: LiveServer,
    gateway: FakeGateway,
    settings: Any,
    wait: Callable[[Callable[[], bool]], None],
) -> None:
    settings.PUBLIC_URL, gateway.mode = live_server.url, "deliver"
    now = datetime.now(UTC)
    person = make_participant(make_office(zone=f"Etc/GMT{now.hour - 12:+d}"))  # where it is noon
    with_contacts(person)
    make_duty(person, due_on=now.date(), now=now)
    make_reminders(can=(Channel.SMS,), now=now)
    Message.objects.update(send_at=now)
    send_waiting()
    wait(lambda: Message.objects.filter(state="delivered").exists())
    answers = gateway.reply(PHONE, "STOP")
    assert [one["to"] for one in answers] == [PHONE]
    assert StoppedNumber.objects.filter(number=PHONE).exists()


@pytest.fixture
def wait() -> Callable[[Callable[[], bool]], None]:
    """Wait until something holds, for ten seconds."""

    def until(holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 10
        while not holds():
            assert time.monotonic() < deadline
            time.sleep(0.05)

    return until
