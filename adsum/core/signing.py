"""The key of this installation (Ed25519, RFC 8032): it signs receipts and the ledger's checkpoints."""

import base64
import os
from contextlib import suppress
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


@cache
def load_key(folder: Path) -> Ed25519PrivateKey:
    """The key in this folder, made once, readable by its owner only. Of two who make it at once, the first one wins."""
    path = folder / "key"
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = folder / f"key.{os.getpid()}"
        fresh.touch(mode=0o600)
        fresh.write_bytes(Ed25519PrivateKey.generate().private_bytes_raw())
        with suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
    return Ed25519PrivateKey.from_private_bytes(path.read_bytes())


def public_text(key: Ed25519PrivateKey) -> str:
    """The public half as text (base64url): 43 characters."""
    return _as_text(key.public_key().public_bytes_raw())


def sign_text(key: Ed25519PrivateKey, statement: str) -> str:
    """The signature of a statement (its UTF-8), as text (base64url)."""
    return _as_text(key.sign(statement.encode()))


def is_signed(public: Ed25519PublicKey, statement: bytes, signature: bytes) -> bool:
    """True where this signature of the statement was made with the private half."""
    try:
        public.verify(signature, statement)
    except InvalidSignature:
        return False
    return True


def _as_text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
