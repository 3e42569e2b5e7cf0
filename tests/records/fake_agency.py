"""An agency's service that knows what it is told to know: for demos and tests, over real HTTP.

It answers questions about one person, and keeps subscriptions. It can be told to be away, slow, or to talk nonsense.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar

from standardwebhooks import Webhook, WebhookVerificationError

NONSENSE: dict[str, bytes] = {
    "no-json": b"<html>",
    "no-object": b"[]",
    "no-list": b'{"records": 7}',
    "huge": b'{"records": ["' + b"a" * 5_000_001 + b'"]}',
}


@dataclass
class FakeAgency:
    """What it knows by case number, who is subscribed, and how it behaves: answer, away, slow, cut, or nonsense."""

    secret: str
    records: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    mode: str = "answer"
    asked: list[dict[str, Any]] = field(default_factory=list)
    subscribed: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: int = 0

    def __post_init__(self) -> None:
        handler = type("Handler", (_Handler,), {"agency": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/records"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Serve no more."""
        self.server.shutdown()
        self.server.server_close()

    def answer(self, said: dict[str, Any]) -> dict[str, Any]:
        """What it says to a question or a wish."""
        self.asked.append(said)
        wishes: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "subscribe": self._subscribe,
            "renew": self._subscribe,
            "cancel": self._cancel,
        }
        if "wish" in said:
            return wishes[said["wish"]](said)
        return {"records": self.records.get(said["person"]["case_number"], [])}

    def _subscribe(self, said: dict[str, Any]) -> dict[str, Any]:
        self.subscribed[said["our_number"]] = said
        return {"their_number": f"RB-{said['our_number']}"}

    def _cancel(self, said: dict[str, Any]) -> dict[str, Any]:
        self.subscribed.pop(said["our_number"], None)
        return {}


class _Handler(BaseHTTPRequestHandler):
    agency: ClassVar[FakeAgency]

    def do_POST(self) -> None:
        """A question or a wish, signed."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.agency.calls += 1
        if self.agency.mode == "cut":
            self.connection.close()
            return
        if self.agency.mode == "slow":
            time.sleep(2)
        try:
            said = Webhook(self.agency.secret).verify(body, dict(self.headers.items()))
        except WebhookVerificationError:
            self._say(401, b"{}")
            return
        if self.agency.mode == "away":
            self._say(503, b"{}")
        else:
            self._say(200, NONSENSE.get(self.agency.mode) or json.dumps(self.agency.answer(said)).encode())

    def _say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *said: Any) -> None:
        """Nothing: who was asked about stands in no log."""
