"""The tracker's interface over HTTP: slow, and sometimes wrong. What cannot be read is asked again, never guessed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from adsum.core.network import why_no_answer
from adsum.counterparts.queries import Sums
from adsum.exchange.adapting import Answered, Away, Behind, OddRow, Page, Shown
from adsum.exchange.legacy.rows import RowRefused, case_number_of, read_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adsum.counterparts.rules import Row

ANSWER_SECONDS = 20
LONGEST_ANSWER = 8_000_000
NOBODY_THERE = frozenset({429, 502, 503, 504})
MOST_ROWS = 1_000  # of a range, as the tracker answers


class Caller:
    """A line to one tracker. Raises ValueError for an odd address."""

    def __init__(self, address: str, *, key: str) -> None:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"this is no http or https address: {address}")
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._connection = kind(parts.hostname, parts.port, timeout=ANSWER_SECONDS)
        self._base, self._key = parts.path.rstrip("/"), key

    def changes(self, after: int, *, most: int) -> Page:
        """What changed after this number of its log."""
        said = self._ask("GET", f"/v1/changes?after={after}&limit={most}")
        rows = _list(said, "rows")
        try:
            last = max((int(row["seq"]) for row in rows), default=after)
        except (KeyError, TypeError, ValueError) as error:
            raise Answered("rows without their number in the log") from error
        shown = _shown(rows)
        if len(shown.odd) > 1 and not shown.rows:  # then it is not the rows, but how they are written
            raise Answered(f"{len(shown.odd)} rows of which none can be read; the first is {shown.odd[0]}")
        return Page(shown, max(after, last))

    def last_change(self) -> int:
        """The newest number of its log."""
        last = self._ask("GET", "/v1/health").get("last")
        if not isinstance(last, int):
            raise Answered("no number of its log")
        return last

    def row_of(self, case_number: str) -> Row | None:
        """Its row of this case as it is now."""
        status, said = self._exchange("GET", f"/v1/cases/{quote(case_number)}", None)
        return None if status == 404 else _row(_good(status, said).get("row"))

    def put(self, number: str, *, revision: int, columns: Mapping[str, str], name: str) -> Row:
        """Set these columns; by its name the same message again is known there."""
        body = {"set": dict(columns), "rev": revision, "ref": name}
        status, said = self._exchange("PUT", f"/v1/subjects/{quote(number)}", body)
        if status == 409:
            raise Behind(_row(said.get("row")))
        return _row(_good(status, said).get("row"))

    def sums(self, bounds: Sequence[str]) -> list[Sums]:
        """Rows and sums of digests, range by range."""
        ranges = _list(self._ask("POST", "/v1/hashes", {"bounds": list(bounds)}), "ranges")
        try:
            sums = [Sums(*map(int, one)) for one in ranges]
        except (TypeError, ValueError) as error:
            raise Answered("ranges that are no numbers") from error
        if len(sums) != len(bounds):
            raise Answered(f"{len(sums)} ranges instead of {len(bounds)}")
        return sums

    def rows_between(self, start: str, end: str) -> Shown:
        """Its rows of a range. Raises Answered where there are more than it shows at once."""
        rows = _list(self._ask("GET", f"/v1/range?from={quote(start)}&to={quote(end)}"), "rows")
        if len(rows) >= MOST_ROWS:
            raise Answered("more rows in a range than it shows")
        return _shown(rows)

    def _ask(self, method: str, target: str, body: object = None) -> dict[str, Any]:
        return _good(*self._exchange(method, target, body))

    def _exchange(self, method: str, target: str, body: object) -> tuple[int, dict[str, Any]]:
        sent = None if body is None else json.dumps(body).encode()
        headers = {"X-Tracker-Key": self._key, "Content-Type": "application/json", "Connection": "close"}
        try:
            self._connection.request(method, f"{self._base}{target}", sent, headers)
            answer = self._connection.getresponse()
            status, content = answer.status, answer.read(LONGEST_ANSWER + 1)
        except HTTPException as error:
            raise Answered(f"an answer that breaks off ({type(error).__name__})") from error
        except OSError as error:
            raise Away(why_no_answer(error, seconds=ANSWER_SECONDS)) from error
        finally:
            self._connection.close()
        if status in NOBODY_THERE:
            raise Away(f"answered {status}")
        return status, _object(status, content)


def _object(status: int, content: bytes) -> dict[str, Any]:
    if len(content) > LONGEST_ANSWER:
        raise Answered("an answer without end")
    try:
        said = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Answered(f"answered {status} with what is no JSON") from error
    if not isinstance(said, dict):
        raise Answered(f"answered {status} with no object")
    return said


def _good(status: int, said: dict[str, Any]) -> dict[str, Any]:
    if status != 200:
        raise Answered(f"answered {status}")
    return said


def _list(said: dict[str, Any], name: str) -> list[Any]:
    found = said.get(name)
    if not isinstance(found, list):
        raise Answered(f"no list of {name}")
    return found


def _row(said: Any) -> Row:
    try:
        return read_row(said)
    except RowRefused as refusal:
        place = said.get("seq", 0) if isinstance(said, Mapping) else 0
        raise OddRow(case_number_of(said), str(refusal), place=place if isinstance(place, int) else 0) from refusal


def _shown(said: Sequence[Any]) -> Shown:
    shown = Shown([], [])
    for row in said:
        try:
            shown.rows.append(_row(row))
        except OddRow as odd:
            shown.odd.append(odd)
    return shown
