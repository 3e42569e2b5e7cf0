"""A counting consumer of facts: another system, as the outbox sees it. Its record is its own."""

import json
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from typing import Any, TextIO

from standardwebhooks import Webhook, WebhookVerificationError

SECRET = "whsec_" + "dG9ydHVyZS10b3J0dXJlLXRvcnR1cmUtdG9ydHVyZQ=="
Event = dict[str, Any]


class Consumer:
    """Takes signed facts on a port of its own, counts them, and writes each down as a line before it says yes."""

    def __init__(self, record: Path | None = None) -> None:
        self.taken: Counter[int] = Counter()
        self.in_order: list[Event] = []
        self.forged = 0
        self.answer: Callable[[Event], int] = lambda event: 204
        self._lock = Lock()
        self._record: TextIO | None = record.open("a") if record else None
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self._server.daemon_threads = True
        Thread(target=self._server.serve_forever, args=(0.1,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/facts?from=adsum"

    def take(self, body: str, headers: dict[str, str]) -> int:
        """Count one delivery, unless it is forged or `answer` refuses it; returns the status to answer with."""
        try:
            event = Webhook(SECRET).verify(body, headers)
        except WebhookVerificationError:
            self.forged += 1
            return 401
        status = self.answer(event)
        if 200 <= status < 300:
            self._count(event)
        return status

    def _count(self, event: Event) -> None:
        with self._lock:
            if self._record:
                self._record.write(f"{json.dumps(event)}\n")
                self._record.flush()
            self.taken[int(event["sequence"])] += 1
            self.in_order.append(event)

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        if self._record:
            self._record.close()


def _handler_of(consumer: Consumer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            status = consumer.take(body, dict(self.headers))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Handler
