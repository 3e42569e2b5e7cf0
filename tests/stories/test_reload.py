"""`adsum reload` and Ctrl-C while people send: whoever was let in gets an answer, and what was answered is kept."""

import json
import signal
import socket
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from random import Random
from threading import Event, Thread
from uuid import uuid4

import pytest

from adsum.management.instruments.browser import Browser, Line
from adsum.management.instruments.people import Person, enrol_people
from adsum.management.instruments.service import Service, start_service
from adsum.management.one_run import find_running
from tests.homes import ready_home

CALLERS, RELOADS = 8, 3


@pytest.fixture
def own() -> Iterator[Service]:
    with ready_home("reload") as home:
        service = start_service(home, people=5)
        yield service
        service.stop()


def sign_in(service: Service, person: Person) -> dict[str, str]:
    """What a phone that got in sends with each request."""
    browser = Browser(service.port, Line(Random(1)))
    token = browser.get("/start/").token
    assert browser.post_form("/start/", {"csrfmiddlewaretoken": token, **person.fields}).status == 302
    browser.close()
    return {
        "Cookie": "; ".join(f"{name}={value}" for name, value in browser.cookies.items()),
        "Origin": service.url,
        "Sec-Fetch-Site": "same-origin",
        "X-CSRFToken": browser.cookies["adsum_csrf"],
    }


class Caller(Thread):
    """Sends again and again: every second one over a kept connection, the others hang up after each answer."""

    def __init__(self, port: int, headers: dict[str, str], *, keeps: bool, stop: Event) -> None:
        super().__init__(daemon=True)
        self._port, self._headers, self._keeps, self._stop_asked = port, headers, keeps, stop
        self._connection: HTTPConnection | None = None
        self.statuses: list[int] = []
        self.failures: list[str] = []
        self.receipts: dict[str, str] = {}
        self.sent_again = 0

    def run(self) -> None:
        while not self._stop_asked.is_set():
            try:
                self._ask("GET", "/", "")
                self._ask("GET", "/health/ready", "")
                self._check_in()
            except OSError as error:
                self.failures.append(repr(error))
                self._connection = None
            self._stop_asked.wait(0.1)

    def _check_in(self) -> None:
        key = str(uuid4())
        body = json.dumps({"key": key, "lives_there": "yes", "place_status": "refused"})
        content = self._ask("POST", "/check-in/", body)
        if self.statuses[-1] == 200:
            self.receipts[key] = json.loads(content)["number"]

    def _ask(self, method: str, path: str, body: str) -> bytes:
        reused = self._connection is not None
        try:
            answer, content = self._send(method, path, body)
        except (ConnectionError, BrokenPipeError):  # before the first byte of an answer
            self._connection = None
            if not reused:
                raise
            self.sent_again += 1
            answer, content = self._send(method, path, body)
        self.statuses.append(answer.status)
        if answer.will_close or not self._keeps:
            self._connection = None
        return content

    def _send(self, method: str, path: str, body: str) -> tuple[HTTPResponse, bytes]:
        self._connection = self._connection or HTTPConnection("127.0.0.1", self._port, timeout=20)
        kind = {"Content-Type": "application/json"} if body else {}
        self._connection.request(method, path, body or None, self._headers | kind)
        answer = self._connection.getresponse()
        try:
            return answer, answer.read()
        except ConnectionError as error:
            raise OSError(f"cut in the middle of an answer: {error}") from error


def test_reloads_lose_no_request(own: Service) -> None:
    phones = [sign_in(own, person) for person in enrol_people(own, CALLERS)]
    stop = Event()
    callers = [Caller(own.port, one, keeps=bool(n % 2), stop=stop) for n, one in enumerate(phones)]
    for caller in callers:
        caller.start()
    seen = [set(own.web_workers())]
    for _ in range(RELOADS):
        told = own.command("reload")
        assert told["reloaded"]
        assert set(told["web_workers"]) == set(own.web_workers())
        seen.append(set(told["web_workers"]))
        time.sleep(0.5)
    stop.set()
    for caller in callers:
        caller.join(30)
    assert [failure for caller in callers for failure in caller.failures] == []
    assert {status for caller in callers for status in caller.statuses} <= {200, 302}
    assert len(set().union(*seen)) == sum(map(len, seen))
    receipts = {key: number for caller in callers for key, number in caller.receipts.items()}
    kept = own.sql("SELECT count(*) FROM adsum_report WHERE key = ANY(%s::uuid[])", list(receipts))
    assert kept == [(len(receipts),)]
    requests, again = sum(len(one.statuses) for one in callers), sum(one.sent_again for one in callers)
    print(f"{requests} requests, {again} sent again, {len(receipts)} receipts")  # noqa: T201


def until_all_serve(own: Service, count: int) -> None:
    """The service answers once its first worker does; the others follow."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        told = find_running(own.home)
        if told and len(told.web_workers) == count:
            return
        time.sleep(0.1)
    raise AssertionError(find_running(own.home))


def test_a_web_that_cannot_serve_takes_nobodys_place(own: Service) -> None:
    before = own.web_workers()
    until_all_serve(own, len(before))
    own.sql("ALTER TABLE django_migrations RENAME TO hidden")
    own.process.send_signal(signal.SIGUSR1)
    deadline = time.monotonic() + 30
    while (told := find_running(own.home)) and not told.reloads and time.monotonic() < deadline:
        time.sleep(0.1)
    own.sql("ALTER TABLE hidden RENAME TO django_migrations")
    assert told
    assert "the old one still serves" in told.failure
    assert set(before) == set(told.web_workers) == set(own.web_workers())
    assert own.command("reload")["reloaded"]


def begin_check_in(service: Service, phone_headers: dict[str, str]) -> tuple[socket.socket, bytes]:
    """The head and half of the body of a check-in; returns the rest."""
    body = json.dumps({"key": str(uuid4()), "lives_there": "yes", "place_status": "refused"}).encode()
    about = {
        **phone_headers,
        "Host": f"127.0.0.1:{service.port}",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
    }
    head = "POST /check-in/ HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in about.items()) + "\r\n"
    phone = socket.create_connection(("127.0.0.1", service.port), timeout=20)
    phone.sendall(head.encode() + body[:20])
    return phone, body[20:]


def answer_to(phone: socket.socket) -> tuple[int, bytes]:
    answer = HTTPResponse(phone)
    answer.begin()
    return answer.status, answer.read()


@pytest.mark.parametrize("head_start", [0.3, 0.0])
def test_ctrl_c_waits_for_who_is_sending(own: Service, head_start: float) -> None:
    phone, rest = begin_check_in(own, sign_in(own, enrol_people(own, 1)[0]))
    time.sleep(head_start)
    own.process.send_signal(signal.SIGINT)
    time.sleep(2)
    phone.sendall(rest)
    status, content = answer_to(phone)
    assert (status, "number" in json.loads(content)) == (200, True)
    assert own.process.wait(20) == 0


def test_a_reload_waits_for_who_is_sending(own: Service) -> None:
    phone, rest = begin_check_in(own, sign_in(own, enrol_people(own, 1)[0]))
    reload = Thread(target=own.command, args=("reload",))
    reload.start()
    time.sleep(4)
    phone.sendall(rest)
    assert answer_to(phone)[0] == 200
    reload.join(120)  # a busy machine starts two processes slowly
    assert not reload.is_alive()
