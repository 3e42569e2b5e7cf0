"""The tracker's interface over HTTP: slow, and wrong as often as it is told to be.

GET  /v1/changes?after=N&limit=N   rows that changed after a number of the log, as they are by now
GET  /v1/subjects/LT-00000012      one row;  /v1/cases/A123456789: the row of a case number
PUT  /v1/subjects/LT-00000012      {"set": {column: value}, "rev": N, "ref": "…"}: 200 with the row; 409 with it where
                                   its revision is another; a `ref` that came before changes nothing
POST /v1/subjects                  {"row": {column: value}} with a_no, nm and dob: 201 with the new row, numbered here;
                                   409 with the row that has this case number already
POST /v1/hashes                    {"bounds": [case numbers]}: rows and sums of digests, range by range
GET  /v1/range?from=A&to=A         the rows of a range
GET  /v1/health                    rows, last number of the log, changes still to be pushed, how many changes wait for
                                   the next file and when it is due, faults and their rates
PUT  /v1/faults                    {"lag": 0.05, …} sets the rates; what is not named is 0 (these two never go wrong)

Every caller names the key in X-Tracker-Key. Moments are the tracker's own, MM/DD/YYYY HH:MM:SS without a zone.
"""

from __future__ import annotations

import hmac
import json
import sqlite3
import sys
import time
from dataclasses import asdict
from datetime import datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from peers.legacy_tracker.deltas import FORM, MARK
from peers.legacy_tracker.faults import BadFaults, Faults, read_rates
from peers.legacy_tracker.rows import BadValue, as_json, read_subject
from peers.legacy_tracker.store import Behind, Known, NoSubject, Store

