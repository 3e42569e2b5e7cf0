"""Pushes, from a subscription to the screen, over real HTTP to a push service that opens what it gets."""

import socket
import stat
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import http_ece
import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ec
from django.utils import timezone

from adsum.checkins.actions import make_reminders
from adsum.ledger.rules import OPERATOR
from adsum.management.fake_gateway import FakeGateway
from adsum.management.fake_push import FakePush, NotTaken
from adsum.management.messaging import send_waiting
from adsum.notices.actions import choose_messages, pass_on_notices, queue_notice, queue_notices
from adsum.notices.channels.push.addresses import NotPublic, is_allowed, public_address
from adsum.notices.channels.push.keys import as_bytes, authorization, load_push_key, public_point
from adsum.notices.channels.push.sending import our_push_key, read_target, send
from adsum.notices.models import Message
from adsum.notices.policy import NoticesPolicy
from adsum.notices.rules import Channel, Draft, Fate, Hours, NoticeKind, Outgoing, PushTarget
from adsum.people.actions import end_push, forget, sign_in_device, sign_out_device, sign_out_everywhere, start_push
from adsum.people.models import Device, Participant, PushSubscription
from adsum.people.queries import open_pushes
from tests.factories import make_duty, make_participant

POLICY = NoticesPolicy()

EARLY = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
NOON = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)  # 12:00 in New York
EVENING = datetime(2026, 11, 22, 0, 59, tzinfo=UTC)  # 19:59 there: all of the day's messages are due
ALL = (Channel.SMS, Channel.EMAIL, Channel.PUSH, Channel.LETTER)
HOSTS = ("fcm.googleapis.com", "*.push.apple.com")
FAKE = "http://127.0.0.1:8025/"
# RFC 8291, appendix A.
RFC_PRIVATE = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
RFC_PUBLIC = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
RFC_AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
RFC_BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
    "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


@pytest.fixture
def gateway(settings: Any) -> Iterator[FakeGateway]:
    fake = FakeGateway("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    settings.PUSH_FAKE, settings.SMS_URL = fake.url, ""
    fake.start()
    yield fake
    fake.close()


def subscribe(person: Participant, gateway: FakeGateway, now: datetime = EARLY) -> Device:
    """A device more on which this person is signed in and told of messages."""
    sign_in_device(participant=person, browser="test", now=now)
    device, made = Device.objects.latest("pk"), gateway.push.subscribe()
    start_push(device=device, endpoint=made["endpoint"], **made["keys"], now=now)
    return device


@pytest.fixture
def due(person: Participant, gateway: FakeGateway) -> Participant:
    """Somebody who owes a check-in in three days and has no phone number, no e-mail, but a browser."""
    subscribe(person, gateway)
    make_duty(person, due_on=date(2026, 11, 24), now=EARLY)
    return person


def send_at(moment: datetime) -> int:
    with time_machine.travel(moment, tick=False):
        return send_waiting()


def shown(gateway: FakeGateway) -> list[tuple[str, str]]:
    return [(one["title"], one["body"]) for one in gateway.messages]


@pytest.mark.parametrize(
    ("endpoint", "allowed"),
    [
        ("https://fcm.googleapis.com/fcm/send/abc:def", True),
        ("https://fcm.googleapis.com:443/fcm/send/abc", True),
        ("https://web.push.apple.com/QGx", True),
        ("https://push.apple.com/QGx", False),
        ("https://evilpush.apple.com/QGx", False),
        ("https://web.push.apple.com.evil.example/QGx", False),
        ("http://fcm.googleapis.com/fcm/send/abc", False),
        ("https://fcm.googleapis.com:8443/fcm/send/abc", False),
        ("https://fcm.googleapis.com@10.0.0.1/fcm", False),
        ("https://someone:secret@fcm.googleapis.com/fcm", False),
        ("https://fcm.googleapis.com\\@10.0.0.1/", False),
        ("https://10.0.0.1/fcm", False),
        ("https://[::1]/", False),
        ("https://[::1/", False),
        ("https://fcm.googleapis.com:port/", False),
        ("https://fcm.googleapis.com/\r\nHost: 10.0.0.1", False),
        ("https://fcm.googleapis.com/ü", False),
        ("https://fcm.googleapis.com/" + "x" * 1000, False),
        ("file:///etc/passwd", False),
        ("", False),
        ("http://127.0.0.1:8025/push/abc", True),
        ("http://127.0.0.1:8025/", False),
        ("http://127.0.0.1:80251/push/abc", False),
        ("http://127.0.0.1:5432/push/abc", False),
    ],
)
def test_only_known_push_services_are_called(endpoint: str, allowed: bool) -> None:
    assert is_allowed(endpoint, hosts=HOSTS, fake=FAKE) is allowed


def test_a_fake_service_elsewhere_than_on_this_machine_is_not_called() -> None:
    assert not is_allowed("http://10.0.0.1/push/abc", hosts=HOSTS, fake="http://10.0.0.1/")
    assert not is_allowed("http://127.0.0.1:8025/push/abc", hosts=HOSTS, fake="")


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "localhost", "10.1.2.3", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1"),
        *("::1", "::ffff:10.0.0.1", "fd00::1", "fe80::1"),
    ],
)
def test_a_name_that_leads_inside_is_not_called(host: str) -> None:
    with pytest.raises(NotPublic):
        public_address(host, 443)


