"""Telling somebody of each change: a signed CloudEvent by POST, again until it is taken, with the tracker's faults.

Signed as Standard Webhooks says: HMAC-SHA256 with the secret after `whsec_`, over id, moment and body. What changed
before it was first switched on is not told; `GET /v1/changes` has it.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import time
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Event
from urllib.parse import urlsplit

from peers.legacy_tracker.faults import Faults
from peers.legacy_tracker.rows import as_json
from peers.legacy_tracker.store import Change, Store

KIND, SOURCE, PREFIX = "gov.legacy.subject.changed", "urn:legacy-tracker", "whsec_"
AT_ONCE, TIMEOUT_SECONDS = 100, 10
LOOK_SECONDS, LONGEST_PAUSE = 0.5, 30.0


class BadPush(ValueError):
    """Nothing can be pushed there, or with this secret; the message says why."""


class Push:
    """To whom changes are told. Raises BadPush."""

    def __init__(self, url: str, secret: str, store: Store, faults: Faults) -> None:
        self._url, self._store, self._faults = urlsplit(url), store, faults
        if self._url.scheme not in ("http", "https") or not self._url.hostname or self._url.port == 0:
            raise BadPush("--push: an address that begins with http:// or https://")
        try:
            self._secret = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
        except binascii.Error as error:
            raise BadPush("--push-secret: whsec_ and base64") from error
        if not secret.startswith(PREFIX) or not self._secret:
            raise BadPush("--push-secret: whsec_ and base64")
        store.owe()

    def keep_telling(self, stop: Event) -> None:
        """Tell what changes, until it is stopped; after a refusal wait longer each time."""
        pause = LOOK_SECONDS
        while not stop.wait(pause):
            pause = LOOK_SECONDS if self.tell() else min(LONGEST_PAUSE, 2 * pause)

    def tell(self) -> bool:
        """Tell what is owed, some of it; true where all of that was taken. A refusal holds up nothing but itself."""
        self._store.owe()
        if self._faults.strikes("lag"):
            time.sleep(self._faults.pause())
        owed = self._store.owed(most=AT_ONCE)
        sent = self._faults.rows(self._faults.late(owed))
        try:
            return sum(map(self._take, sent)) == len(sent)
        except (OSError, HTTPException):
            return False

    def _take(self, change: Change) -> bool:
        seq, at, subject = change
        data = {"seq": seq, "asof": at, **as_json(subject)}
        event = {"specversion": "1.0", "id": str(seq), "source": SOURCE, "type": KIND, "subject": subject.subj_no}
        body = json.dumps({**event, "datacontenttype": "application/json", "data": data}).encode()
        taken = self._post(str(seq), body)
        if taken and not self._faults.strikes("error"):  # an error: the answer was lost on its way
            self._store.settle(seq)
        return taken

    def _post(self, name: str, body: bytes) -> bool:
        moment = str(int(self._faults.moment(datetime.now(UTC)).timestamp()))
        headers = {
            "Content-Type": "application/cloudevents+json",
            "webhook-id": name,
            "webhook-timestamp": moment,
            "webhook-signature": f"v1,{self._sign(name, moment, body)}",
        }
        kind = HTTPSConnection if self._url.scheme == "https" else HTTPConnection
        connection = kind(self._url.hostname or "", self._url.port, timeout=TIMEOUT_SECONDS)
        try:
            place = f"{self._url.path or '/'}?{self._url.query}".rstrip("?")
            connection.request("POST", place, self._faults.cut(body), headers)
            return connection.getresponse().status // 100 == 2
        finally:
            connection.close()

    def _sign(self, name: str, moment: str, body: bytes) -> str:
        said = b".".join([name.encode(), moment.encode(), body])
        return base64.b64encode(hmac.digest(self._secret, said, "sha256")).decode()
