"""As much of a browser as a phone or a desk needs: cookies, forms, a kept connection, and a line that can break."""

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from http.client import HTTPConnection, HTTPException, HTTPResponse
from http.cookies import SimpleCookie
from random import Random
from typing import Any
from urllib.parse import urlencode

TIMEOUT_SECONDS = 6
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Lost(Exception):
    """No answer came: what was sent may have arrived or not."""


@dataclass
class Line:
    """The line of all phones. While it is bad, it breaks while they send, or before the answer comes."""

    random: Random
    bad_until: float = 0.0

    def breaks(self) -> str:
        """Where this request breaks off: "sending", "answer", or nowhere."""
        if time.monotonic() > self.bad_until:
            return ""
        return self.random.choice(("sending", "answer", "answer", ""))


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    location: str
    kind: str
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")

    @property
    def token(self) -> str:
        """The form's token against forged posts."""
        found = _TOKEN.search(self.text)
        return unescape(found[1]) if found else ""

    def as_json(self) -> dict[str, Any]:
        """The object in it; empty where there is none."""
        try:
            found = json.loads(self.body) if "json" in self.kind else {}
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


class Browser:
    """One person's browser. Every request raises Lost when no answer comes."""

    def __init__(self, port: int, line: Line) -> None:
        self.cookies: dict[str, str] = {}
        self._origin, self._line = f"http://127.0.0.1:{port}", line
        self._connection = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)

    def get(self, path: str) -> Answer:
        """Look at a page."""
        return self._ask("GET", path, b"", "")

    def post_form(self, path: str, fields: Mapping[str, str]) -> Answer:
        """Send a form."""
        return self._ask("POST", path, urlencode(fields).encode(), "application/x-www-form-urlencoded")

    def post_json(self, path: str, fields: Mapping[str, str]) -> Answer:
        """Send what a script sends."""
        return self._ask("POST", path, json.dumps(fields).encode(), "application/json")

    def sign_in(self, email: str, password: str) -> None:
        """Sign in as a member of staff."""
        token = self.get("/console/sign-in/").token
        self.post_form("/console/sign-in/", {"csrfmiddlewaretoken": token, "email": email, "password": password})

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def _ask(self, method: str, path: str, body: bytes, kind: str) -> Answer:
        try:
            self._send(method, path, body, kind)
            answer = self._connection.getresponse()
            content = answer.read()
        except (OSError, HTTPException) as error:
            self.close()
            raise Lost(type(error).__name__) from error
        self._keep_cookies(answer)
        return Answer(
            answer.status, answer.headers.get("Location", ""), answer.headers.get("Content-Type", ""), content
        )

    def _send(self, method: str, path: str, body: bytes, kind: str) -> None:
        breaks = self._line.breaks()
        self._connection.putrequest(method, path)
        for name, value in self._headers(body, kind).items():
            self._connection.putheader(name, value)
        self._connection.endheaders(body[: len(body) // 2] if breaks == "sending" else body)
        if breaks:
            raise ConnectionAbortedError

    def _headers(self, body: bytes, kind: str) -> dict[str, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if kind:
            headers |= {
                "Content-Type": kind,
                "Content-Length": str(len(body)),
                "Origin": self._origin,
                "Sec-Fetch-Site": "same-origin",
                "X-CSRFToken": self.cookies.get("adsum_csrf", ""),
            }
        return headers

    def _keep_cookies(self, answer: HTTPResponse) -> None:
        for header in answer.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(header).items():
                self.cookies[name] = morsel.value
