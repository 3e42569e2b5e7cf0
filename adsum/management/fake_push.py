"""A push service that pushes to nobody: it opens what it gets, with the keys of the devices that it made up."""

import json
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import http_ece
import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from adsum.notices.channels.push.keys import as_bytes, as_text, public_point

STATUSES = {"away": 503, "refuse": 500, "impossible": 410}
LONGEST_SECONDS, LONGEST_BODY = 86_400, 4096  # of a token's life, and bytes of a body: what real services take
_NEEDED: Any = {"require": ["aud", "exp", "sub"]}


class NotTaken(Exception):
    """A push that a real service would refuse; `status` is what it answers."""

    def __init__(self, status: int) -> None:
        super().__init__(f"answered {status}")
        self.status = status


@dataclass(frozen=True)
class _Browser:
    """What a browser keeps to itself."""

    private: ec.EllipticCurvePrivateKey
    auth: bytes


@dataclass
class FakePush:
    """Browsers that it made up, by their secret name, and who has pushed to them."""

    origin: str
    browsers: dict[str, _Browser] = field(default_factory=dict)
    senders: set[str] = field(default_factory=set)

    def subscribe(self) -> dict[str, Any]:
        """A subscription as a browser's `PushSubscription.toJSON()` gives it."""
        name = secrets.token_urlsafe(16)
        browser = self.browsers[name] = _Browser(ec.generate_private_key(ec.SECP256R1()), secrets.token_bytes(16))
        keys = {"p256dh": public_point(browser.private), "auth": as_text(browser.auth)}
        return {"endpoint": f"{self.origin}/push/{name}", "keys": keys}

    def take(self, name: str, headers: dict[str, str], body: bytes, mode: str) -> dict[str, str]:
        """The words of a push to this browser, as its service worker would get them. Raises NotTaken."""
        if mode in STATUSES or name not in self.browsers:
            raise NotTaken(STATUSES.get(mode, 404))
        if headers.get("content-encoding") != "aes128gcm" or not headers.get("ttl", "").isdecimal():
            raise NotTaken(400)
        if len(body) > LONGEST_BODY:
            raise NotTaken(413)
        self.senders.add(self._sender(headers.get("authorization", "")))
        browser = self.browsers[name]
        try:
            said = json.loads(http_ece.decrypt(body, private_key=browser.private, auth_secret=browser.auth))
        except (http_ece.ECEException, ValueError) as error:
            raise NotTaken(400) from error
        return {key: str(value) for key, value in said.items()}

    def _sender(self, authorization: str) -> str:
        """Whose key has signed this (RFC 8292)."""
        kind, _, rest = authorization.partition(" ")
        parts = dict(part.strip().partition("=")[::2] for part in rest.split(","))
        key = parts.get("k", "")
        try:
            point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), as_bytes(key))
            claims = jwt.decode(parts.get("t", ""), point, algorithms=["ES256"], audience=self.origin, options=_NEEDED)
        except (jwt.InvalidTokenError, ValueError) as error:
            raise NotTaken(401) from error
        too_long = claims["exp"] > datetime.now(UTC).timestamp() + LONGEST_SECONDS
        if kind != "vapid" or too_long or not claims["sub"].startswith(("mailto:", "https://")):
            raise NotTaken(401)
        return key
