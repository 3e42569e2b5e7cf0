"""A rush: who cannot be let in gets an honest place in line at once; officers and machines pass by."""

import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http.cookies import SimpleCookie
from typing import Any

import pytest
import time_machine
from django.db.utils import OperationalError
from django.test import RequestFactory
from psycopg_pool import PoolTimeout

from adsum.portal.cookies import DEVICE_COOKIE, PLACE_COOKIE
from adsum.portal.in_line import FULL, InLine, Place, first_try_of, read_place
from adsum.portal.views import broken

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Slow:
    """An application that answers once it is told to."""

    def __init__(self) -> None:
        self.go, self.inside = threading.Event(), threading.Semaphore(0)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        self.inside.release()
        assert self.go.wait(5)
        start_response("200 OK", [])
        return [b"in"]


class Visit:
    """One request and its answer."""

    def __init__(self, door: InLine, path: str = "/home/", **environ: str) -> None:
        self.status = ""
        self.headers: dict[str, str] = {}
        self.body = b"".join(door({"PATH_INFO": path, **environ}, self._start))

    def _start(self, status: str, headers: list[tuple[str, str]]) -> None:
        self.status, self.headers = status, dict(headers)

    @property
    def place(self) -> str:
        return SimpleCookie(self.headers["Set-Cookie"])[PLACE_COOKIE].value


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def full(slow: Slow) -> Iterator[InLine]:
    """A door with room for eight, of which seven are inside: the rest is kept for those whose place has come."""
    door = InLine(slow, inside=8)
    with ThreadPoolExecutor(12) as pool:
        for _ in range(7):
            pool.submit(Visit, door)
            assert slow.inside.acquire(timeout=5)
        yield door
        slow.go.set()


def test_who_cannot_be_let_in_gets_a_page_in_their_language_at_once(full: InLine) -> None:
    began = time.monotonic()
    spanish = Visit(full, HTTP_ACCEPT_LANGUAGE="es-US,es;q=0.9")
    assert time.monotonic() - began < 2
    assert spanish.status == "503 Service Unavailable"
    assert "Usted está en la fila" in spanish.body.decode()
    assert "Usted no llega tarde" in spanish.body.decode()
    assert int(spanish.headers["Retry-After"]) >= 60
    assert "You are in line" in Visit(full, HTTP_ACCEPT_LANGUAGE="xx").body.decode()
    assert "Usted" in Visit(full, HTTP_ACCEPT_LANGUAGE="en", HTTP_COOKIE="adsum_language=es; a=b").body.decode()


def test_a_script_is_told_when_to_try_again(full: InLine) -> None:
    told = Visit(full, "/check-in/", CONTENT_TYPE="application/json")
    at = datetime.fromisoformat(json.loads(told.body)["in_line"]["try_at"])
    assert at.timestamp() >= time.time() + 55


@pytest.mark.parametrize("path", ["/console/", "/health/live", "/static/adsum/portal.css"])
def test_officers_machines_and_files_pass_by(full: InLine, slow: Slow, path: str) -> None:
    threading.Timer(0.1, slow.go.set).start()
    assert Visit(full, path).status == "200 OK"


def test_the_first_try_is_remembered_through_every_further_one(full: InLine) -> None:
    with time_machine.travel(NOON, tick=False):
        cookie = Visit(full, HTTP_COOKIE=f"{DEVICE_COOKIE}=phone").place
    with time_machine.travel(NOON.timestamp() + 30, tick=False):
        again = Visit(full, HTTP_COOKIE=f"{DEVICE_COOKIE}=phone; {PLACE_COOKIE}={cookie}").place
    place = read_place(again, "phone")
    assert place is not None
    assert place.first_try == int(NOON.timestamp())
    request = RequestFactory(headers={"cookie": f"{DEVICE_COOKIE}=phone; {PLACE_COOKIE}={again}"}).get("/")
    assert first_try_of(request) == NOON


def test_whose_place_has_come_is_let_in_before_others(full: InLine, slow: Slow) -> None:
    now = int(time.time())
    come, not_yet = (Place(now - 300, now + wait).signed("phone") for wait in (-1, 100))
    assert Visit(full, HTTP_COOKIE=f"{DEVICE_COOKIE}=phone; {PLACE_COOKIE}={not_yet}").status.startswith("503")
    threading.Timer(0.1, slow.go.set).start()
    assert Visit(full, HTTP_COOKIE=f"{DEVICE_COOKIE}=phone; {PLACE_COOKIE}={come}").status == "200 OK"


def test_room_comes_back_when_answers_are_given_even_by_an_error() -> None:
    def broken(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        raise ValueError("broken")

    door = InLine(broken, inside=4)
    for _ in range(20):
        with pytest.raises(ValueError, match="broken"):
            Visit(door)


def test_no_room_at_the_database_is_a_place_in_line_and_no_mistake_of_ours(rf: RequestFactory) -> None:
    def full(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        request = rf.get("/home/")
        try:
            try:
                raise PoolTimeout("no connection within 2 seconds")
            except PoolTimeout as timeout:
                raise OperationalError("no connection") from timeout
        except OperationalError:
            answer = broken(request)
        environ[FULL] = request.META[FULL]
        start_response(f"{answer.status_code} Broken", [])
        return [answer.content]

    visit = Visit(InLine(full, inside=4))
    assert visit.status.startswith("503") and int(visit.headers["Retry-After"]) >= 60
    assert visit.place


@pytest.mark.parametrize("path", ["/home/", "/console/"])
def test_an_answer_is_ended_in_the_thread_that_made_it(path: str) -> None:
    """Granian would end it in another one, and the connection to the database would never go back to the pool."""
    ended: list[int] = []

    class Response:
        def __iter__(self) -> Iterator[bytes]:
            return iter((b"two ", b"parts"))

        def close(self) -> None:
            ended.append(threading.get_ident())

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        start_response("200 OK", [])
        return Response()

    answer = InLine(application, inside=4)({"PATH_INFO": path}, lambda *_: None)
    assert (answer, ended) == ([b"two parts"], [threading.get_ident()])


@pytest.mark.parametrize("cookie", ["", "x", "1-2", "1-2-3", "9999999999-1-" + "0" * 32, "-1-2-" + "0" * 32, "1-2-3-4"])
def test_a_place_that_we_did_not_sign_is_none(cookie: str) -> None:
    assert read_place(cookie, "phone") is None


def test_a_place_is_good_on_its_own_device_only() -> None:
    signed = Place(1_700_000_000, 1_700_000_060).signed("phone")
    assert read_place(signed, "phone") == Place(1_700_000_000, 1_700_000_060)
    assert read_place(signed, "other phone") is None


def test_cookies_that_cannot_be_read_are_no_error(full: InLine) -> None:
    assert Visit(full, HTTP_COOKIE="a=b; \x00=;;; =x").status.startswith("503")