MOST_ROWS, MOST_BOUNDS, MOST_BYTES, LONGEST_REF = 1_000, 4_096, 1_000_000, 200
BIGGEST = 2**63 - 1
NIGHT = "night"  # when the next file is due, in seconds since 1970
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

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller who hangs up is no error here."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class _Asked(BaseHTTPRequestHandler):
    server: Tracker
    protocol_version = "HTTP/1.1"
    timeout = 60
    disable_nagle_algorithm = True

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
        body, faulty = self._body(), target.path not in FAULTLESS
        if body is None:
            self.close_connection = True
            return self._send(413, {"error": f"a body of at most {MOST_BYTES} bytes, its length said"}, faulty=False)
        if faulty and faults.strikes("lag"):
            time.sleep(faults.pause())
        broken = faulty and faults.strikes("error")
        status, said = 500, {"error": "ORA-03113: end-of-file on communication channel"}
        if not broken or faults.half():  # an error may come after the work was done, too
            done = self._do(method, target.path, target.query, body)
            status, said = (status, said) if broken else done
        return self._send(status, said, faulty=faulty)

    def _body(self) -> bytes | None:
        """All of what was sent; None where it is too much, or nobody says how much it is."""
        length = self.headers.get("Content-Length") or "0"
        if "Transfer-Encoding" in self.headers or not length.isdecimal() or len(length) > 9 or int(length) > MOST_BYTES:
            return None
        return self.rfile.read(int(length))

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
        if not hmac.compare_digest(self.headers.get("X-Tracker-Key", "").encode(), self.server.key.encode()):
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
        except Known as known:
            return HTTPStatus.CONFLICT, {"error": "is there already", "row": as_json(known.now)}
        except sqlite3.Error:
            return HTTPStatus.SERVICE_UNAVAILABLE, {"error": "ORA-01034: ORACLE not available"}
        except NoSubject:
            return HTTPStatus.NOT_FOUND, {"error": "nobody under this number"}
        except (Refused, BadValue, BadFaults, ValueError, RecursionError) as refusal:
            return HTTPStatus.BAD_REQUEST, {"error": str(refusal)[:300]}

    def _read(self, path: list[str], asked: dict[str, str]) -> Answer:
        match path:
            case ["changes"]:
                return HTTPStatus.OK, self._changes(_number(asked, "after", 0), _number(asked, "limit", 200))
            case ["subjects", number]:
                return HTTPStatus.OK, {"row": as_json(self.server.store.find(number))}
            case ["cases", number]:
                found = self.server.store.find_case(number)
                return (HTTPStatus.OK, {"row": as_json(found)}) if found else (HTTPStatus.NOT_FOUND, {})
            case ["range"]:
                rows = self.server.store.in_range(asked.get("from", ""), asked.get("to", ""), most=MOST_ROWS)
                return HTTPStatus.OK, {"rows": [as_json(row) for row in rows]}
            case ["health"]:
                return HTTPStatus.OK, self._health()
        return NOWHERE

    def _write(self, method: str, path: list[str], said: dict[str, Any]) -> Answer:
        match method, path:
            case "PUT", ["subjects", number]:
                return HTTPStatus.OK, {"row": self._change(number, said)}
            case "POST", ["subjects"]:
                return HTTPStatus.CREATED, {"row": self._take_in(said.get("row"))}
            case "POST", ["hashes"]:
                return HTTPStatus.OK, {"ranges": self.server.store.hashes(_bounds(said.get("bounds")))}
            case "PUT", ["faults"]:
                self.server.faults.rates = read_rates(said)
                return HTTPStatus.OK, {"rates": asdict(self.server.faults.rates)}
        return NOWHERE

    def _changes(self, after: int, limit: int) -> dict[str, Any]:
        faults = self.server.faults
        found = faults.late(self.server.store.changes(after=after, most=max(1, min(limit, MOST_ROWS))))
        rows = [{"seq": seq, "asof": at, **as_json(subject)} for seq, at, subject in faults.rows(found)]
        return {"rows": rows, "asof": self._clock()}

    def _change(self, number: str, said: dict[str, Any]) -> dict[str, Any]:
        columns, rev, ref = said.get("set"), said.get("rev"), said.get("ref", "")
        if not isinstance(columns, dict) or not isinstance(rev, int | None) or not _is_ref(ref):
            raise Refused('{"set": {column: value}, "rev": number, "ref": text of at most 200} is needed')
        return as_json(self.server.store.change(number, columns, by="interface", at=self._clock(), rev=rev, ref=ref))

    def _take_in(self, said: object) -> dict[str, Any]:
        if not isinstance(said, dict) or "subj_no" in said:
            raise Refused('{"row": {column: value}} is needed, without subj_no')
        return as_json(self.server.store.take_in(read_subject(said), at=self._clock()))

    def _health(self) -> dict[str, Any]:
        store, faults = self.server.store, self.server.faults
        counts, due = store.counts(), store.mark(NIGHT, 0)
        waiting = counts["last"] - store.mark(MARK, 0)
        said = datetime.fromtimestamp(due).strftime(FORM) if due else ""  # noqa: DTZ006  # it knows no zones
        night = {"waiting": waiting, "due": said}
        return {**counts, "night": night, "faults": dict(faults.done), "rates": asdict(faults.rates)}

    def _clock(self) -> str:
        return self.server.faults.moment(datetime.now()).strftime(FORM)  # noqa: DTZ005  # it knows no zones


def _bounds(said: object) -> list[str]:
    if not isinstance(said, list) or not 1 <= len(said) <= MOST_BOUNDS or not all(isinstance(one, str) for one in said):
        raise Refused(f"1 to {MOST_BOUNDS} bounds are needed")
    if said != sorted(set(said)):
        raise Refused("bounds in their order, each once")
    return said


def _number(asked: dict[str, str], name: str, usual: int) -> int:
    number = int(asked.get(name, usual))
    if not 0 <= number <= BIGGEST:
        raise Refused(f"{name}: a number from 0 on")
    return number


def _is_ref(said: object) -> bool:
    return isinstance(said, str) and len(said) <= LONGEST_REF
