"""Receipts, checked by somebody who does not trust the service: with its key, and by what was really sent."""

from base64 import urlsafe_b64decode
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from adsum.management.instruments.record import CheckIn


class Verifier:
    """Checks the signatures of receipts with the installation's key."""

    def __init__(self, home: Path) -> None:
        self._path = home / "ledger" / "key"
        self._public: Ed25519PublicKey | None = None

    def fault_of(self, check_in: CheckIn, said: dict[str, str]) -> str:
        """What is wrong with a receipt; empty when it holds."""
        if said.get("key") != check_in.key:
            return f"the receipt is for another key: {said.get('key')}"
        statement = said.get("statement", "")
        if missing := [name for name in ("number", "key", "content") if said.get(name, "?") not in statement]:
            return f"its signed statement does not name its {', '.join(missing)}"
        try:
            signature = said.get("signature", "")
            self._key().verify(urlsafe_b64decode(signature + "=" * (-len(signature) % 4)), statement.encode())
        except (InvalidSignature, ValueError):
            return "its signature does not hold"
        return ""

    def _key(self) -> Ed25519PublicKey:
        if self._public is None:
            self._public = Ed25519PrivateKey.from_private_bytes(self._path.read_bytes()).public_key()
        return self._public
