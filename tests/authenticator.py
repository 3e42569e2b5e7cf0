"""A passkey in software: what a phone answers to `navigator.credentials` (WebAuthn level 2, ES256, no attestation)."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Any
from uuid import uuid4

import cbor2
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ATTESTED = 1, 4, 64


class Authenticator:
    """One key. `verified`: the person unlocked it; `counts`: it says how often it was used."""

    def __init__(self, origin: str = "http://localhost", *, verified: bool = True, counts: bool = True) -> None:
        self.origin, self.counts, self.uses = origin, counts, 0
        self.flags = PRESENT | (VERIFIED if verified else 0)
        self.id, self._key = uuid4().bytes, generate_private_key(SECP256R1())

    def make(self, options: str) -> str:
        """The answer to `create`."""
        point = self._key.public_key().public_numbers()
        key = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)})
        held = bytes(16) + len(self.id).to_bytes(2) + self.id + key
        data = self._data(self.flags | ATTESTED) + held
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(self._client("webauthn.create", options), attestationObject=attested)

    def show(self, options: str) -> str:
        """The answer to `get`."""
        self.uses += 1 if self.counts else 0
        client, data = self._client("webauthn.get", options), self._data(self.flags)
        signature = self._key.sign(data + sha256(client).digest(), ECDSA(SHA256()))
        return self._answer(client, authenticatorData=data, signature=signature)

    def _client(self, kind: str, options: str) -> bytes:
        said = {"type": kind, "challenge": json.loads(options)["challenge"], "origin": self.origin}
        return json.dumps(said).encode()

    def _data(self, flags: int) -> bytes:
        host = self.origin.partition("://")[2].partition(":")[0]
        return sha256(host.encode()).digest() + bytes([flags]) + self.uses.to_bytes(4)

    def _answer(self, client: bytes, **parts: bytes) -> str:
        name = as_text(self.id)
        response = {"clientDataJSON": as_text(client)} | {part: as_text(value) for part, value in parts.items()}
        answer: dict[str, Any] = {"id": name, "rawId": name, "type": "public-key", "response": response}
        return json.dumps(answer)


def as_text(raw: bytes) -> str:
    """Base64url without its end."""
    return urlsafe_b64encode(raw).decode().rstrip("=")


def as_bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
