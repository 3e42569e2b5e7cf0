"""Envelopes that a device seals and only this installation opens: ECDH on P-256, HKDF-SHA-256, AES-256-GCM.

The scheme of ECIES (SEC 1, 5.1) from parts that every browser of the last eight years has in Web Crypto. An envelope
names the key that opens it, so that a new key does not shut out what was sealed for an older one.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import pairwise
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from adsum.core.keeping import keep_once

PURPOSE = "adsum report 1"


class Sealed(Exception):
    """This envelope cannot be opened: it is damaged, forged, or sealed for a key that is not here."""


@dataclass(frozen=True)
class SealKey:
    """One key pair: devices get `public` (base64url of the uncompressed point, 87 characters) and its `name`."""

    private: ec.EllipticCurvePrivateKey

    @property
    def public(self) -> str:
        form = serialization.PublicFormat.UncompressedPoint
        point = self.private.public_key().public_bytes(serialization.Encoding.X962, form)
        return base64.urlsafe_b64encode(point).rstrip(b"=").decode()

    @property
    def name(self) -> str:
        return hashlib.sha256(self.public.encode()).hexdigest()[:16]


@cache
def load_seal_keys(folder: Path) -> tuple[SealKey, ...]:
    """The keys in this folder, the newest first; the first one is made where there is none.

    Each file `<number>.der` is one key (PKCS #8). A file with a higher number is a newer key, for what is sealed from
    the next start on; older ones open what still waits on devices.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not any(folder.glob("*.der")):
        _make(folder, 1)
    return tuple(_read(path) for path in _newest_first(folder))


def add_seal_key(folder: Path) -> SealKey:
    """Make the key for which devices seal from the next start on."""
    load_seal_keys(folder)
    _make(folder, int(_newest_first(folder)[0].stem) + 1)
    load_seal_keys.cache_clear()
    return load_seal_keys(folder)[0]


def retire_seal_keys(folder: Path, *, before: datetime) -> list[str]:
    """Delete the keys that newer ones replaced before this moment; returns their names. The newest always stays."""
    paths = _newest_first(folder)
    ended = [old for newer, old in pairwise(paths) if newer.stat().st_mtime < before.timestamp()]
    names = [_read(path).name for path in ended]
    for path in ended:
        path.unlink()
    load_seal_keys.cache_clear()
    return names


def _make(folder: Path, number: int) -> None:
    fresh = ec.generate_private_key(ec.SECP256R1())
    how = (serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    keep_once(folder / f"{number}.der", fresh.private_bytes(*how))


def _newest_first(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.der"), key=lambda path: int(path.stem), reverse=True)


def _read(path: Path) -> SealKey:
    key = serialization.load_der_private_key(path.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError(f"{path} is no private key on the curve P-256")
    return SealKey(key)


def open_envelope(envelope: Mapping[str, object], *, keys: tuple[SealKey, ...]) -> bytes:
    """What the device sealed. Raises Sealed for anything else, whatever it is."""
    name = str(envelope.get("key_name", ""))
    key = next((one for one in keys if one.name == name), None)
    if key is None:
        raise Sealed("sealed for a key that is not here")
    try:
        point, iv, locked = (_bytes(envelope.get(part)) for part in ("device_key", "iv", "locked"))
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        shared = key.private.exchange(ec.ECDH(), theirs)
        info = f"{PURPOSE}\n{name}".encode()
        secret = HKDF(hashes.SHA256(), 32, salt=point, info=info).derive(shared)
        return AESGCM(secret).decrypt(iv, locked, info)
    except (ValueError, InvalidTag) as error:
        raise Sealed("damaged or forged") from error


def _bytes(text: object) -> bytes:
    if not isinstance(text, str):
        raise ValueError("no text")
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
