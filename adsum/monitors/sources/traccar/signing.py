"""Whether a push is Traccar's. Nothing of it is read before.

Traccar itself can only send a fixed header (`forward.header`): the secret itself, over TLS. Who has something before
it that can sign (Standard Webhooks) signs; then the header is not looked at.
"""

from collections.abc import Mapping
from hmac import compare_digest

from adsum.core.signatures import SignatureFault, fault_of_signature

KEPT_AS = "monitors.traccar"  # the name of the file with the secret: no record source has a dot in its code


def fault_of(body: bytes, headers: Mapping[str, str], *, secret: str) -> SignatureFault | None:
    """None where the message is signed with this secret, or brings it in its header."""
    names = {name.lower(): value for name, value in headers.items()}
    if "webhook-signature" in names:
        return fault_of_signature(body, names, secret=secret)
    kind, _, brought = names.get("authorization", "").partition(" ")
    is_ours = kind == "Bearer" and compare_digest(brought.encode(), secret.encode())
    return None if is_ours else SignatureFault.SIGNATURE
