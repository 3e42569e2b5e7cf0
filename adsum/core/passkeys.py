"""Passkeys (WebAuthn, level 2): what a browser is asked, and whether its answer is right. By the library py_webauthn.

A challenge waits in a cookie, sealed with the installation's secret: nothing of it is kept on the server. Each use of a
key notes when its challenge was made; an answer to one that is not newer is a replay.
"""

import hmac
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from adsum.core.ids import keyed_hash

LONGEST_ID = 1_400  # of a credential, in base64url; the standard allows 1,023 bytes
_WRONG = (WebAuthnException, ValueError, TypeError, LookupError, AttributeError, RecursionError)


@dataclass(frozen=True)
class Site:
    """Where the browser is: a passkey works there only. `origin` is scheme, host and port, such as https://adsum.org."""

    origin: str

    @property
    def host(self) -> str:
        return urlsplit(self.origin).hostname or ""

    @property
    def can_have_passkeys(self) -> bool:
        """Browsers make them over https and on localhost, never for a bare address (127.0.0.1)."""
        try:
            ip_address(self.host)
        except ValueError:
            return self.origin.startswith("https://") or self.host == "localhost"
        return False


@dataclass(frozen=True)
class Challenge:
    """Random bytes that an answer must have signed, and when they were made."""

    secret: bytes
    made_at: datetime


@dataclass(frozen=True)
class NewPasskey:
    """The public half of a key that a device has just made."""

    credential_id: str
    public_key: bytes
    uses: int


def new_challenge(now: datetime) -> Challenge:
    """A challenge that nobody has seen yet."""
    return Challenge(secrets.token_bytes(32), now)


def seal_challenge(challenge: Challenge, *, secret: str, purpose: str) -> str:
    """The challenge as a cookie carries it; `purpose` keeps the ways apart."""
    text = f"{challenge.made_at.timestamp():.6f}.{_as_text(challenge.secret)}"
    return f"{text}.{keyed_hash(secret, f'challenge {purpose}', text)}"


def open_challenge(sealed: str, *, secret: str, purpose: str, minutes: int, now: datetime) -> Challenge | None:
    """The challenge of a cookie, unless it is not ours, for another purpose, or too old."""
    text, _, seal = sealed.rpartition(".")
    if not hmac.compare_digest(seal.encode(), keyed_hash(secret, f"challenge {purpose}", text).encode()):
        return None
    moment, _, value = text.rpartition(".")
    made_at = datetime.fromtimestamp(float(moment), UTC)
    return Challenge(_as_bytes(value), made_at) if now - timedelta(minutes=minutes) <= made_at <= now else None


def ask_for_new(site: Site, challenge: Challenge, *, handle: str, name: str, known: Sequence[str]) -> str:
    """What the browser is told to make a key: for whom (`handle`, no one else's), and which ones exist. JSON."""
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name="Adsum",
        user_id=handle.encode()[:64],
        user_name=name,
        user_display_name=name,
        challenge=challenge.secret,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=_as_bytes(one)) for one in known],
    )
    return webauthn.options_to_json(options)


def ask_to_show(site: Site, challenge: Challenge) -> str:
    """What the browser is told to show a key. It names nobody: the device knows whose it has. JSON."""
    options = webauthn.generate_authentication_options(
        rp_id=site.host, challenge=challenge.secret, user_verification=UserVerificationRequirement.REQUIRED
    )
    return webauthn.options_to_json(options)


def read_new(answer: str, site: Site, challenge: Challenge) -> NewPasskey | None:
    """The key that the device made; None where the answer is not right."""
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge.secret,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except _WRONG:
        return None
    name = _as_text(made.credential_id)
    return NewPasskey(name, made.credential_public_key, made.sign_count) if len(name) <= LONGEST_ID else None


def named_in(answer: str) -> str:
    """Which key an answer says it is of; "" where it says none."""
    try:
        said = json.loads(answer)
        name = said["id"] if isinstance(said, dict) else ""
    except _WRONG:
        return ""
    return name if isinstance(name, str) and len(name) <= LONGEST_ID and name.isascii() and "\0" not in name else ""


def count_shown(answer: str, site: Site, challenge: Challenge, *, public_key: bytes, uses: int) -> int | None:
    """How often the key says it was used by now; None where the answer is not signed by it, or it was copied."""
    try:
        shown = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge.secret,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=public_key,
            credential_current_sign_count=uses,
            require_user_verification=True,
        )
    except _WRONG:
        return None
    return shown.new_sign_count


def _as_text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _as_bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
