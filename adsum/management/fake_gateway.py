"""A gateway for text messages and pushes that sends nothing to anybody: for demos and tests, over real HTTP.

It keeps what it got, in memory, shows it on a page, says later what became of it, and can be told to fail.
"""

import json
import sys
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any, ClassVar
from urllib.error import URLError
from urllib.parse import parse_qs
from urllib.request import Request, urlopen

from standardwebhooks import Webhook, WebhookVerificationError

from adsum.core.ending import Asked, end_when_asked
from adsum.management.fake_push import FakePush, NotTaken

MODES = {
    "deliver": "Deliver every message",
    "fail": "Take messages, then say that they did not arrive",
    "impossible": "Refuse every number as impossible",
    "refuse": "Refuse messages for now",
    "away": "Answer 503, as if down",
    "silent": "Take messages and never say what became of them",
}
STATES = {"impossible": "impossible", "refuse": "refused"}
KEPT = 500


@dataclass
class FakeGateway:
    """What it got, and how it behaves. `port` 0 takes a free one."""

    secret: str
    port: int = 0
    mode: str = "deliver"
    receipts_to: str = ""
    messages: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=KEPT))
    seen: set[int] = field(default_factory=set)
    answers: list[dict[str, str]] = field(default_factory=list)
    replies: int = 0

    def __post_init__(self) -> None:
        self._lock = Lock()
        handler = type("Handler", (_Handler,), {"gateway": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        self.push = FakePush(self.url.rstrip("/"))

    def start(self) -> None:
        """Serve in a thread of its own."""
        Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Serve no more."""
        self.server.shutdown()
        self.server.server_close()

    def take(self, said: dict[str, Any]) -> list[dict[str, Any]]:
        """Messages that came in, each answered; one that comes again is taken once."""
        self.receipts_to = str(said.get("receipts_to", ""))
        state = STATES.get(self.mode, "accepted")
        with self._lock:
            fresh = [one for one in said["messages"] if state != "accepted" or one["id"] not in self.seen]
            if state == "accepted":
                self.seen |= {one["id"] for one in fresh}
            self.messages.extend({**one, "state": state} for one in fresh)
        if state == "accepted" and self.mode != "silent" and fresh:
            became = "failed" if self.mode == "fail" else "delivered"
            events = [{"kind": "receipt", "id": one["id"], "state": became} for one in fresh]
            Thread(target=self.tell, args=(events,), daemon=True).start()
        return [{"id": one["id"], "state": state} for one in said["messages"]]

    def tell(self, events: list[dict[str, Any]]) -> list[dict[str, str]]:
        """Send events to Adsum, signed; returns the texts with which it answers."""
        now, body = datetime.now(UTC), json.dumps({"events": events})
        name = f"fake_{now.timestamp()}"
        headers = {
            "Content-Type": "application/json",
            "webhook-id": name,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(self.secret).sign(name, now, body),
        }
        try:
            with urlopen(Request(self.receipts_to, body.encode(), headers), timeout=20) as answer:  # noqa: S310
                answers: list[dict[str, str]] = json.loads(answer.read())["answers"]
        except (URLError, OSError) as error:
            sys.stderr.write(f"The fake gateway was not heard: {error}\n")
            return []
        with self._lock:
            self.answers += answers
            self.messages.extend({"id": "", **one, "state": "an answer"} for one in answers)
        return answers

    def take_push(self, name: str, headers: dict[str, str], body: bytes) -> None:
        """A push to one of the browsers that it made up. Raises NotTaken."""
        said = self.push.take(name, headers, body, self.mode)
        shown = {"id": "", "to": "a phone’s screen", "text": f"{said['title']}: {said['body']}", "state": "shown"}
        with self._lock:
            self.messages.append({**said, **shown})

    def reply(self, number: str, text: str) -> list[dict[str, str]]:
        """Somebody answers from this number."""
        with self._lock:
            self.replies += 1
            name = f"fake-{self.server.server_port}-{datetime.now(UTC).timestamp()}-{self.replies}"
            self.messages.append({"id": "", "to": number, "text": text, "state": "came in from there"})
        return self.tell([{"kind": "reply", "id": name, "from": number, "text": text}])


class _Handler(BaseHTTPRequestHandler):
    gateway: ClassVar[FakeGateway]

    def do_GET(self) -> None:
        """The page for demos."""
        self._answer(200, _page(self.gateway).encode(), "text/html; charset=utf-8")

    def do_POST(self) -> None:
        """Messages from Adsum, or a form of the page."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path.startswith("/push/"):
            self._push(self.path.removeprefix("/push/"), body)
            return
        if self.headers.get("Content-Type", "").startswith("application/json"):
            self._take(body)
            return
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        if form.get("mode") in MODES:
            self.gateway.mode = form["mode"]
        if "text" in form:
            self.gateway.reply(form.get("from", ""), form["text"])
        self.send_response(303)
        self.send_header("Location", "/")
        self.end_headers()

    def _take(self, body: bytes) -> None:
        if self.gateway.mode == "away":
            self._answer(503, b"{}")
            return
        try:
            said = Webhook(self.gateway.secret).verify(body, {k.lower(): v for k, v in self.headers.items()})
        except WebhookVerificationError:
            self._answer(401, b"{}")
            return
        self._answer(200, json.dumps({"results": self.gateway.take(said)}).encode())

    def _push(self, name: str, body: bytes) -> None:
        """A push; or, without a name, the wish for one more made-up browser."""
        if not name:
            self._answer(201, json.dumps(self.gateway.push.subscribe()).encode())
            return
        try:
            self.gateway.take_push(name, {k.lower(): v for k, v in self.headers.items()}, body)
        except NotTaken as refusal:
            self._answer(refusal.status, b"")
        else:
            self._answer(201, b"")

    def _answer(self, status: int, body: bytes, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *said: Any) -> None:
        """Nothing: texts and numbers stand in no log."""


def _page(gateway: FakeGateway) -> str:
    cells = ((str(one["to"]), str(one["text"]), str(one["state"])) for one in reversed(gateway.messages))
    rows = "".join("<tr>" + "".join(f"<td dir=auto>{escape(cell)}</td>" for cell in row) + "</tr>" for row in cells)
    modes = "".join(
        f"<option value={mode}{' selected' if mode == gateway.mode else ''}>{words}</option>"
        for mode, words in MODES.items()
    )
    return (
        "<!doctype html><html lang=en><meta charset=utf-8><title>Fake gateway</title>"
        "<meta name=viewport content='width=device-width'><style>"
        "body{font:1rem/1.5 system-ui;margin:1rem;max-width:60rem}table{width:100%}"
        "td,th{padding:.4rem;border-top:1px solid #bbb;text-align:start;vertical-align:top}</style>"
        "<h1>Fake gateway</h1><p>Texts and pushes that Adsum would have sent. They go to nobody.</p>"
        f"<form method=post><label>From now on: <select name=mode>{modes}</select></label> <button>Set</button></form>"
        "<h2>Answer a text</h2><form method=post><label>From number <input name=from required></label> "
        "<label>Text <input name=text required value=STOP></label> <button>Send</button></form>"
        f"<h2>Texts</h2><table><tr><th>To</th><th>Text</th><th>State</th></tr>{rows}</table></html>"
    )


def serve(gateway: FakeGateway, on_start: Callable[[], None] = lambda: None) -> None:
    """Serve until SIGTERM or Ctrl-C."""
    end_when_asked()
    on_start()
    try:
        gateway.server.serve_forever()
    except Asked:
        gateway.server.server_close()
