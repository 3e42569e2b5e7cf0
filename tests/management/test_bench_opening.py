"""The openers of `adsum bench opening` against a small web: who is turned away comes again, what fails is named."""

from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread

import pytest

from adsum.management.bench import opening_load
from adsum.management.bench.opening_load import Job, Opener, Opening


class SmallWeb(BaseHTTPRequestHandler):
    """Turns the first look of everybody away, lets all in but one, whose page breaks."""

    protocol_version = "HTTP/1.1"
    looks: Counter[str] = Counter()
    lock = Lock()

    def do_GET(self) -> None:
        with self.lock:
            self.looks[self.path] += 1
        first = self.path != "/" and self.looks[self.path] == 1
        self._answer(503 if first else 200, b'<input name="csrfmiddlewaretoken" value="t">')

    def do_POST(self) -> None:
        form = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._answer(500 if "code=C3" in form else 302)

    def _answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Location", "/")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    SmallWeb.looks = Counter()
    with ThreadingHTTPServer(("127.0.0.1", 0), SmallWeb) as web:
        Thread(target=web.serve_forever, daemon=True).start()
        yield web.server_port
        web.shutdown()


def test_who_is_turned_away_comes_again_and_what_fails_is_named(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening_load, "AGAIN_SECONDS", 0.1)
    people = [Opener(f"C{number}", {"born_day": "1"}) for number in range(6)]
    outcome = Opening(Job(port, people, seconds=0.2, seed=1)).run()
    assert (outcome.came_in, outcome.in_line, outcome.errors) == (5, 6, {"500 instead of 302": 1})
    assert len(outcome.took_ms) == 5 * 3 + 2
