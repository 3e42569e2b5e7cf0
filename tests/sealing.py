"""Seals as static/adsum/outbox.js does, for tests that have no browser."""

import base64
import os

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from adsum.core.sealing import SealKey


def seal(said: bytes, key: SealKey) -> dict[str, str]:
    """An envelope for this key."""
    own, theirs = ec.generate_private_key(ec.SECP256R1()), base64.urlsafe_b64decode(key.public + "=")
    shared = own.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))
    uncompressed = serialization.PublicFormat.UncompressedPoint
    point = own.public_key().public_bytes(serialization.Encoding.X962, uncompressed)
    info, iv = f"adsum report 1\n{key.name}".encode(), os.urandom(12)
    secret = HKDF(hashes.SHA256(), 32, salt=point, info=info).derive(shared)
    locked = AESGCM(secret).encrypt(iv, said, info)
    return {"key_name": key.name, "device_key": _text(point), "iv": _text(iv), "locked": _text(locked)}


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
