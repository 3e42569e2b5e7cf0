"""“Another way to reach them”: one click and a yes send the invitation once more, and nobody is flooded."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

import pytest
from django.conf import LazySettings
from django.test import Client
from time_machine import travel

from adsum.checkins.actions import settle_heard
from adsum.core.ids import read_code
from adsum.enrolment.actions import activate_device, enrol_wave
from adsum.enrolment.models import Wave
from adsum.funnel.models import FunnelStep
from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import OPERATOR
from adsum.management.messaging import send_batch
from adsum.notices.channels.all import SENDERS
from adsum.notices.models import Message
from adsum.notices.rules import Channel, Fate, Heard, Outgoing, Tried
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role
from adsum.people.models import Participant
from adsum.waves.actions import follow_alone, follow_invitations, post_batch, print_batch, start_stage
from adsum.waves.models import Invitee, LetterBatch, Stage
from tests.factories import make_row, make_staff

SignIn = Callable[[Participant | Staff], Client]
MORNING = datetime.fromisoformat("2026-11-23T15:00Z")  # ten o'clock in New York
NEXT = MORNING + timedelta(days=1, hours=1)
ALL = [Channel.SMS, Channel.EMAIL, Channel.LETTER]
BORN = date(1988, 3, 14)


class Gateway:
    """Takes what it is given, or fails it as it was told to."""

    def __init__(self) -> None:
        self.taken: list[Outgoing] = []
        self.fate = Fate.SENT

    def send(self, batch: Sequence[Outgoing], now: datetime) -> list[Tried]:
        self.taken += batch
        return [Tried(one, self.fate) for one in batch]


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> Gateway:
    fake = Gateway()
    monkeypatch.setitem(SENDERS, Channel.SMS, fake.send)
    monkeypatch.setitem(SENDERS, Channel.EMAIL, fake.send)
    settings.SMS_URL, settings.EMAIL_HOST = "http://127.0.0.1:9", "mail.example.org"
    return fake


@pytest.fixture
def listed(office: FieldOffice) -> Participant:
    row = make_row(2, phone="+12125550123", email="maria@example.org")
    enrol_wave(rows=[row], office=office, name="w1", actor=OPERATOR, now=MORNING - timedelta(days=1))
    return Participant.objects.get()


@pytest.fixture
def invited(listed: Participant, gateway: Gateway) -> Participant:
    """Somebody whom a stage has sent a text message."""
    wave = Wave.objects.select_related("office").get()
    start_stage(wave=wave, number=1, actor=OPERATOR, can=ALL, now=MORNING)
    send_all(MORNING)
    return listed


def send_all(now: datetime) -> None:
    with travel(now, tick=False):
        for channel in (Channel.SMS, Channel.EMAIL):
            while send_batch(channel, now):
                pass
        follow_invitations(can=ALL, now=now)


@pytest.fixture
def page(office: FieldOffice, sign_in: SignIn) -> Callable[..., str]:
    """The page of help at a moment; with a channel, after it was asked for."""
    supervisor = make_staff(office, Role.SUPERVISOR, name="Sam Super")

    def open_page(person: Participant, channel: str = "", now: datetime = NEXT, staff: Staff = supervisor) -> str:
        path = f"/console/funnel/people/{person.pk}/"
        with travel(now, tick=False):
            client = sign_in(staff)
            if channel:
                asked = client.post(path, {"do": "again", "channel": channel})
                assert asked.status_code in (302, 404)
            return client.get(path).content.decode()

    return open_page


def opens(person: Participant, code: str, now: datetime) -> bool:
    tried = activate_device(
        typed_code=code, born=BORN, from_file=person.case_number[-3:], network="n", browser="b", now=now
    )
    return tried.answer == "in"


def test_another_channel_brings_a_new_code_and_ends_the_old(
    invited: Participant, gateway: Gateway, page: Callable[..., str]
) -> None:
    offered = page(invited)
    for channel in ("sms", "email", "letter"):
        assert f'name="channel" value="{channel}"' in offered
    assert "E-mail to Maria" in page(invited, "email")
    line = LedgerLine.objects.get(verb="invitation.sent-again")
    assert (line.participant_id, line.actor_kind, line.facts["channel"]) == (invited.pk, "staff", "email")
    send_all(NEXT)
    [first, second] = gateway.taken
    assert second.to == "maria@example.org"
    assert not opens(invited, first.secret, NEXT + timedelta(minutes=5))
    assert opens(invited, second.secret, NEXT + timedelta(minutes=5))
    assert "Send the invitation again" not in page(invited, now=NEXT + timedelta(minutes=9))


def test_nobody_is_flooded(invited: Participant, gateway: Gateway, page: Callable[..., str]) -> None:
    soon = MORNING + timedelta(hours=23)
    refused = page(invited, "email", now=soon)
    assert "a short while ago" in refused and 'name="channel"' not in refused
    assert Message.objects.count() == 1
    for _ in range(3):
        page(invited, "email")
    send_all(NEXT)
    assert len(gateway.taken) == 2
    assert LedgerLine.objects.filter(verb="invitation.sent-again").count() == 1


def test_what_did_not_arrive_does_not_count(listed: Participant, gateway: Gateway, page: Callable[..., str]) -> None:
    page(listed, "sms", now=MORNING)
    gateway.fate = Fate.IMPOSSIBLE
    send_all(MORNING)
    later = MORNING + timedelta(minutes=10)
    page(listed, "email", now=later)
    assert list(Message.objects.order_by("pk").values_list("channel", "state")) == [
        ("sms", "failed"), ("email", "waiting"),
    ]  # fmt: skip


def test_a_letter_goes_with_the_next_print_run(
    invited: Participant, gateway: Gateway, office: FieldOffice, page: Callable[..., str]
) -> None:
    assert "next print run" in page(invited, "letter")
    [letter] = print_batch(stage=Stage.objects.select_related("wave").get(), actor=OPERATOR, now=NEXT)
    post_batch(batch=LetterBatch.objects.get(), actor=OPERATOR, now=NEXT)
    follow_invitations(can=ALL, now=NEXT)
    assert (Invitee.objects.get().channel, Invitee.objects.get().followed) == ("letter", "sent")
    assert not opens(invited, gateway.taken[0].secret, NEXT)
    assert opens(invited, read_code(letter.sheet["code"]), NEXT)


def test_a_printed_letter_that_was_overtaken_is_not_posted(
    invited: Participant, gateway: Gateway, page: Callable[..., str]
) -> None:
    page(invited, "letter")
    print_batch(stage=Stage.objects.select_related("wave").get(), actor=OPERATOR, now=NEXT)
    page(invited, "sms", now=NEXT + timedelta(days=2))
    assert post_batch(batch=LetterBatch.objects.get(), actor=OPERATOR, now=NEXT + timedelta(days=2)) == 0
    send_all(NEXT + timedelta(days=2))
    assert opens(invited, gateway.taken[-1].secret, NEXT + timedelta(days=2, minutes=5))


def test_somebody_without_a_stage_gets_the_same_message(
    listed: Participant, gateway: Gateway, page: Callable[..., str]
) -> None:
    assert 'value="letter"' not in page(listed, now=MORNING)
    page(listed, "sms", now=MORNING)
    send_all(MORNING)
    [message] = gateway.taken
    assert "fecha de nacimiento" in message.text and message.secret not in Message.objects.get().body
    heard = MORNING + timedelta(hours=3)
    for now in (heard, heard + timedelta(hours=1)):
        settle_heard(heard=[Heard(message.message_id, delivered=True)], now=now)
        follow_alone(messages=[message.message_id], now=now)
    steps = FunnelStep.objects.filter(participant=listed).order_by("pk").values_list("step", "channel")
    assert list(steps) == [("invited", "sms"), ("delivered", "sms")]
    assert opens(listed, message.secret, heard)
    page(listed, "email", now=NEXT)
    send_all(NEXT)
    assert len(gateway.taken) == 1  # who is in is not invited


def test_who_came_in_or_left_meanwhile_is_not_written_to(
    listed: Participant, gateway: Gateway, page: Callable[..., str]
) -> None:
    page(listed, "sms", now=MORNING)
    Participant.objects.update(left_at=MORNING)
    send_all(MORNING)
    assert (gateway.taken, Message.objects.get().state) == ([], "needless")


@pytest.mark.parametrize("channel", ["push", "", "pigeon", "letter\0", "x" * 5000])
def test_no_other_channel_goes(listed: Participant, gateway: Gateway, page: Callable[..., str], channel: str) -> None:
    page(listed, channel or " ")
    assert not Message.objects.exists()


def test_nobody_invites_people_of_another_office(
    listed: Participant, gateway: Gateway, other_office: FieldOffice, page: Callable[..., str]
) -> None:
    page(listed, "sms", staff=make_staff(other_office, Role.SUPERVISOR))
    assert not Message.objects.exists()


def test_what_is_not_set_up_is_not_offered(
    listed: Participant, gateway: Gateway, settings: LazySettings, page: Callable[..., str]
) -> None:
    settings.SMS_URL = ""
    offered = page(listed)
    assert 'value="email"' in offered and 'value="sms"' not in offered
