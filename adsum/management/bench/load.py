"""Many clients at once in one light process: sends check-ins over HTTP/1.1 and takes the time of each answer.

Run as a process of its own (`python -m adsum.management.bench.load`), so that it shares nothing with what it
measures: a job as JSON on standard input, its outcome as JSON on standard output. It imports nothing of Django.
"""

import heapq
import json
import selectors
import socket
import sys
import time
from collections import Counter, deque
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

_SECRET = "c" * 32  # any secret that cookie and form share is a CSRF token (double submit)
_HEAD = (
    "{method} {path} HTTP/1.1\r\nHost: {host}:{port}\r\nUser-Agent: Mozilla/5.0 (Linux; Android 11; Pixel 5) "
    "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36\r\nAccept: {accept}\r\n"
    "Accept-Language: es-US,es;q=0.9\r\nAccept-Encoding: gzip, deflate, br\r\nOrigin: http://{host}:{port}\r\n"
    "Sec-Fetch-Site: same-origin\r\nCookie: adsum_csrf={secret}; adsum_device={token}; adsum_language=es\r\n"
)
_BODY = {
    "lives_there": "yes",
    "place_status": "granted",
    "latitude": "40.714321",
    "longitude": "-74.005974",
    "accuracy_m": "12.4",
    "street": "", "unit": "", "city": "", "state": "", "postal_code": "", "new_phone": "", "message": "",
}  # fmt: skip


@dataclass
class Job:
    """What to send: `door` is json, form or form-and-receipt. `rate` is arrivals a second; 0: each after its answer."""

    host: str
    port: int
    door: str
    tokens_file: str
    first_token: int
    connections: int
    seconds: float
    rate: float = 0.0
    unmeasured_seconds: float = 0.5
    give_up_seconds: float = 30.0


@dataclass
class Outcome:
    """What came back: answers counted by kind, and the times of accepted and turned-away ones in milliseconds."""

    seconds: float
    used_tokens: int
    answers: dict[str, int]
    accepted_ms: list[float] = field(default_factory=list)
    shed_ms: list[float] = field(default_factory=list)
    accepted_since_sent_ms: list[float] = field(default_factory=list)
    shed_since_sent_ms: list[float] = field(default_factory=list)
    accepted_keys: list[str] = field(default_factory=list)


class Requests:
    """Check-ins as a phone sends them, each of another person with a key of its own."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.tokens = Path(job.tokens_file).read_text().split()
        self.used = 0

    def next_check_in(self) -> tuple[bytes, str, str]:
        """The request, its key and its sender's token."""
        token = self.tokens[(self.job.first_token + self.used) % len(self.tokens)]
        self.used += 1
        key = str(uuid4())
        answers = {"key": key, **_BODY, "taken_at": datetime.now(UTC).isoformat()}
        if self.job.door == "json":
            return self._post(token, json.dumps(answers), "application/json", "application/json"), key, token
        form = urlencode({"csrfmiddlewaretoken": _SECRET, **answers})
        return self._post(token, form, "application/x-www-form-urlencoded", "text/html"), key, token

    def _post(self, token: str, body: str, kind: str, accept: str) -> bytes:
        more = f"X-CSRFToken: {_SECRET}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        return (self._head("POST", "/check-in/", token, accept) + more).encode()

    def page(self, path: str, token: str) -> bytes:
        """Looking at a page, such as the receipt behind a form."""
        return (self._head("GET", path, token, "text/html") + "\r\n").encode()

    def _head(self, method: str, path: str, token: str, accept: str) -> str:
        job = self.job
        return _HEAD.format(
            method=method, path=path, host=job.host, port=job.port, secret=_SECRET, token=token, accept=accept
        )


class Connection:
    """One client: sends a request, waits for the whole answer."""

    def __init__(self, job: Job, selector: selectors.BaseSelector) -> None:
        self.job, self.selector = job, selector
        self.socket: socket.socket | None = None
        self.began = self.sent = 0.0
        self.key = self.token = ""
        self.heard = bytearray()

    def send(self, data: bytes) -> None:
        """Send a request, over a new connection where there is none."""
        if self.socket is None:
            self.socket = socket.create_connection((self.job.host, self.job.port), timeout=self.job.give_up_seconds)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.selector.register(self.socket, selectors.EVENT_READ, self)
        self.heard.clear()
        self.sent = time.perf_counter()
        self.socket.sendall(data)

    def answer(self) -> bytes | None:
        """The whole answer once it is there; raises ConnectionError when it ends before."""
        assert self.socket is not None
        data = self.socket.recv(65536)
        if not data:
            raise ConnectionError
        self.heard += data
        end = self.heard.find(b"\r\n\r\n")
        if end < 0:
            return None
        head = bytes(self.heard[:end]).lower()
        found = head.find(b"content-length:")
        length = int(head[found + 15 :].split(b"\r\n", 1)[0]) if found >= 0 else 0
        return bytes(self.heard) if len(self.heard) >= end + 4 + length else None

    def close(self) -> None:
        """Let go of the connection; the next request opens another."""
        if self.socket is not None:
            self.selector.unregister(self.socket)
            self.socket.close()
            self.socket = None


