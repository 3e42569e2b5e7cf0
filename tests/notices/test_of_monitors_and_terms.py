"""What people are told of a GPS device and of what their order says: all of it in My file, nothing on a lock screen."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from django.core import mail
from django.test import Client

from adsum.management.fake_gateway import FakeGateway
from adsum.monitors.actions import issue_monitor, return_monitor, swap_monitor
from adsum.notices.actions import pass_on_notices, queue_notice
from adsum.notices.channels.words import write_notice, write_push
from adsum.notices.models import Message, Notice
from adsum.notices.rules import VEILED, Channel, NoticeKind
from adsum.offices.models import Staff
from adsum.orders.actions import set_terms
from adsum.people.models import Participant
from tests.checkins.test_reminders import ALL, gateway, send_at, with_contacts
from tests.monitors.worn import make_monitor, make_order

__all__ = ["gateway"]
pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
TERMS, REASON = ["Hours: 21:00-06:00", "Zone: 40.71, -73.94, 5 km"], "He works nights now."
ALWAYS = {
    "en": ("You can ask at any time that your level is lowered or ends.", "The phone number is (212) 555-0100."),
    "es": ("Usted puede pedir en cualquier momento que su nivel baje", "El número de teléfono es (212) 555-0100."),
}
SAID: dict[NoticeKind, dict[str, tuple[str, ...]]] = {
    NoticeKind.MONITOR_ISSUED: {
        "en": (
            "You have a GPS device now",
            "Its number is {}.",
            "only as long as your order says so",
            "not your fault",
        ),
        "es": (
            "Ahora tiene un dispositivo GPS",
            "Su número es {}.",
            "solo mientras su orden lo diga",
            "No es su culpa",
        ),
    },
    NoticeKind.MONITOR_SWAPPED: {
        "en": ("You have another GPS device now", "Its number is {}.", "The old one does not count any more."),
        "es": ("Ahora tiene otro dispositivo GPS", "Su número es {}.", "El anterior ya no cuenta."),
    },
    NoticeKind.MONITOR_RETURNED: {
        "en": ("Your GPS device is off", "From now on nothing of it is kept."),
        "es": ("Ya no lleva el dispositivo GPS", "Desde ahora no se guarda nada de él."),
    },
    NoticeKind.ORDER_TERMS: {
        "en": ("What your order says has changed", *TERMS, f"The officer wrote: “{REASON}”", "You do not agree?"),
        "es": ("Cambió lo que dice su orden", *TERMS, f"El oficial escribió: “{REASON}”", "¿No está de acuerdo?"),
    },
}
EACH = [(kind, language) for kind, told in SAID.items() for language in told]
# In a text, a push, or an e-mail nothing may say what somebody wears, where they are, or who they are.
NOWHERE = (
    "gps",
    "device",
    "dispositivo",
    "order",
    "orden",
    "hours:",
    "40.71",
    "nights",
    "t-0",
    "lopez",
    "maria",
    "a000",
)


class Told(NamedTuple):
    """A notice that was made by what really happened, and the number of the device that it is about."""

    notice: Notice
    serial: str
    about: str


def tell(kind: NoticeKind, person: Participant, officer: Staff) -> Told:
    """Let it happen, and read what the person is told of it."""
    make_order(person, now=NOON)
    worn = make_monitor(officer)
    about, serial = f"monitor:{worn.pk}", worn.serial
    change: dict[str, Any] = {"officer": officer, "reason": REASON, "now": NOON}
    if kind == NoticeKind.ORDER_TERMS:
        set_terms(participant=person, terms=TERMS, **change)
        return Told(Notice.objects.get(kind=kind), "", "order:terms")
    issue_monitor(monitor_id=worn.pk, participant=person, officer=officer, now=NOON)
    if kind == NoticeKind.MONITOR_SWAPPED:
        new = make_monitor(officer)
        swap_monitor(monitor_id=worn.pk, new_id=new.pk, **change)
        about, serial = f"monitor:{new.pk}", new.serial
    elif kind == NoticeKind.MONITOR_RETURNED:
        return_monitor(monitor_id=worn.pk, **change)
    return Told(Notice.objects.get(kind=kind), serial, about)


@pytest.fixture
def speaks(person: Participant) -> Callable[[str], Participant]:
    def spoken(language: str) -> Participant:
        Participant.objects.filter(pk=person.pk).update(language=language)
        person.language = language
        with_contacts(person)
        return person

    return spoken


def test_these_are_all_that_are_veiled() -> None:
    assert set(SAID) == VEILED


@pytest.mark.parametrize(("kind", "language"), EACH)
def test_it_says_what_happened_and_what_one_can_do(
    kind: NoticeKind,
    language: str,
    speaks: Callable[[str], Participant],
    officer: Staff,
    sign_in: Callable[[Participant | Staff], Client],
) -> None:
    person = speaks(language)
    notice, serial, about = tell(kind, person, officer)
    title, *words = SAID[kind][language]
    assert (notice.title, notice.language, notice.about, notice.participant_id) == (title, language, about, person.pk)
    for said in words:
        assert said.format(serial) in notice.body, said
    asks, call = ALWAYS[language]
    assert call in notice.body
    assert (asks in notice.body) == (kind != NoticeKind.MONITOR_RETURNED)
    assert title in sign_in(person).get("/my-file/").text


def test_terms_that_are_gone_are_said_to_be_gone(speaks: Callable[[str], Participant], officer: Staff) -> None:
    person = speaks("es")
    make_order(person, now=NOON)
    set_terms(participant=person, terms=[], officer=officer, reason=REASON, now=NOON)
    assert "Ya no fija horas ni lugares." in Notice.objects.get().body


@pytest.mark.parametrize(("kind", "language"), EACH)
def test_nothing_of_it_stands_in_a_text_an_e_mail_or_a_push(
    kind: NoticeKind,
    language: str,
    speaks: Callable[[str], Participant],
    officer: Staff,
    gateway: FakeGateway,
    settings: Any,
) -> None:
    settings.EMAIL_HOST, settings.PUBLIC_URL = "mail.example.org", "https://adsum.example.org"
    person = speaks(language)
    tell(kind, person, officer)
    Notice.objects.exclude(kind=kind).delete()
    pass_on_notices(can=ALL, now=NOON)
    assert send_at(NOON + timedelta(hours=2)) == 2
    (text,), (letter,) = gateway.messages, mail.outbox
    news = {"en": "There is news for you.", "es": "Hay noticias para usted."}[language]
    assert text["text"].startswith(f"Adsum: {news} ") and letter.subject == news
    push = write_push(Message.objects.first(), discreet=False, targets=())  # type: ignore[arg-type]
    for said in (text["text"], f"{letter.subject} {letter.body}", f"{push.title} {push.text}"):
        assert [word for word in NOWHERE if word in said.lower()] == []
    assert all("https://adsum.example.org" in said for said in (text["text"], str(letter.body)))


@pytest.mark.parametrize("kind", sorted(SAID))
def test_a_letter_says_all_of_it(kind: NoticeKind, speaks: Callable[[str], Participant], officer: Staff) -> None:
    notice, *_ = tell(kind, speaks("es"), officer)
    posted = write_notice(
        Message(participant=notice.participant, channel=Channel.LETTER), notice=notice, discreet=False
    )
    assert (posted.title, posted.text) == (notice.title, notice.body)


def test_other_news_still_names_itself(speaks: Callable[[str], Participant], gateway: FakeGateway) -> None:
    queue_notice(kind=NoticeKind.CHECKIN_CREDITED, participant=speaks("en"), now=NOON, due_on=NOON.date())
    pass_on_notices(can=(Channel.SMS,), now=NOON)
    send_at(NOON + timedelta(hours=2))
    assert "There is news" not in gateway.messages[0]["text"]
