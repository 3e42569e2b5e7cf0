"""Pushes as the browsers' push services take them (RFC 8030), locked for one device (RFC 8291)."""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from http.client import HTTPConnection, HTTPException, RemoteDisconnected
from pathlib import Path

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

from adsum.notices.channels.push.addresses import is_allowed, open_line, origin_of
from adsum.notices.channels.push.keys import as_bytes, authorization, load_push_key, public_point
from adsum.notices.rules import Fate, Outgoing, PushTarget, Tried

AT_ONCE = 8
LONGEST_ANSWER = 65_536
GONE, NOT_NOW = frozenset({404, 410}), frozenset({429, 502, 503, 504})
_BEST_FIRST = (Fate.SENT, Fate.AWAY, Fate.REFUSED, Fate.IMPOSSIBLE)
_CUT = (RemoteDisconnected, BrokenPipeError, ConnectionResetError)


def is_set_up() -> bool:
    """True where there is any push service to which Adsum may push."""
    return bool(settings.PUSH_HOSTS or settings.PUSH_FAKE)


def our_push_key() -> str:
    """What a browser must know of us before it lets us push."""
    return public_point(_key())


def _key() -> ec.EllipticCurvePrivateKey:
    return load_push_key(Path(settings.HOME) / "push")


def read_target(endpoint: str, p256dh: str, auth: str) -> PushTarget | None:
    """A subscription as a browser gives it; None for one to which Adsum would not push."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), as_bytes(p256dh))
        whole = len(as_bytes(p256dh)) == 65 and len(as_bytes(auth)) == 16
    except ValueError:
        return None
    if not whole or not is_allowed(endpoint, hosts=settings.PUSH_HOSTS, fake=settings.PUSH_FAKE):
        return None
    return PushTarget(0, endpoint, p256dh, auth)


def send(batch: Sequence[Outgoing], now: datetime) -> list[Tried]:
    """Push each message to all devices of its person; it is sent when one of them will get it."""
    parts = [batch[first::AT_ONCE] for first in range(min(AT_ONCE, len(batch)))]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [tried for part in pool.map(lambda part: _send_part(part, now), parts) for tried in part]


def _send_part(part: Sequence[Outgoing], now: datetime) -> list[Tried]:
    with closing(_Services(now)) as services:
        return [services.send(one) for one in part]


class _Services:
    """The push services, over a connection each. One that is away is not asked again this time."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._lines: dict[str, HTTPConnection] = {}
        self._who_we_are: dict[str, str] = {}
        self._away: dict[str, str] = {}

    def close(self) -> None:
        for line in self._lines.values():
            line.close()

    def send(self, one: Outgoing) -> Tried:
        fates = [(target.id, *self._push(one, target)) for target in one.targets]
        gone = tuple(target for target, fate, _ in fates if fate is Fate.IMPOSSIBLE)
        ways = [(fate, error) for _, fate, error in fates] or [(Fate.IMPOSSIBLE, "no device any more")]
        fate, error = min(ways, key=lambda way: _BEST_FIRST.index(way[0]))
        return Tried(one, fate, error, gone)

    def _push(self, one: Outgoing, target: PushTarget) -> tuple[Fate, str]:
        if not is_allowed(target.endpoint, hosts=settings.PUSH_HOSTS, fake=settings.PUSH_FAKE):
            return Fate.REFUSED, "not a push service that is allowed"
        origin = origin_of(target.endpoint)
        if origin in self._away:
            return Fate.AWAY, self._away[origin]
        try:
            status = self._post(origin, one, target)
        except (OSError, HTTPException) as error:
            self._away[origin] = f"no answer from the push service ({type(error).__name__})"
            return Fate.AWAY, self._away[origin]
        if status in NOT_NOW:
            self._away[origin] = f"answered {status}"
            return Fate.AWAY, self._away[origin]
        if 200 <= status < 300:
            return Fate.SENT, ""
        return Fate.IMPOSSIBLE if status in GONE else Fate.REFUSED, f"answered {status}"

    def _post(self, origin: str, one: Outgoing, target: PushTarget) -> int:
        line = self._lines.get(origin) or open_line(target.endpoint, fake=settings.PUSH_FAKE)
        self._lines[origin] = line
        body, headers = _locked(one, target), self._headers(origin, one)
        try:
            return _exchange(line, target.endpoint.removeprefix(origin), body, headers)
        except _CUT:  # it had closed the connection meanwhile
            line.close()
            return _exchange(line, target.endpoint.removeprefix(origin), body, headers)

    def _headers(self, origin: str, one: Outgoing) -> dict[str, str]:
        if origin not in self._who_we_are:
            self._who_we_are[origin] = authorization(_key(), origin=origin, contact=_contact(), now=self._now)
        lasts = one.expires_at - self._now if one.expires_at else None
        return {
            "Authorization": self._who_we_are[origin],
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(max(0, int(lasts.total_seconds())) if lasts else 0),
            "Topic": "adsum",  # one that still waits for the device gives way to this one
            "Urgency": "normal",
        }


def _contact() -> str:
    return settings.PUBLIC_URL if settings.HTTPS else f"mailto:{settings.EMAIL_FROM}"


def _locked(one: Outgoing, target: PushTarget) -> bytes:
    """The words, for this device alone."""
    said = json.dumps({"title": one.title, "body": one.text, "language": one.language}, ensure_ascii=False)
    locked: bytes = http_ece.encrypt(
        said.encode(),
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=as_bytes(target.p256dh),
        auth_secret=as_bytes(target.auth),
    )
    return locked


def _exchange(line: HTTPConnection, path: str, body: bytes, headers: dict[str, str]) -> int:
    try:
        line.request("POST", path or "/", body, headers)
        answer = line.getresponse()
        answer.read(LONGEST_ANSWER)
        if not answer.isclosed():
            line.close()
    except (OSError, HTTPException):
        line.close()
        raise
    return answer.status
