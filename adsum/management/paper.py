"""A signed statement about the ledger on paper: made, drawn as QR, and read again. It is a signed note (C2SP).

Its text, an empty line, and a signature line: an em dash, the origin, and in base64 four bytes that hint at the key and
the signature. The public key is added in a line of its own, so that the paper can be checked without the machine.
"""

import base64
import binascii
import hashlib
import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import segno
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from adsum.core.signing import is_signed
from adsum.ledger.rules import Sealed
from adsum.management.ledger_proof import Outside

ORIGIN = "adsum ledger"
_FORM = re.compile(
    r"adsum ledger\n(?P<size>\d{1,18})\n(?P<root>[0-9a-f]{64})\n\n"
    r"— adsum ledger (?P<signature>\S+)\n(?:key (?P<key>\S+)\n)?(?:at (?P<at>\S+)\n)?"
)


class NotAPaper(Exception):
    """What was given is no statement of a ledger; the message says why."""


@dataclass(frozen=True)
class Paper:
    """One statement and the public half of the key that signed it."""

    sealed: Sealed
    public: bytes

    @property
    def signed(self) -> str:
        """All of the paper."""
        signature = self._hint + bytes.fromhex(self.sealed.signature)
        last = f"— {ORIGIN} {_in_base64(signature)}\nkey {_in_base64(self.public)}\nat {self.sealed.at}\n"
        return f"{self.sealed.signed_text.decode()}\n{last}"

    @property
    def _hint(self) -> bytes:
        return hashlib.sha256(ORIGIN.encode() + b"\n\x01" + self.public).digest()[:4]

    def as_dict(self) -> dict[str, Any]:
        """Its parts, for machines."""
        return {
            "size": self.sealed.size,
            "root": self.sealed.root,
            "at": self.sealed.at,
            "signature": _in_base64(bytes.fromhex(self.sealed.signature)),
            "public_key": _in_base64(self.public),
            "text": self.sealed.signed_text.decode(),
            "signed": self.signed,
        }

    def as_qr(self) -> str:
        """As a terminal shows it."""
        drawn = io.StringIO()
        segno.make_qr(self.signed, error="m").terminal(drawn, compact=True)
        return drawn.getvalue()

    def check_signature(self) -> None:
        """Raises NotAPaper where this was not signed with the key that it names."""
        public = Ed25519PublicKey.from_public_bytes(self.public)
        if not is_signed(public, self.sealed.signed_text, bytes.fromhex(self.sealed.signature)):
            raise NotAPaper("the paper's signature does not fit its text: it was copied wrongly, or is not genuine")


def newest_paper(outside: Outside) -> Paper:
    """The newest statement of this installation. Raises NotAPaper while there is none."""
    known = outside.known_checkpoints()
    if not known:
        raise NotAPaper("nothing is sealed yet: run `adsum ledger seal`")
    return Paper(known[-1], outside.key().public_key().public_bytes_raw())


def read_paper(given: str) -> Paper:
    """Read what was typed or scanned, or the file that holds it. Raises NotAPaper."""
    try:
        is_file = "\n" not in given and Path(given).is_file()
        text = Path(given).read_text(encoding="utf-8") if is_file else given
    except (OSError, UnicodeDecodeError) as error:
        raise NotAPaper(f"{given} cannot be read: {error}") from error
    found = _FORM.fullmatch(text.replace("\r\n", "\n").strip() + "\n")
    if not found or not found["key"]:
        raise NotAPaper("this is no checkpoint of `adsum ledger checkpoint` (or no such file): give its whole text")
    signature, public = _of_base64(found["signature"], 68), _of_base64(found["key"], 32)
    return Paper(Sealed(int(found["size"]), found["at"] or "", found["root"], signature[4:].hex()), public)


def draw_to_file(paper: Paper, path: Path) -> None:
    """As a picture to print. Raises NotAPaper for a file that is neither .svg nor .png."""
    if path.suffix not in (".svg", ".png"):
        raise NotAPaper(f"{path} is no .svg and no .png: give a name with one of these endings")
    write = segno.make_qr(paper.signed, error="m").save
    write(str(path), scale=6)


def _in_base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _of_base64(text: str, length: int) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error:
        data = b""
    if len(data) != length:
        raise NotAPaper("the paper's signature or key is not whole: type it again, or scan it")
    return data