def test_an_address_outside_is_called_as_it_was_looked_at() -> None:
    assert public_address("8.8.8.8", 443) == "8.8.8.8"


def test_nobody_inside_is_connected_to_even_when_the_name_is_allowed(settings: Any) -> None:
    settings.PUSH_HOSTS = ["localhost"]
    with socket.socket() as inside:
        inside.bind(("127.0.0.1", 0))
        inside.listen()
        inside.settimeout(0.2)
        target = PushTarget(1, "https://localhost/x", RFC_PUBLIC, RFC_AUTH)
        (tried,) = send([Outgoing(1, "", "a", "b", "en", (target,))], EARLY)
        with pytest.raises(TimeoutError):
            inside.accept()
    assert (tried.fate, tried.error, tried.gone) == (Fate.AWAY, "no answer from the push service (NotPublic)", ())


@pytest.mark.parametrize(
    ("p256dh", "auth", "good"),
    [
        (RFC_PUBLIC, RFC_AUTH, True),
        (RFC_PUBLIC[:-4] + "AAAA", RFC_AUTH, False),  # not on the curve
        (RFC_PUBLIC, RFC_AUTH[:-3], False),
        ("", "", False),
        ("AA" * 5000, RFC_AUTH, False),
        (RFC_PUBLIC + "é", RFC_AUTH, False),
        (RFC_PUBLIC, "\0" * 22, False),
    ],
)
def test_only_whole_keys_are_taken(p256dh: str, auth: str, good: bool) -> None:
    assert (read_target("https://fcm.googleapis.com/x", p256dh, auth) is not None) is good


def test_the_lock_is_the_one_of_the_standard() -> None:
    private = ec.derive_private_key(int.from_bytes(as_bytes(RFC_PRIVATE), "big"), ec.SECP256R1())
    opened = http_ece.decrypt(as_bytes(RFC_BODY), private_key=private, auth_secret=as_bytes(RFC_AUTH))
    assert opened == b"When I grow up, I want to be a watermelon"
    assert public_point(private) == RFC_PUBLIC


def test_our_key_is_made_once_and_is_nobody_elses_to_read(tmp_path: Path) -> None:
    first = load_push_key(tmp_path / "push")
    load_push_key.cache_clear()
    assert public_point(load_push_key(tmp_path / "push")) == public_point(first)
    assert stat.S_IMODE((tmp_path / "push" / "key.der").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "push").stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, 201),
        ({"origin": "http://127.0.0.1:1"}, 401),
        ({"contact": "somebody"}, 401),
        ({"now": datetime.now(UTC) - timedelta(days=2)}, 401),
        ({"now": datetime.now(UTC) + timedelta(days=2)}, 401),
    ],
)
def test_the_fake_service_is_as_strict_as_a_real_one(tmp_path: Path, changes: dict[str, Any], status: int) -> None:
    service = FakePush("http://127.0.0.1:8025")
    made = service.subscribe()
    given: dict[str, Any] = {"origin": service.origin, "contact": "mailto:a@example.org", "now": timezone.now()}
    keys = {"dh": as_bytes(made["keys"]["p256dh"]), "auth_secret": as_bytes(made["keys"]["auth"])}
    body = http_ece.encrypt(b'{"title": "x"}', private_key=ec.generate_private_key(ec.SECP256R1()), **keys)
    headers = {
        "authorization": authorization(load_push_key(tmp_path), **{**given, **changes}),
        "content-encoding": "aes128gcm",
        "ttl": "60",
    }
    got = 201
    try:
        assert service.take(made["endpoint"].rpartition("/")[2], headers, body, "deliver") == {"title": "x"}
    except NotTaken as refusal:
        got = refusal.status
    assert got == status


