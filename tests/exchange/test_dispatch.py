"""The dispatcher and a consumer, over real connections, in real processes where they are killed."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from threading import Event as Signal
from threading import Thread
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from adsum.exchange.dispatch import deliver_batch, deliver_until, only_dispatcher
from adsum.exchange.webhook import Unheard, Webhook
from adsum.ledger.rules import RULES
from adsum.management.instruments.consumer import SECRET, Consumer
from adsum.outbox.actions import emit_events
from adsum.outbox.models import OutboxEvent
from adsum.outbox.queries import events_to_send
from adsum.outbox.rules import Event

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("horizon")]
CALM = Signal()


@pytest.fixture
def consumer(committed: str, settings: Any) -> Iterator[Consumer]:
    listening = Consumer()
    settings.WEBHOOK_URL, settings.WEBHOOK_SECRET = listening.url, SECRET
    yield listening
    listening.close()


def emit(*people: int) -> list[int]:
    """Owe facts about these people, and wait until no writer in another database of the server holds them back."""
    emit_events(events=[Event("test", person, {"é": n}) for n, person in enumerate(people)], now=timezone.now())
    eventually(lambda: len(events_to_send(at=timezone.now(), seen_by=RULES)) >= len(people))
    return list(OutboxEvent.objects.order_by("pk").values_list("pk", flat=True))


def eventually(holds: Callable[[], bool], seconds: float = 180) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def all_delivered() -> bool:
    return not OutboxEvent.objects.filter(delivered_at__isnull=True).exists()


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


def in_a_thread(stop: Signal) -> Thread:
    def work() -> None:
        try:
            deliver_until(stop)
        finally:
            connections.close_all()

    thread = Thread(target=work)
    thread.start()
    return thread


def test_what_is_owed_arrives_signed_in_order_with_its_sequence(consumer: Consumer) -> None:
    sequences = emit(1, 2, 1)
    webhook = Webhook(consumer.url, SECRET)
    assert deliver_batch(webhook.send, CALM) == 3
    assert [event["sequence"] for event in consumer.in_order] == sequences
    assert set(consumer.in_order[0]) == {"sequence", "kind", "participant", "body", "created_at"}
    assert consumer.in_order[2]["body"] == {"é": 2}
    assert all_delivered()
    assert deliver_batch(webhook.send, CALM) == 0


def test_a_refusal_holds_back_one_person_and_nobody_else(consumer: Consumer) -> None:
    first, second, third, other = emit(1, 1, 1, 2)
    consumer.answer = lambda event: 500 if event["sequence"] == second else 204
    assert deliver_batch(Webhook(consumer.url, SECRET).send, CALM) == 3
    assert list(consumer.taken) == [first, other]
    refused = OutboxEvent.objects.get(pk=second)
    assert (refused.attempts, refused.last_error) == (1, "answered 500")
    assert refused.next_try_at is not None
    assert deliver_batch(Webhook(consumer.url, SECRET).send, CALM) == 0
    consumer.answer = lambda event: 204
    OutboxEvent.objects.filter(pk=second).update(next_try_at=timezone.now())
    assert deliver_batch(Webhook(consumer.url, SECRET).send, CALM) == 2
    assert [event["sequence"] for event in consumer.in_order if event["participant"] == 1] == [first, second, third]


def test_a_wrong_secret_is_refused_by_the_consumer(consumer: Consumer) -> None:
    emit(1)
    deliver_batch(Webhook(consumer.url, "whsec_b3RoZXI=").send, CALM)
    assert (consumer.forged, consumer.taken.total()) == (1, 0)
    assert OutboxEvent.objects.get().last_error == "answered 401"


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_consumer_that_is_away_is_no_events_fault(consumer: Consumer, status: int) -> None:
    first, second = emit(1, 2)
    consumer.answer = lambda event: status if event["sequence"] == second else 204
    with pytest.raises(Unheard):
        deliver_batch(Webhook(consumer.url, SECRET).send, CALM)
    assert OutboxEvent.objects.get(pk=first).delivered_at is not None
    waiting = OutboxEvent.objects.get(pk=second)
    assert (waiting.attempts, waiting.last_error, waiting.next_try_at) == (0, f"answered {status}", None)


def test_nobody_listens(committed: str) -> None:
    emit(1)
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        webhook = Webhook(f"http://127.0.0.1:{unused.getsockname()[1]}", SECRET)
        with pytest.raises(Unheard, match="refused"):
            deliver_batch(webhook.send, CALM)


@pytest.mark.parametrize(("url", "secret"), [("ftp://x", SECRET), ("nonsense", SECRET), ("http://x", "whsec_")])
def test_an_odd_address_or_secret_is_said(url: str, secret: str) -> None:
    with pytest.raises(Exception, match=r"no http or https address|secret may not be empty"):
        Webhook(url, secret)


def test_two_at_once_keep_the_order(consumer: Consumer) -> None:
    stop = Signal()
    threads = [in_a_thread(stop), in_a_thread(stop)]
    try:
        for _ in range(5):
            emit_events(events=[Event("test", n % 3) for n in range(60)], now=timezone.now())
        eventually(all_delivered)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert set(consumer.taken.values()) == {1}
    sequences = [event["sequence"] for event in consumer.in_order]
    assert sequences == sorted(sequences)


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
    sequences = emit(1, 1, 2)
    first = process()

    def kill_at_the_second(event: dict[str, Any]) -> int:
        if event["sequence"] == sequences[1]:
            first.send_signal(signal.SIGKILL)
            first.wait()
        return 204

    consumer.answer = kill_at_the_second
    eventually(lambda: first.poll() is not None)
    assert not OutboxEvent.objects.filter(delivered_at__isnull=False).exists()
    consumer.answer = lambda event: 204
    second = process()
    eventually(all_delivered)
    second.terminate()
    assert second.wait(20) == 0
    assert [consumer.taken[sequence] for sequence in sequences] == [2, 2, 1]
