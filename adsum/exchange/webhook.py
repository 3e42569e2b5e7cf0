"""One HTTP consumer of facts, spoken to as Standard Webhooks says (standardwebhooks.com)."""

from collections.abc import Sequence
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection, RemoteDisconnected
from urllib.parse import urlsplit

from standardwebhooks import Webhook as Signer

from adsum.core.network import why_no_answer
from adsum.exchange.envelope import CONTENT_TYPE

ANSWER_SECONDS = 5
LONGEST_ANSWER = 65_536
NOBODY_THERE = frozenset({429, 502, 503, 504})  # said by a gateway, or by a consumer that is too busy for anything
_CUT = (RemoteDisconnected, BrokenPipeError, ConnectionResetError)


class Refused(Exception):
    """The consumer did not accept this event; the message says how, without anything that it sent."""


class Unheard(Exception):
    """Nobody answers. No event is to blame for that."""


class Webhook:
    """Where facts are posted, over one connection that stays open. Raises ValueError for an odd address or secret.

    Each message is signed with every one of the secrets, so that one can be replaced in peace.
    """

    def __init__(self, url: str, secrets: Sequence[str]) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"this is no http or https address: {url}")
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._connection = kind(parts.hostname, parts.port, timeout=ANSWER_SECONDS)
        self._target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        self._signers = [Signer(secret) for secret in secrets]

    def send(self, name: str, body: str, now: datetime) -> None:
        """Post one message under this name; it is accepted when this returns. Raises Refused or Unheard."""
        status = self._post(body, self._headers(name, body, now))
        if status in NOBODY_THERE:
            raise Unheard(f"answered {status}")
        if not 200 <= status < 300:
            raise Refused(f"answered {status}")

    def _headers(self, name: str, body: str, now: datetime) -> dict[str, str]:
        return {
            "Content-Type": CONTENT_TYPE,
            "User-Agent": "Adsum",
            "webhook-id": name,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": " ".join(one.sign(name, now, body) for one in self._signers),
        }

    def _post(self, body: str, headers: dict[str, str]) -> int:
        """The status of the answer. A connection that the other side has closed meanwhile is opened once more."""
        kept = self._connection.sock is not None
        try:
            return self._exchange(body, headers)
        except (OSError, HTTPException) as error:
            self._connection.close()
            if kept and isinstance(error, _CUT):
                return self._post(body, headers)
            raise Refused(why_no_answer(error, seconds=ANSWER_SECONDS)) from error

    def _exchange(self, body: str, headers: dict[str, str]) -> int:
        self._connect()
        self._connection.request("POST", self._target, body.encode(), headers)
        answer = self._connection.getresponse()
        self._read_to_its_end(answer)
        return answer.status

    def _connect(self) -> None:
        if self._connection.sock is None:
            try:
                self._connection.connect()
            except OSError as error:
                self._connection.close()
                raise Unheard(why_no_answer(error, seconds=ANSWER_SECONDS)) from error

    def _read_to_its_end(self, answer: HTTPResponse) -> None:
        answer.read(LONGEST_ANSWER)
        if not answer.isclosed():
            self._connection.close()
