"""The web is killed after a check-in came and before its answer is read: one report, one receipt, on the page."""

import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import psycopg
import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect
from playwright.sync_api import Error as BrowserError

from adsum.management.postgres import embedded_url
from tests.homes import ready_home
from tests.stories.conftest import Service, activate, free_port, newcomer, start, stop
from tests.stories.test_kill import child_named, children, wait_until_ready

NEW_YORK = {"latitude": 40.7143, "longitude": -74.006, "accuracy": 12}


class Wire:
    """The TCP connections between phone and service; it can swallow an answer that the service has given already.

    Once it has, it lets nobody through until it is mended: a browser that asks again by itself finds nothing.
    """

    def __init__(self, to_port: int) -> None:
        self.to_port = to_port
        self.at_answer: Callable[[], None] | None = None
        self.swallowed, self.is_cut = threading.Event(), False
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.listening.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def mend(self) -> None:
        """As it was on the first day."""
        self.at_answer, self.is_cut = None, False
        self.swallowed.clear()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                phone, _ = self.listening.accept()
                if self.is_cut:
                    phone.close()
                else:
                    threading.Thread(target=self._carry, args=(phone,), daemon=True).start()

    def _carry(self, phone: socket.socket) -> None:
        asked = [b""]
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.to_port)) as service:
            threading.Thread(target=self._send, args=(phone, service, asked), daemon=True).start()
            while answer := service.recv(65536):
                if self.at_answer and asked[-1].startswith(b"POST /check-in/ "):
                    self.is_cut, kill = True, self.at_answer
                    kill()
                    self.swallowed.set()
                    break
                phone.sendall(answer)
        with suppress(OSError):
            phone.shutdown(socket.SHUT_RDWR)  # closing alone would wait for the thread that listens to it
        phone.close()

    @staticmethod
    def _send(phone: socket.socket, service: socket.socket, asked: list[bytes]) -> None:
        with suppress(OSError):
            while request := phone.recv(65536):
                if request.startswith((b"GET ", b"POST ")):
                    asked.append(request)
                service.sendall(request)


@pytest.fixture(scope="module")
def own() -> Iterator[Service]:
    with ready_home("middle") as home:
        service = start(home, free_port(), people=20)
        yield service
        stop(service)


@pytest.fixture(scope="module")
def one_wire(own: Service) -> Iterator[Wire]:
    wire = Wire(own.port)
    yield wire
    wire.listening.close()


@pytest.fixture
def wire(one_wire: Wire) -> Wire:
    one_wire.mend()
    return one_wire


@pytest.fixture(params=[True], ids=["with JavaScript"])
def scripts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def form(
    own: Service, wire: Wire, scripts: bool, contexts: Callable[..., BrowserContext], playwright: Playwright
) -> Page:
    """The form, filled in, on a phone that reaches the service by the wire."""
    context = contexts(
        **playwright.devices["Pixel 5"],
        locale="es-US",
        geolocation=NEW_YORK,
        permissions=["geolocation"],
        base_url=f"http://127.0.0.1:{wire.port}",
        java_script_enabled=scripts,
    )
    page = context.new_page()
    activate(page, own, newcomer(own))
    page.goto("/check-in/")
    page.check("#lives-yes")
    return page


def press(page: Page, *, scripts: bool) -> None:
    with suppress(BrowserError):  # a form that is sent plainly meets the browser's own page of errors
        page.click("#send-with-place" if scripts else "#send", no_wait_after=True)


def kill_web(service: Service) -> None:
    """`kill -9` of the web server and all of its processes."""
    web = child_named(service, "granian")
    for pid in (web, *children(web)):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def reports_of(service: Service, key: str) -> list[str]:
    return [row[0] for row in service.sql("SELECT receipt_number FROM adsum_report WHERE key = %s", key)]


def test_killed_when_the_report_was_kept_and_before_the_answer_was_read(
    form: Page, own: Service, wire: Wire, scripts: bool
) -> None:
    key = form.input_value("[name=key]")
    before = own.sql("SELECT count(*) FROM adsum_report")[0][0]
    wire.at_answer = lambda: kill_web(own)
    press(form, scripts=scripts)
    assert wire.swallowed.wait(30)
    [number] = reports_of(own, key)
    expect(form.locator("#place-status")).to_contain_text("no llegó", timeout=30_000)
    wire.mend()
    wait_until_ready(own)
    form.wait_for_url(f"**/receipts/{number}/", timeout=40_000)
    assert reports_of(own, key) == [number]
    assert own.sql("SELECT count(*) FROM adsum_report") == [(before + 1,)]


def test_killed_in_the_middle_of_keeping_it(form: Page, own: Service, scripts: bool) -> None:
    """The table is held, so that the service waits inside of its transaction when it is killed."""
    key = form.input_value("[name=key]")
    with psycopg.connect(embedded_url(own.home)) as holding:
        holding.execute("LOCK TABLE adsum_report IN ACCESS EXCLUSIVE MODE")
        press(form, scripts=scripts)
        form.wait_for_timeout(1_000)
        kill_web(own)
        holding.rollback()
    wait_until_ready(own)
    form.wait_for_url("**/receipts/**", timeout=40_000)
    [number] = reports_of(own, key)
    assert number in form.url
