"""Push: each change signed, to an address that may refuse, hang up or be away; told until it is taken."""

import json
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from peers.legacy_tracker.faults import Faults, Rates
from peers.legacy_tracker.push import BadPush, Push
from peers.legacy_tracker.store import Store
from tests.peers.conftest import ANA, AT, JEAN

SECRET = "whsec_c29tZXRoaW5nIG9mIHRoaXJ0eS10d28gYnl0ZXMuLg=="


class Receiver(ThreadingHTTPServer):
    """Keeps what is signed; answers what it is told to."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Received)
        self.status, self.taken, self.refused, self.poison = 200, [], 0, ""  # type: ignore[var-annotated]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hooks/exchange/tracker/"


class _Received(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = self.server.status
        try:
            event = Webhook(SECRET).verify(body, {name.lower(): value for name, value in self.headers.items()})
            status = 422 if event["id"] == self.server.poison else status
            if status == 200:
                self.server.taken.append(event)
        except (WebhookVerificationError, json.JSONDecodeError):
            status, self.server.refused = 401, self.server.refused + 1
        self.send_response(status)
        self.end_headers()

    def log_message(self, *said: object) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    Thread(target=receiver.serve_forever, daemon=True).start()
    yield receiver
    receiver.shutdown()
    receiver.server_close()


def change(store: Store, times: int = 1) -> None:
    for number in range(times):
        store.change(JEAN.subj_no, {"tel": f"1{number:04}"}, by="clerk", at=AT)


def test_a_change_is_told_once_as_a_signed_event(store: Store, faults: Faults, receiver: Receiver) -> None:
    push = Push(receiver.url, SECRET, store, faults)
    change(store)
    assert push.tell() and push.tell()
    [event] = receiver.taken
    data = event.pop("data")
    assert event == {
        "specversion": "1.0",
        "id": "3",
        "source": "urn:legacy-tracker",
        "type": "gov.legacy.subject.changed",
        "subject": JEAN.subj_no,
        "datacontenttype": "application/json",
    }
    assert (data["seq"], data["asof"], data["a_no"], data["tel"], data["rev"]) == (3, AT, JEAN.a_no, "10000", 2)


def test_what_was_refused_is_told_again_and_holds_up_nobody(store: Store, faults: Faults, receiver: Receiver) -> None:
    push = Push(receiver.url, SECRET, store, faults)
    change(store, 3)
    receiver.poison = "4"
    assert not push.tell()
    assert [event["id"] for event in receiver.taken] == ["3", "5"]
    assert store.counts()["owed"] == 1
    receiver.poison = ""
    again = Push(receiver.url, SECRET, store, faults)  # as after a kill
    assert again.tell() and store.counts()["owed"] == 0
    assert [event["id"] for event in receiver.taken] == ["3", "5", "4"]


def test_nobody_there_is_tried_again_by_itself(store: Store, faults: Faults, receiver: Receiver) -> None:
    receiver.status = 503
    stop = Event()
    push = Push(receiver.url, SECRET, store, faults)
    telling = Thread(target=push.keep_telling, args=[stop])
    change(store)
    telling.start()
    stop.wait(1)
    assert not receiver.taken
    receiver.status = 200
    for _ in range(100):
        if receiver.taken:
            break
        stop.wait(0.1)
    stop.set()
    telling.join()
    assert [event["id"] for event in receiver.taken] == ["3"]


def test_everything_comes_through_faults_of_every_kind(store: Store, receiver: Receiver) -> None:
    rates = Rates(repeat=0.3, reorder=0.3, truncate=0.3, lag=0.3, error=0.3, clock=0.3, seconds=0.01)
    faults = Faults(rates, seed=5)
    push = Push(receiver.url, SECRET, store, faults)
    for _ in range(10):
        change(store, 5)
        push.tell()
    for _ in range(100):
        push.tell()
    ids = [int(event["id"]) for event in receiver.taken]
    assert set(ids) == set(range(3, store.last_change() + 1)) and store.counts()["owed"] == 0
    assert len(ids) > len(set(ids)) and ids != sorted(ids) and receiver.refused
    assert set(faults.done) == {"repeat", "reorder", "truncate", "lag", "error", "clock"}


def test_what_was_there_before_is_not_told(store: Store, faults: Faults, receiver: Receiver) -> None:
    push = Push(receiver.url, SECRET, store, faults)
    push.tell()
    assert receiver.taken == []
    store.add([replace(ANA, subj_no="", a_no="A000000009")], at=AT)
    push.tell()
    assert [event["subject"] for event in receiver.taken] == ["LT-00000003"]


@pytest.mark.parametrize("url", ["", "x", "ftp://h/", "http:///x", "http://h:0/"])
def test_an_odd_address_is_refused(store: Store, faults: Faults, url: str) -> None:
    with pytest.raises(BadPush):
        Push(url, SECRET, store, faults)