class Load:
    """The loop: free connections take the next request, answers free them again."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.selector = selectors.DefaultSelector()
        self.requests = Requests(job)
        self.free = deque(Connection(job, self.selector) for _ in range(job.connections))
        self.answers: Counter[str] = Counter()
        self.accepted: list[tuple[float, float, float, str]] = []
        self.shed: list[tuple[float, float, float]] = []

    def run(self) -> Outcome:
        """Send for the given time, then wait for what is under way."""
        began = time.perf_counter()
        ends, due = began + self.job.seconds, began
        while (now := time.perf_counter()) < ends:
            due = self._send_what_is_due(now, due)
            self._hear(min(ends, due) - now if self.job.rate and self.free else ends - now)
        while len(self.free) < self.job.connections and time.perf_counter() < ends + self.job.give_up_seconds:
            self._hear(0.1)
        return self._outcome(began, ends)

    def _send_what_is_due(self, now: float, due: float) -> float:
        while self.free and (not self.job.rate or due <= now):
            connection = self.free.popleft()
            data, connection.key, connection.token = self.requests.next_check_in()
            connection.began = due if self.job.rate else time.perf_counter()
            self._try(connection, data)
            due += 1 / self.job.rate if self.job.rate else 0.0
        return due

    def _try(self, connection: Connection, data: bytes) -> None:
        try:
            connection.send(data)
        except OSError as error:
            self._give_up(connection, error)

    def _give_up(self, connection: Connection, error: Exception) -> None:
        self.answers[type(error).__name__] += 1
        connection.close()
        self.free.append(connection)

    def _hear(self, patience: float) -> None:
        for ready, _ in self.selector.select(max(0.0, patience)):
            connection: Connection = ready.data
            try:
                answer = connection.answer()
            except OSError as error:
                self._give_up(connection, error)
                continue
            if answer is not None:
                self._note(connection, answer)

    def _note(self, connection: Connection, answer: bytes) -> None:
        status = answer[9:12].decode()
        if status == "302" and self.job.door == "form-and-receipt":
            path = answer.split(b"\r\nlocation: ", 1)[1].split(b"\r\n", 1)[0].decode()
            self._try(connection, self.requests.page(path, connection.token))
            return
        self.answers[status] += 1
        now = time.perf_counter()
        took, since_sent = now - connection.began, now - connection.sent
        if status in ("200", "302"):
            self.accepted.append((connection.began, took, since_sent, connection.key))
        elif status == "503":
            self.shed.append((connection.began, took, since_sent))
        self.free.append(connection)

    def _outcome(self, began: float, ends: float) -> Outcome:
        since = began + self.job.unmeasured_seconds
        measured = [(took, at + took) for at, took, _, _ in self.accepted if at + took >= since]
        return Outcome(
            seconds=ends - since,
            used_tokens=self.requests.used,
            answers=dict(self.answers),
            accepted_ms=[round(took * 1000, 3) for took, done in measured if done <= ends or self.job.rate],
            shed_ms=[round(took * 1000, 3) for at, took, _ in self.shed if at + took >= since],
            accepted_since_sent_ms=[round(one[2] * 1000, 3) for one in self.accepted],
            shed_since_sent_ms=[round(one[2] * 1000, 3) for one in self.shed],
            accepted_keys=[one[3] for one in self.accepted],
        )


def percentile(values: list[float], share: float) -> float:
    """The value that this share of all does not exceed; 0 for none."""
    if not values:
        return 0.0
    most = heapq.nlargest(max(1, len(values) - int(share * len(values))), values)
    return most[-1]


if __name__ == "__main__":
    json.dump(asdict(Load(Job(**json.load(sys.stdin))).run()), sys.stdout)
