"""Whether a push is Traccar's. Nothing of it is read before.

Traccar itself can only send a fixed header (`forward.header`): the secret itself, over TLS. Who has something before
it that can sign (Standard Webhooks) signs; then the header is not looked at.
"""

from collections.abc import Mapping
from hmac import compare_digest

from standardwebhooks import Webhook as Signer
from standardwebhooks import WebhookVerificationError

KEPT_AS = "monitors.traccar"  # the name of the file with the secret: no record source has a dot in its code


def is_ours(body: bytes, headers: Mapping[str, str], *, secret: str) -> bool:
    """True where the message is signed with this secret, or brings it in its header."""
    names = {name.lower(): value for name, value in headers.items()}
    if "webhook-signature" in names:
        try:
            Signer(secret).verify(body, names, json_parse=False)
        except (WebhookVerificationError, ValueError):
            return False
        return True
    kind, _, brought = names.get("authorization", "").partition(" ")
    return kind == "Bearer" and compare_digest(brought.encode(), secret.encode())
