"""When more people come at once than the machine carries: the rest get, at once, an honest place in line.

A place is signed, so that what it says can be believed later: who holds one had tried by then, and is not late.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import random
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from http.cookies import CookieError, SimpleCookie
from typing import Any

from django.conf import settings
from django.db import close_old_connections
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import translation

from adsum.core.languages import nearest_language
from adsum.portal.cookies import DEVICE_COOKIE, PLACE_COOKIE

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

FULL = "adsum.full"  # set by a view that found no room at the database: its answer becomes a place in line
# Partners, officers, machines and files pass by the line.
FOR_OTHERS = ("/api/", "/console/", "/health/", "/hooks/", "/metrics", "/static/")
_HEADERS = (
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
)
LONGEST_WAIT, REMEMBERED = 30 * 60, 60.0
KEPT_DAYS = 7


@dataclass(frozen=True)
class Place:
    """A place in line: when its holder first tried, and when to try again, both in whole seconds since 1970."""

    first_try: int
    try_at: int

    def signed(self, device: str) -> str:
        """As a cookie holds it; good only on the device that got it."""
        return f"{self.first_try}-{self.try_at}-{_signature(self.first_try, self.try_at, device)}"


def read_place(cookie: str, device: str) -> Place | None:
    """The place that we signed for this device; None for anything else."""
    parts = cookie.split("-")
    if len(parts) != 3 or not (parts[0].isdecimal() and parts[1].isdecimal()):
        return None
    place = Place(int(parts[0]), int(parts[1]))
    return place if hmac.compare_digest(place.signed(device), cookie) else None


def _signature(first_try: int, try_at: int, device: str) -> str:
    said = f"in line:{first_try}:{try_at}:{device}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), said, hashlib.sha256).hexdigest()[:32]


def first_try_of(request: HttpRequest) -> datetime | None:
    """When the sender of this request first tried, if a place in line says so."""
    cookies = request.COOKIES
    place = read_place(cookies.get(PLACE_COOKIE, ""), cookies.get(DEVICE_COOKIE, ""))
    return datetime.fromtimestamp(place.first_try, UTC) if place else None


class InLine:
    """WSGI: lets `inside` requests of participants in at once; the others get a place in line without further work.

    An eighth of the room is kept for those whose place has come.
    """

    def __init__(self, application: Application, *, inside: int) -> None:
        self._application, self._inside = application, inside
        self._gate = threading.Lock()
        self._now_inside = 0
        self._since, self._let_in, self._turned_away = time.monotonic(), 0, 0

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith(FOR_OTHERS):
            return self._answered(environ, start_response)
        if not self._enter(self._inside * 7 // 8):
            place, device = _place_of(environ)
            came = place is not None and place.try_at <= time.time()
            if not (came and self._enter(self._inside)):
                return self._turn_away(environ, start_response, place, device)
        said: list[Any] = []
        try:
            body = self._answered(environ, lambda *status_and_headers: said.append(status_and_headers))
        finally:
            with self._gate:
                self._now_inside -= 1
        if environ.get(FULL):
            return self._turn_away(environ, start_response, *_place_of(environ))
        start_response(*said[0])
        return body

    def _answered(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """The whole answer, ended in this thread: another would not give back this one's database connection.

        What comes in pieces is made elsewhere, and passed on as it comes.
        """
        response = self._application(environ, start_response)
        if getattr(response, "comes_in_pieces", False):
            close_old_connections()
            return response
        try:
            return [b"".join(response)]
        finally:
            if close := getattr(response, "close", None):
                close()

    def _enter(self, room: int) -> bool:
        with self._gate:
            if self._now_inside >= room:
                return False
            self._now_inside += 1
            self._let_in += 1
            return True

    def _turn_away(
        self, environ: Environ, start_response: Callable[..., Any], place: Place | None, device: str
    ) -> list[bytes]:
        now = int(time.time())
        wait = self._wait()
        place = Place(place.first_try if place else now, now + wait)
        kind, body = _answer(environ, place)
        cookie = f"{PLACE_COOKIE}={place.signed(device)}; Path=/; Max-Age={KEPT_DAYS * 86400}; HttpOnly; SameSite=Lax"
        headers = [
            ("Content-Type", kind),
            ("Content-Length", str(len(body))),
            ("Retry-After", str(wait)),
            *_HEADERS,
            ("Set-Cookie", cookie + ("; Secure" if settings.HTTPS else "")),
        ]
        start_response("503 Service Unavailable", headers)
        return [body]

    def _wait(self) -> int:
        """Seconds until the line will have passed as it moves now, at least one minute, spread over twice the time."""
        with self._gate:
            self._turned_away += 1
            passed = time.monotonic() - self._since
            waiting, rate = self._turned_away, max(1.0, self._let_in / max(1.0, passed))
            if passed > REMEMBERED:
                self._since, self._let_in, self._turned_away = time.monotonic(), 0, 0
        least = min(LONGEST_WAIT, max(60.0, waiting / rate))
        return int(least * (1 + random.random()))  # noqa: S311 - spreads people, guards nothing


def _place_of(environ: Environ) -> tuple[Place | None, str]:
    try:
        cookies = SimpleCookie(environ.get("HTTP_COOKIE", ""))
    except CookieError:
        return None, ""
    device = cookies[DEVICE_COOKIE].value if DEVICE_COOKIE in cookies else ""
    return (read_place(cookies[PLACE_COOKIE].value, device) if PLACE_COOKIE in cookies else None), device


def _answer(environ: Environ, place: Place) -> tuple[str, bytes]:
    if environ.get("CONTENT_TYPE", "").startswith("application/json"):
        moment = datetime.fromtimestamp(place.try_at, UTC).isoformat()
        return "application/json", json.dumps({"in_line": {"try_at": moment}}).encode()
    minutes = max(1, round((place.try_at - time.time()) / 60))
    return "text/html; charset=utf-8", _page(_language(environ), minutes)


def _language(environ: Environ) -> str:
    """The chosen language, or the first of the browser's that we speak."""
    chosen = environ.get("HTTP_COOKIE", "").partition(f"{settings.LANGUAGE_COOKIE_NAME}=")[2].partition(";")[0]
    if chosen in dict(settings.LANGUAGES):
        return str(chosen)
    accepted = (part.partition(";")[0].strip() for part in environ.get("HTTP_ACCEPT_LANGUAGE", "").split(","))
    return next(filter(None, map(nearest_language, accepted)), str(settings.LANGUAGE_CODE))


@cache
def _page(language: str, minutes: int) -> bytes:
    with translation.override(language):
        return render_to_string("portal/in_line.html", {"minutes": minutes}).encode()