def pass_on(now: datetime) -> None:
    """Have notices go to phones, at once."""
    pass_on_notices(can=[Channel.PUSH], now=now)
    Message.objects.update(send_at=now)


@pytest.mark.django_db
def test_a_reminder_is_pushed_in_their_language_and_names_nobody(due: Participant, gateway: FakeGateway) -> None:
    make_reminders(can=ALL, now=EARLY)
    assert send_at(EVENING) == 1
    (push,) = gateway.messages
    assert (push["title"], push["body"], push["language"]) == (
        "Tiene un mensaje de Adsum",
        "Tóquelo para leerlo.",
        "es",
    )
    assert gateway.push.senders == {our_push_key()}
    assert set(push) == {"title", "body", "language", "id", "to", "text", "state"}
    sent = Message.objects.get()
    assert (sent.state, sent.channel, sent.address) == ("sent", "push", "")
    for word in (due.given_names, due.surnames, due.case_number, "24", "regist", "inmigra"):
        assert word.lower() not in str(push).lower()


@pytest.mark.django_db
def test_on_a_shared_phone_not_even_our_name_is_shown(due: Participant, gateway: FakeGateway) -> None:
    choose_messages(participant=due, channels=[], hours=Hours.ANY, discreet=True, now=EARLY)
    make_reminders(can=ALL, now=EARLY)
    send_at(EVENING)
    assert shown(gateway) == [("Tiene un mensaje", "Tóquelo para leerlo.")]


@pytest.mark.django_db
def test_other_choices_leave_pushes_as_they_are(due: Participant, gateway: FakeGateway) -> None:
    make_reminders(can=ALL, now=EARLY)
    choose_messages(participant=due, channels=[Channel.EMAIL], hours=Hours.ANY, discreet=False, now=EARLY)
    assert send_at(EVENING) == 1


@pytest.mark.django_db
def test_each_device_is_told_and_one_that_is_gone_ends_without_the_other(
    due: Participant, gateway: FakeGateway
) -> None:
    subscribe(due, gateway)
    gateway.push.browsers.pop(next(iter(gateway.push.browsers)))
    make_reminders(can=ALL, now=EARLY)
    send_at(EVENING)
    assert len(gateway.messages) == 1
    assert Message.objects.get().state == "sent"
    assert [one.ended_at is None for one in PushSubscription.objects.order_by("pk")] == [False, True]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("mode", "state", "tries", "ended"), [("impossible", "failed", 1, True), ("refuse", "gave-up", 6, False)]
)
def test_tries_end(due: Participant, gateway: FakeGateway, mode: str, state: str, tries: int, ended: bool) -> None:
    gateway.mode = mode
    make_reminders(can=ALL, now=EARLY)
    Message.objects.update(send_at=EARLY)
    for minute in range(0, 240, 5):
        send_at(NOON + timedelta(minutes=minute))
    message, subscription = Message.objects.get(), PushSubscription.objects.get()
    assert (message.state, message.tries) == (state, tries)
    assert (subscription.ended_at is not None, subscription.endpoint == "") == (ended, ended)


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["busy", "nobody there"])
def test_a_service_that_is_away_counts_against_nobody(due: Participant, gateway: FakeGateway, how: str) -> None:
    gateway.mode = "away"
    if how == "nobody there":
        gateway.close()
    make_reminders(can=ALL, now=EARLY)
    Message.objects.update(send_at=EARLY)
    for minute in range(0, 60, 5):
        send_at(NOON + timedelta(minutes=minute))
    message = Message.objects.get()
    assert (message.state, message.tries) == ("waiting", 0)
    assert PushSubscription.objects.get().ended_at is None


