"""The dispatcher and a consumer, over real connections, in real processes where they are killed."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event as Signal
from threading import Thread
from threading import enumerate as enumerate_threads
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from adsum.exchange.dispatch import deliver_until, follow_setting, only_dispatcher
from adsum.exchange.secrets import rotate_secret, secrets_of
from adsum.exchange.telling import tell_batch
from adsum.exchange.webhook import Unheard, Webhook
from adsum.ledger.rules import OPERATOR
from adsum.management.instruments.consumer import SECRET, Consumer
from adsum.outbox.actions import add_subscriber, end_subscriber, note_rotation, pause_subscriber, resume_subscriber
from adsum.outbox.models import OutboxDelivery, OutboxEvent, Subscriber
from adsum.outbox.policy import OutboxPolicy
from adsum.outbox.rules import Described, Way
from adsum.places.actions import change_address
from adsum.places.rules import GivenAddress
from tests.factories import make_office, make_participant
from tests.outbox.told import emit, eventually, make_subscriber, numbered

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("horizon")]
CALM = Signal()


@pytest.fixture
def consumer(committed: str, settings: Any, tmp_path: Path) -> Iterator[Consumer]:
    listening = Consumer()
    settings.WEBHOOK_URL, settings.WEBHOOK_SECRET = listening.url, SECRET
    settings.SUBSCRIBER_SECRETS = str(tmp_path / "secrets")
    yield listening
    listening.close()


@pytest.fixture
def told(consumer: Consumer) -> Subscriber:
    """Whom the setting names."""
    follow_setting(now=timezone.now())
    return Subscriber.objects.get()


def tell(told: Subscriber, consumer: Consumer, secret: str = SECRET) -> int:
    return tell_batch(told, Webhook(consumer.url, [secret]), CALM)


def sequences(consumer: Consumer) -> list[int]:
    return [int(event["sequence"]) for event in consumer.in_order]


def all_delivered() -> bool:
    told = OutboxDelivery.objects.filter(delivered_at__isnull=False)
    return not OutboxEvent.objects.exclude(pk__in=told.values("event_id")).exists()


@pytest.fixture
def process(committed: str, consumer: Consumer) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Start a dispatcher as `adsum run` does; none outlives the test."""
    started: list[subprocess.Popen[bytes]] = []
    knows = {"DATABASE_URL": committed, "ADSUM_WEBHOOK_URL": consumer.url, "ADSUM_WEBHOOK_SECRET": SECRET}

    def start() -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen([sys.executable, "-m", "adsum.exchange"], env={**os.environ, **knows}))
        return started[-1]

    yield start
    for one in started:
        one.kill()
        one.wait()


@pytest.fixture
def dispatcher(consumer: Consumer) -> Iterator[None]:
    """One that works in a thread, until the test is over."""
    stop = Signal()
    thread = in_a_thread(stop)
    yield
    stop.set()
    thread.join()


def in_a_thread(stop: Signal) -> Thread:
    def work() -> None:
        try:
            deliver_until(stop)
        finally:
            connections.close_all()

    thread = Thread(target=work)
    thread.start()
    return thread


def test_what_is_owed_arrives_signed_in_order_as_cloud_events(told: Subscriber, consumer: Consumer) -> None:
    emit(1, 2, 1)
    numbered(told, 3)
    assert tell(told, consumer) == 3
    assert sequences(consumer) == [1, 2, 3]
    third = consumer.in_order[2]
    required = {"specversion", "id", "source", "type", "subject", "time", "datacontenttype", "data"}
    assert set(third) == required | {"sequence", "sequencetype"}
    assert (third["type"], third["subject"], third["id"]) == ("org.adsum.test", "participants/1", "webhook_3")
    assert third["data"] == {"participant": 1, "n": 2}
    assert all_delivered()
    assert tell(told, consumer) == 0


def test_only_who_needs_to_know_reads_more_than_ids(told: Subscriber, consumer: Consumer) -> None:
    person = make_participant(make_office())
    home = GivenAddress("9 Elm St", "2", "Queens", "NY", "11373")
    change_address(participant=person, given=home, actor=OPERATOR, now=timezone.now())
    more: dict[str, Any] = {"kinds": ("address.changed",), "fields": ("case_number", "address"), "why": "8 CFR 265.1"}
    knowing = make_subscriber(code="knowing", **more)
    for one in (told, knowing):
        numbered(one, 1)
        tell(one, consumer)
    plain, full = consumer.in_order
    assert set(plain["data"]) == {"participant", "address_id"}
    assert full["data"]["case_number"] == person.case_number
    assert full["data"]["address"]["street"] == "9 Elm St"


