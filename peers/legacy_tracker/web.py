"""The tracker's interface over HTTP: slow, and wrong as often as it is told to be.

GET  /v1/changes?after=N&limit=N   rows that changed after a number of the log, as they are by now
GET  /v1/subjects/LT-00000012      one row;  /v1/cases/A123456789: the row of a case number
PUT  /v1/subjects/LT-00000012      {"set": {column: value}, "rev": N, "ref": "…"}: 200 with the row; 409 with it where
                                   its revision is another; a `ref` that came before changes nothing
POST /v1/hashes                    {"bounds": [case numbers]}: rows and sums of digests, range by range
GET  /v1/range?from=A&to=A         the rows of a range
GET  /v1/health                    numbers of the log and of the faults;  PUT /v1/faults sets these
                                   (both never go wrong)
"""

from __future__ import annotations

import json
import time
from datetime import datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from peers.legacy_tracker.deltas import FORM
from peers.legacy_tracker.faults import BadFaults, Faults, read_rates
from peers.legacy_tracker.rows import BadValue, as_json
from peers.legacy_tracker.store import Behind, NoSubject, Store

MOST_ROWS, MOST_BOUNDS, MOST_BYTES = 1_000, 4_096, 1_000_000
FAULTLESS = ("/v1/health", "/v1/faults")
Answer = tuple[int, dict[str, Any]]
NOWHERE: Answer = (HTTPStatus.NOT_FOUND, {"error": "no such address"})


class Refused(Exception):
    """The request cannot be answered; the message says why."""


class Tracker(ThreadingHTTPServer):
    """The server: its store, its faults, and the key that a caller must name."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, port: int, store: Store, faults: Faults, *, key: str) -> None:
        self.store, self.faults, self.key = store, faults, key
        super().__init__(("127.0.0.1", port), _Asked)


class _Asked(BaseHTTPRequestHandler):
    server: Tracker
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer("GET")

    def do_PUT(self) -> None:
        self._answer("PUT")

    def do_POST(self) -> None:
        self._answer("POST")

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: who asks about whom is nobody's business."""

    def _answer(self, method: str) -> None:
        faults, target = self.server.faults, urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(min(length, MOST_BYTES))
        faulty = target.path not in FAULTLESS
        if faulty and faults.strikes("lag"):
            time.sleep(faults.pause())
        broken = faulty and faults.strikes("error")
        worked = not broken or faults.strikes("error")  # an error may come after the work was done, too
        status, said = self._do(method, target.path, target.query, body) if worked else (500, {})
        if broken:
            status, said = 500, {"error": "ORA-03113: end-of-file on communication channel"}
        self._send(status, said, faulty=faulty)

    def _send(self, status: int, said: dict[str, Any], *, faulty: bool) -> None:
        content = json.dumps(said).encode()
        sent = self.server.faults.cut(content) if faulty else content
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(sent)
        self.close_connection = self.close_connection or len(sent) < len(content)

    def _do(self, method: str, path: str, query: str, body: bytes) -> Answer:
        if self.headers.get("X-Tracker-Key") != self.server.key:
            return HTTPStatus.UNAUTHORIZED, {"error": "no or another key"}
        asked = {name: values[-1] for name, values in parse_qs(query).items()}
        try:
            said = json.loads(body) if body else {}
            if not isinstance(said, dict):
                raise Refused("an object is needed")
            place = path.strip("/").split("/")[1:]
            return self._read(place, asked) if method == "GET" else self._write(method, place, said)
        except Behind as behind:
            return HTTPStatus.CONFLICT, {"error": "changed meanwhile", "row": as_json(behind.now)}
        except NoSubject:
            return HTTPStatus.NOT_FOUND, {"error": "nobody under this number"}
        except (Refused, BadValue, BadFaults, ValueError, RecursionError) as refusal:
            return HTTPStatus.BAD_REQUEST, {"error": str(refusal)[:300]}

    def _read(self, path: list[str], asked: dict[str, str]) -> Answer:
        match path:
            case ["changes"]:
                return HTTPStatus.OK, self._changes(int(asked.get("after", "0")), int(asked.get("limit", "200")))
            case ["subjects", number]:
                return HTTPStatus.OK, {"row": as_json(self.server.store.find(number))}
            case ["cases", number]:
                found = self.server.store.find_case(number)
                return (HTTPStatus.OK, {"row": as_json(found)}) if found else (HTTPStatus.NOT_FOUND, {})
            case ["range"]:
                rows = self.server.store.in_range(asked.get("from", ""), asked.get("to", ""), most=MOST_ROWS)
                return HTTPStatus.OK, {"rows": [as_json(row) for row in rows]}
            case ["health"]:
                return HTTPStatus.OK, {"last": self.server.store.last_change(), "faults": self.server.faults.done}
        return NOWHERE

    def _write(self, method: str, path: list[str], said: dict[str, Any]) -> Answer:
        match method, path:
            case "PUT", ["subjects", number]:
                return HTTPStatus.OK, {"row": self._change(number, said)}
            case "POST", ["hashes"]:
                return HTTPStatus.OK, {"ranges": self.server.store.hashes(_bounds(said.get("bounds")))}
            case "PUT", ["faults"]:
                self.server.faults.rates = read_rates(said)
                return HTTPStatus.OK, {}
        return NOWHERE

    def _changes(self, after: int, limit: int) -> dict[str, Any]:
        faults = self.server.faults
        found = faults.late(self.server.store.changes(after=after, most=max(1, min(limit, MOST_ROWS))))
        rows = [{"seq": seq, "asof": at, **as_json(subject)} for seq, at, subject in faults.rows(found)]
        return {"rows": rows, "asof": self._clock()}

    def _change(self, number: str, said: dict[str, Any]) -> dict[str, Any]:
        columns, rev, ref = said.get("set"), said.get("rev"), said.get("ref", "")
        if not isinstance(columns, dict) or not isinstance(rev, int | None) or not isinstance(ref, str):
            raise Refused('{"set": {column: value}, "rev": number, "ref": text} is needed')
        return as_json(self.server.store.change(number, columns, by="interface", at=self._clock(), rev=rev, ref=ref))

    def _clock(self) -> str:
        return self.server.faults.moment(datetime.now()).strftime(FORM)  # noqa: DTZ005  # it knows no zones


def _bounds(said: object) -> list[str]:
    if not isinstance(said, list) or not 1 <= len(said) <= MOST_BOUNDS or not all(isinstance(one, str) for one in said):
        raise Refused(f"1 to {MOST_BOUNDS} bounds are needed")
    if said != sorted(set(said)):
        raise Refused("bounds in their order, each once")
    return said
