"""What people are told goes over their channels too: soon, in allowed hours, by their wishes, and while it holds."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.test import Client

from adsum.checkins.actions import excuse_duty, sweep_overdue
from adsum.checkins.rules import ReportContent
from adsum.ledger.rules import OPERATOR
from adsum.management.fake_gateway import FakeGateway
from adsum.notices.actions import choose_messages, claim_messages, pass_on_notices, queue_notice, stop_texts
from adsum.notices.models import Message, Notice
from adsum.notices.policy import NoticesPolicy
from adsum.notices.queries import letters_to_post
from adsum.notices.rules import Channel, Hours, NoticeKind, soon
from adsum.offices.models import FieldOffice, Staff
from adsum.orders.actions import ask_to_share, start_orders
from adsum.orders.rules import Ground, Level
from adsum.people.models import Participant
from tests.checkins.test_reminders import ALL, PHONE, gateway, send_at, with_contacts
from tests.factories import make_duty, make_participant

POLICY = NoticesPolicy()

__all__ = ["gateway"]
pytestmark = pytest.mark.django_db
DUE = date(2026, 11, 19)
NIGHT = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)  # one in the morning in New York: a day after the due day is over
NOON = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)
REPORT = ReportContent(lives_there=True)


@pytest.fixture
def missed(person: Participant) -> Participant:
    """Somebody with phone and e-mail who has missed a check-in in the night."""
    with_contacts(person)
    make_duty(person, due_on=DUE, now=NIGHT)
    sweep_overdue(now=NIGHT)
    return person


def messages() -> list[tuple[str, str]]:
    return list(Message.objects.order_by("channel").values_list("channel", "state"))


def test_a_miss_itself_is_the_ladders_to_tell(missed: Participant) -> None:
    assert pass_on_notices(can=ALL, now=NIGHT) == 1
    assert messages() == []


def test_news_goes_by_text_and_e_mail_in_the_morning_once(
    missed: Participant, gateway: FakeGateway, settings: Any
) -> None:
    settings.EMAIL_HOST, settings.PUBLIC_URL = "mail.example.org", "https://adsum.example.org"
    pass_on_notices(can=ALL, now=NIGHT)
    queue_notice(kind=NoticeKind.CHECKIN_CREDITED, participant=missed, now=NIGHT, due_on=DUE)
    assert pass_on_notices(can=ALL, now=NIGHT) == 1
    assert pass_on_notices(can=ALL, now=NIGHT) == 0
    assert send_at(NIGHT) == 0
    morning = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
    assert all(morning <= one.send_at <= morning + timedelta(hours=1) for one in Message.objects.all())
    assert send_at(NOON) == 2
    (text,) = gateway.messages
    assert text["to"] == PHONE
    assert "19 de noviembre de 2026" in text["text"]
    assert "https://adsum.example.org" in text["text"]
    assert mail.outbox[0].subject == Notice.objects.get(kind=NoticeKind.CHECKIN_CREDITED).title
    assert messages() == [("email", "sent"), ("sms", "sent")]


def test_excused_is_told_and_missed_no_longer(missed: Participant, officer: Staff, gateway: FakeGateway) -> None:
    pass_on_notices(can=(Channel.SMS,), now=NIGHT)
    duty_id = int(Notice.objects.get().about.removeprefix("duty:"))
    excuse_duty(duty_id=duty_id, officer=officer, words="In hospital", now=NIGHT + timedelta(hours=2))
    pass_on_notices(can=(Channel.SMS,), now=NIGHT + timedelta(hours=2))
    send_at(NOON)
    (text,) = gateway.messages
    assert "cuenta como hecho" in text["text"]


@pytest.mark.parametrize(
    ("channels", "stopped", "ways"),
    [
        (None, False, ["email", "sms"]),
        (None, True, ["email"]),
        ([Channel.SMS], True, ["letter"]),
        ([Channel.LETTER], False, ["letter"]),
        ([], False, []),
    ],
)
def test_wishes_and_a_stop_hold_for_news_too(
    person: Participant, channels: list[Channel] | None, stopped: bool, ways: list[str]
) -> None:
    with_contacts(person)
    if channels is not None:
        choose_messages(participant=person, channels=channels, hours=Hours.ANY, discreet=False, now=NOON)
    if stopped:
        stop_texts(number=PHONE, now=NOON)
    queue_notice(kind=NoticeKind.CHECKIN_CREDITED, participant=person, now=NOON, due_on=DUE)
    assert pass_on_notices(can=ALL, now=NOON) == 1
    assert [channel for channel, _ in messages()] == ways


@pytest.mark.parametrize(("channel", "state"), [(Channel.LETTER, "waiting"), (Channel.SMS, "needless")])
def test_a_letter_with_news_waits_for_who_prints_it(
    person: Participant, officer: Staff, channel: Channel, state: str
) -> None:
    with_contacts(person)
    choose_messages(participant=person, channels=[channel], hours=Hours.ANY, discreet=False, now=NOON)
    queue_notice(kind=NoticeKind.CHECKIN_CREDITED, participant=person, now=NOON, due_on=DUE)
    pass_on_notices(can=ALL, now=NOON)
    claim_messages(channel=Channel.EMAIL, offices=[person.office_id], now=NOON + timedelta(days=30))
    assert messages() == [(channel, state)]
    assert letters_to_post(seen_by=officer.as_actor()).count() == (channel == Channel.LETTER)


def test_a_shared_phone_learns_nothing_of_news(missed: Participant, gateway: FakeGateway, settings: Any) -> None:
    settings.EMAIL_HOST = "mail.example.org"
    choose_messages(participant=missed, channels=ALL, hours=Hours.ANY, discreet=True, now=NIGHT)
    queue_notice(kind=NoticeKind.CHECKIN_CREDITED, participant=missed, now=NIGHT, due_on=DUE)
    pass_on_notices(can=ALL, now=NIGHT)
    send_at(NOON)
    said = f"{gateway.messages[0]['text']} {mail.outbox[0].subject} {mail.outbox[0].body}".lower()
    for word in ("adsum", "check", "registro", "inmigra", "oficial", "http", "noviembre", missed.given_names.lower()):
        assert word not in said


def test_what_an_officer_wrote_to_one_person_is_in_no_text_and_no_e_mail(
    person: Participant, gateway: FakeGateway, settings: Any
) -> None:
    settings.EMAIL_HOST = "mail.example.org"
    with_contacts(person)
    queue_notice(kind=NoticeKind.OFFICER_ANSWERED, participant=person, now=NOON, words="About your illness")
    pass_on_notices(can=ALL, now=NOON)
    send_at(NOON + timedelta(hours=2))
    assert len(mail.outbox) == len(gateway.messages) == 1
    assert "illness" not in f"{gateway.messages[0]['text']} {mail.outbox[0].body}"


def test_old_news_goes_nowhere_and_is_not_asked_for_again(person: Participant) -> None:
    with_contacts(person)
    queue_notice(kind=NoticeKind.CHECKIN_CREDITED, participant=person, now=NOON, due_on=DUE)
    assert pass_on_notices(can=ALL, now=NOON + timedelta(days=POLICY.news_days)) == 1
    assert (messages(), Notice.objects.filter(to_pass_on=True).exists()) == ([], False)


def test_many_are_told_in_a_few_questions_whatever_their_number(
    office: FieldOffice, django_assert_num_queries: Callable[[int], Any]
) -> None:
    for count in (1, 5):
        for _ in range(count):
            who = make_participant(office)
            queue_notice(kind=NoticeKind.CHECKIN_CREDITED, participant=who, now=NOON, due_on=DUE)
        with django_assert_num_queries(8):
            assert pass_on_notices(can=ALL, now=NOON) == count


def test_who_is_asked_to_share_is_told_what_until_when_and_how_to_say_no(
    person: Participant, officer: Staff, sign_in: Callable[[Participant | Staff], Client]
) -> None:
    with_contacts(person)
    start_orders(levels=[(person, Level.CHECK_IN)], ground=Ground.AGENCY_LIST, note="", actor=OPERATOR, now=NOON)
    ask_to_share(participant=person, officer=officer, reason="Ordered by the judge", now=NOON)
    notice = Notice.objects.get()
    for words in ("7 días", "Ordered by the judge", "parar", "No está de acuerdo", "abogado", "(212) 555-0100"):
        assert words in notice.body, words
    assert notice.title in sign_in(person).get("/my-file/").content.decode()
    pass_on_notices(can=ALL, now=NOON)
    assert [channel for channel, _ in messages()] == ["email", "sms"]


def test_a_letter_with_news_is_printed_and_posted(
    person: Participant, officer: Staff, sign_in: Callable[[Participant | Staff], Client]
) -> None:
    queue_notice(kind=NoticeKind.CHECKIN_CREDITED, participant=person, now=NOON, due_on=DUE)
    pass_on_notices(can=ALL, now=NOON)
    letter, console = Message.objects.get(channel="letter"), sign_in(officer)
    assert Notice.objects.get().title in console.get(f"/console/letters/{letter.pk}/").content.decode()
    console.post(f"/console/letters/{letter.pk}/posting/")
    letter.refresh_from_db()
    assert (letter.state, letter.title) == ("sent", Notice.objects.get().title)


@pytest.mark.parametrize(
    ("now", "hours", "begins", "ends"),
    [
        ("2026-11-21T17:00", Hours.ANY, "2026-11-21T17:00", "2026-11-21T18:00"),
        ("2026-11-21T17:00", Hours.EVENING, "2026-11-21T22:00", "2026-11-21T23:00"),
        ("2026-11-22T00:30", Hours.ANY, "2026-11-22T14:00", "2026-11-22T15:00"),
        ("2026-11-21T06:00", Hours.MORNING, "2026-11-21T14:00", "2026-11-21T15:00"),
    ],
)
def test_news_goes_as_soon_as_it_may_and_a_little_spread(now: str, hours: Hours, begins: str, ends: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    found = soon(at, zone=ZoneInfo("America/New_York"), policy=POLICY)[hours]
    assert [one.strftime("%Y-%m-%dT%H:%M") for one in found] == [begins, ends]