def test_a_refusal_holds_back_one_person_and_nobody_else(told: Subscriber, consumer: Consumer) -> None:
    emit(1, 1, 1, 2)
    numbered(told, 4)
    consumer.answer = lambda event: 500 if event["sequence"] == "2" else 204
    assert tell(told, consumer) == 3
    assert sequences(consumer) == [1, 4]
    refused = OutboxDelivery.objects.get(number=2)
    assert (refused.attempts, refused.last_error) == (1, "answered 500")
    assert refused.next_try_at is not None
    assert tell(told, consumer) == 0
    consumer.answer = lambda event: 204
    OutboxDelivery.objects.filter(number=2).update(next_try_at=timezone.now())
    assert tell(told, consumer) == 2
    assert sequences(consumer) == [1, 4, 2, 3]


def test_who_refuses_everything_is_left_alone_before_everything_is_parked(told: Subscriber, consumer: Consumer) -> None:
    most = OutboxPolicy().refusals_in_a_row
    emit(*range(1, most + 10))
    numbered(told, most + 9)
    consumer.answer = lambda event: 500
    with pytest.raises(Unheard, match="refuses everything: answered 500"):
        tell(told, consumer)
    assert OutboxDelivery.objects.filter(attempts=1).count() == most


def test_a_wrong_secret_is_refused_by_the_consumer(told: Subscriber, consumer: Consumer) -> None:
    emit(1)
    numbered(told, 1)
    tell(told, consumer, "whsec_b3RoZXI=")
    assert (consumer.forged, consumer.taken.total()) == (1, 0)
    assert OutboxDelivery.objects.get().last_error == "answered 401"


def test_while_a_secret_is_replaced_both_hold(consumer: Consumer) -> None:
    told, now = make_subscriber(address=consumer.url), timezone.now()
    [first] = secrets_of("county", rotated_at=None, now=now)
    note_rotation(subscriber=told, actor=OPERATOR, now=now)
    second = rotate_secret("county")
    assert secrets_of("county", rotated_at=now, now=now) == [second, first]
    later = now + timedelta(hours=OutboxPolicy().two_secrets_hours)
    assert secrets_of("county", rotated_at=now, now=later) == [second]
    emit(1)
    numbered(told, 1)
    assert tell_batch(told, Webhook(consumer.url, ["whsec_bmV3", SECRET]), CALM) == 1
    assert consumer.taken.total() == 1


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_consumer_that_is_away_is_no_facts_fault(told: Subscriber, consumer: Consumer, status: int) -> None:
    emit(1, 2)
    numbered(told, 2)
    consumer.answer = lambda event: status if event["sequence"] == "2" else 204
    with pytest.raises(Unheard):
        tell(told, consumer)
    assert OutboxDelivery.objects.get(number=1).delivered_at is not None
    waiting = OutboxDelivery.objects.get(number=2)
    assert (waiting.attempts, waiting.next_try_at) == (0, None)


def test_nobody_listens(told: Subscriber) -> None:
    emit(1)
    numbered(told, 1)
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        webhook = Webhook(f"http://127.0.0.1:{unused.getsockname()[1]}", [SECRET])
        with pytest.raises(Unheard, match="nothing listens there"):
            tell_batch(told, webhook, CALM)


@pytest.mark.parametrize(("url", "secret"), [("ftp://x", SECRET), ("nonsense", SECRET), ("http://x", "whsec_")])
def test_an_odd_address_or_secret_is_said(url: str, secret: str) -> None:
    with pytest.raises(Exception, match=r"no http or https address|secret may not be empty"):
        Webhook(url, [secret])


def test_the_setting_is_followed(told: Subscriber, settings: Any) -> None:
    settings.WEBHOOK_URL = "http://127.0.0.1:2/elsewhere"
    follow_setting(now=timezone.now())
    assert Subscriber.objects.get().address == "http://127.0.0.1:2/elsewhere"
    settings.WEBHOOK_URL = ""
    follow_setting(now=timezone.now())
    assert Subscriber.objects.get().ended_at is not None
    settings.WEBHOOK_URL = told.address
    follow_setting(now=timezone.now())
    assert Subscriber.objects.get().ended_at is None


