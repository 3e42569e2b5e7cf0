"""The service is killed, really, between a check-in and its answer; the person presses again; there is one report."""

import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from tests.stories.conftest import Service, activate, free_port, newcomer, start, stop
from tests.stories.test_kill import child_named, children, wait_until_ready


class Wire:
    """A TCP connection between phone and service that can cut off an answer which the service has given already."""

    def __init__(self, to_port: int) -> None:
        self.to_port, self.on_answer = to_port, threading.Event()
        self.armed: Callable[[], None] | None = None
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.listening.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                phone, _ = self.listening.accept()
                threading.Thread(target=self._carry, args=(phone,), daemon=True).start()

    def _carry(self, phone: socket.socket) -> None:
        asked: list[bytes] = []
        with closing(phone), suppress(OSError), socket.create_connection(("127.0.0.1", self.to_port)) as service:
            threading.Thread(target=self._send, args=(phone, service, asked), daemon=True).start()
            while answer := service.recv(65536):
                if self.armed and asked[-1].startswith(b"POST /check-in/ "):
                    kill, self.armed = self.armed, None
                    kill()
                    phone.shutdown(socket.SHUT_RDWR)
                    self.on_answer.set()
                    return
                phone.sendall(answer)

    @staticmethod
    def _send(phone: socket.socket, service: socket.socket, asked: list[bytes]) -> None:
        with suppress(OSError):
            while request := phone.recv(65536):
                if request.startswith((b"GET ", b"POST ")):
                    asked.append(request)
                service.sendall(request)


@pytest.fixture(scope="module")
def own() -> Iterator[Service]:
    with TemporaryDirectory(prefix="adsum-middle-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        service = start(Path(folder), free_port(), people=20)
        yield service
        stop(service)


@pytest.fixture(scope="module")
def wire(own: Service) -> Iterator[Wire]:
    wire = Wire(own.port)
    yield wire
    wire.listening.close()


@pytest.fixture
def form(own: Service, wire: Wire, contexts: Callable[..., BrowserContext], playwright: Playwright) -> Page:
    """The form, filled in, on a phone that reaches the service by the wire."""
    place = {"latitude": 40.7143, "longitude": -74.006, "accuracy": 12}
    there = f"http://127.0.0.1:{wire.port}"
    page = contexts(
        **playwright.devices["Pixel 5"], locale="es-US", geolocation=place, permissions=["geolocation"], base_url=there
    ).new_page()
    activate(page, own, newcomer(own))
    page.goto("/check-in/")
    page.check("#lives-yes")
    return page


def kill_web(service: Service) -> None:
    """`kill -9` of the web server and all of its processes."""
    web = child_named(service, "granian")
    for pid in (web, *children(web)):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def reports_of(service: Service, key: str) -> int:
    return int(service.sql("SELECT count(*) FROM adsum_report WHERE key = %s", key)[0][0])


def press_again(page: Page, service: Service) -> None:
    expect(page.locator("#place-status")).to_contain_text("no llegó", timeout=30_000)
    wait_until_ready(service)
    page.click("#send")
    page.wait_for_url("**/receipts/**")


def test_killed_when_the_report_was_kept_and_before_the_answer_was_read(form: Page, own: Service, wire: Wire) -> None:
    key = form.input_value("[name=key]")
    wire.armed = lambda: kill_web(own)
    form.click("#send-with-place")
    assert wire.on_answer.wait(30)
    assert reports_of(own, key) == 1
    press_again(form, own)
    assert reports_of(own, key) == 1
    [(number,)] = own.sql("SELECT receipt_number FROM adsum_report WHERE key = %s", key)
    assert number in form.url