def test_one_service_that_is_away_does_not_hold_up_the_others(gateway: FakeGateway, settings: Any) -> None:
    settings.PUSH_HOSTS, made = ["localhost"], gateway.push.subscribe()
    here = PushTarget(1, made["endpoint"], **made["keys"])
    away = PushTarget(2, "https://localhost/x", **made["keys"])
    batch = [Outgoing(n, "", "a", "b", "en", (here if n % 3 else away,)) for n in range(60)]
    tried = send(batch, timezone.now())
    assert sorted(one.outgoing.message_id for one in tried if one.fate is Fate.AWAY) == list(range(0, 60, 3))
    assert len(gateway.messages) == sum(one.fate is Fate.SENT for one in tried) == 40


@pytest.mark.django_db
def test_nothing_is_pushed_in_the_night(due: Participant, gateway: FakeGateway) -> None:
    queue_notice(kind=NoticeKind.OFFICER_ANSWERED, participant=due, now=EARLY, words="Yes")
    pass_on(EARLY)
    assert send_at(datetime(2026, 11, 21, 13, 59, tzinfo=UTC)) == 0
    assert send_at(datetime(2026, 11, 21, 14, 0, tzinfo=UTC)) == 1


@pytest.mark.django_db
def test_a_notice_is_pushed_to_who_asked_for_it(due: Participant, gateway: FakeGateway) -> None:
    other = make_participant(due.office)
    answer = NoticeKind.OFFICER_ANSWERED
    queue_notices(drafts=[Draft(one, answer, facts={"words": "Ojala"}) for one in (due, other)], now=NOON)
    pass_on(NOON)
    assert send_at(NOON) == 1
    assert shown(gateway) == [("Tiene un mensaje de Adsum", "Tóquelo para leerlo.")]
    message = Message.objects.get()
    assert (message.participant_id, message.kind, message.state) == (due.pk, "notice", "sent")


@pytest.mark.django_db
def test_who_has_only_a_push_still_gets_the_letter(due: Participant, gateway: FakeGateway) -> None:
    make_duty(other := make_participant(due.office), due_on=date(2026, 11, 28), now=EARLY)
    subscribe(other, gateway)
    make_reminders(can=ALL, now=EARLY)
    assert sorted(Message.objects.filter(participant=other).values_list("step", "channel")) == [
        (7, "letter"),
        (7, "push"),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["sign out", "lost phone", "stop", "too long ago"])
def test_it_ends_with_the_sign_in(due: Participant, gateway: FakeGateway, way: str) -> None:
    make_reminders(can=ALL, now=EARLY)
    device = Device.objects.latest("pk")
    match way:
        case "sign out":
            sign_out_device(device=device, actor=due.as_actor(), now=NOON)
        case "lost phone":
            sign_out_everywhere(participant=due, actor=OPERATOR, now=NOON)
        case "stop":
            end_push(device=device, now=NOON)
        case _:
            Device.objects.update(expires_at=NOON)
    send_at(EVENING)
    queue_notice(kind=NoticeKind.OFFICER_ANSWERED, participant=due, now=EVENING, words="Yes")
    pass_on(EVENING)
    assert shown(gateway) == []
    assert Message.objects.get().state == "failed"
    assert not open_pushes(among=[due.pk], now=NOON, seen_by=OPERATOR).exists()
    if way != "too long ago":
        assert PushSubscription.objects.filter(endpoint="", p256dh="", auth="", ended_at=NOON).count() == 1
    forget(before=EVENING + timedelta(days=1000), now=EVENING)
    assert not PushSubscription.objects.exists()


@pytest.mark.django_db
def test_a_browser_belongs_to_who_used_it_last(due: Participant, gateway: FakeGateway) -> None:
    before = PushSubscription.objects.get()
    sign_in_device(participant=(other := make_participant(due.office)), browser="same", now=NOON)
    given = {"endpoint": before.endpoint, "p256dh": before.p256dh, "auth": before.auth}
    start_push(device=Device.objects.latest("pk"), **given, now=NOON)
    assert [one.participant_id for one in PushSubscription.objects.filter(ended_at=None)] == [other.pk]


@pytest.mark.django_db
def test_asked_twice_is_one_subscription(due: Participant, gateway: FakeGateway) -> None:
    device = Device.objects.latest("pk")
    for _ in range(2):
        made = gateway.push.subscribe()
        start_push(device=device, endpoint=made["endpoint"], **made["keys"], now=NOON)
    make_reminders(can=ALL, now=EARLY)
    send_at(EVENING)
    assert len(gateway.messages) == 1