@pytest.mark.usefixtures("dispatcher")
def test_one_that_is_away_holds_up_nobody_else_and_hears_all_when_it_is_back(consumer: Consumer, settings: Any) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        away = make_subscriber(code="away", address=f"http://127.0.0.1:{unused.getsockname()[1]}/")
        emit(1, 2, 3)
        eventually(lambda: consumer.taken.total() == 3)
        eventually(lambda: Subscriber.objects.get(pk=away.pk).silent_since is not None)
    back = Consumer()
    described = Described("away", "Back", Way.WEBHOOK, back.url)
    secret = Path(settings.SUBSCRIBER_SECRETS) / "away"
    secret.write_text(SECRET)
    add_subscriber(described=described, from_start=False, actor=OPERATOR, now=timezone.now())
    eventually(lambda: back.taken.total() == 3)
    back.close()
    assert sequences(back) == [1, 2, 3]


@pytest.mark.usefixtures("dispatcher")
def test_who_is_paused_or_ended_is_told_nothing(consumer: Consumer) -> None:
    emit(1)
    eventually(lambda: consumer.taken.total() == 1)
    told = Subscriber.objects.get()
    pause_subscriber(subscriber=told, reason="They move house", actor=OPERATOR, now=timezone.now())
    eventually(lambda: not any(one.name == "tell-webhook" for one in enumerate_threads()))
    emit(2)
    assert consumer.taken.total() == 1
    resume_subscriber(subscriber=told, actor=OPERATOR, now=timezone.now())
    eventually(lambda: consumer.taken.total() == 2)
    end_subscriber(subscriber=told, actor=OPERATOR, now=timezone.now())
    eventually(lambda: not any(one.name == "tell-webhook" for one in enumerate_threads()))


@pytest.mark.usefixtures("dispatcher")
def test_files_are_written_when_they_are_due_and_each_has_its_list(consumer: Consumer, tmp_path: Path) -> None:
    folder = tmp_path / "drop"
    told = make_subscriber(code="files", way=Way.FILES, address=str(folder), layout="csv", hour=6)
    emit(1, 2)
    Subscriber.objects.filter(pk=told.pk).update(next_try_at=timezone.now(), changed_at=timezone.now())
    eventually(lambda: Subscriber.objects.get(pk=told.pk).silent_since is not None)  # the folder is not there yet
    folder.mkdir()
    eventually(lambda: len(list(folder.glob("*.list.json"))) == 1)
    listed = json.loads(next(folder.glob("*.list.json")).read_text())
    assert (listed["facts"], listed["first"], listed["last"]) == (2, 1, 2)
    rows = (folder / listed["file"]).read_text().splitlines()
    assert rows[0] == "number,kind,time,participant,data"
    assert len(rows) == 3
    eventually(lambda: Subscriber.objects.filter(pk=told.pk, next_try_at__hour=6).exists())
    assert Subscriber.objects.get(pk=told.pk).silent_since is None


def test_two_at_once_keep_the_order(consumer: Consumer) -> None:
    stop = Signal()
    threads = [in_a_thread(stop), in_a_thread(stop)]
    try:
        for _ in range(5):
            emit(*(n % 3 for n in range(60)))
        eventually(all_delivered)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert set(consumer.taken.values()) == {1}
    assert sequences(consumer) == list(range(1, 301))


def test_the_second_dispatcher_waits_for_the_first(committed: str) -> None:
    found: list[bool] = []

    def second() -> None:
        with only_dispatcher() as mine:
            found.append(mine)

    with only_dispatcher() as mine:
        thread = Thread(target=second)
        thread.start()
        thread.join()
    assert (mine, found) == (True, [False])


def test_killed_between_sending_and_marking_it_sends_again_with_the_same_id(
    consumer: Consumer, process: Callable[[], subprocess.Popen[bytes]]
) -> None:
    emit(1, 1, 2)
    first = process()

    def kill_at_the_second(event: dict[str, Any]) -> int:
        if event["sequence"] == "2":
            first.send_signal(signal.SIGKILL)
            first.wait()
        return 204

    consumer.answer = kill_at_the_second
    eventually(lambda: first.poll() is not None)
    assert not OutboxDelivery.objects.filter(delivered_at__isnull=False).exists()
    consumer.answer = lambda event: 204
    second = process()
    eventually(all_delivered)
    second.terminate()
    assert second.wait(20) == 0
    assert [consumer.taken[number] for number in (1, 2, 3)] == [2, 2, 1]
