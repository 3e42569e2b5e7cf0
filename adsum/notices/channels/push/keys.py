"""The key by which push services know this installation (VAPID, RFC 8292), on the curve P-256."""

import base64
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from adsum.core.keeping import keep_once

TOKEN_HOURS = 12  # RFC 8292 allows 24


@cache
def load_push_key(folder: Path) -> ec.EllipticCurvePrivateKey:
    """The key in this folder (PKCS #8), made once, readable by its owner only. Raises ValueError for another kind.

    Browsers tie a subscription to it: with a new key nobody gets pushes until they ask for them again.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    how = (serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    kept = keep_once(folder / "key.der", ec.generate_private_key(ec.SECP256R1()).private_bytes(*how))
    key = serialization.load_der_private_key(kept, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError(f"{folder / 'key.der'} is no private key on the curve P-256")
    return key


def public_point(key: ec.EllipticCurvePrivateKey) -> str:
    """The public half as browsers take it: base64url of the uncompressed point, 87 characters."""
    form = serialization.PublicFormat.UncompressedPoint
    return as_text(key.public_key().public_bytes(serialization.Encoding.X962, form))


def authorization(key: ec.EllipticCurvePrivateKey, *, origin: str, contact: str, now: datetime) -> str:
    """The header that says to the push service at `origin` who we are; `contact` is a mailto: or https: address."""
    claims = {"aud": origin, "exp": int((now + timedelta(hours=TOKEN_HOURS)).timestamp()), "sub": contact}
    return f"vapid t={jwt.encode(claims, key, algorithm='ES256')}, k={public_point(key)}"


def as_text(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def as_bytes(text: str) -> bytes:
    """What this base64url says. Raises ValueError for anything else."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
