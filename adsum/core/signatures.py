"""Whether a message is who signed it (Standard Webhooks). Nothing of it is read before."""

from collections.abc import Mapping
from enum import StrEnum

from standardwebhooks import Webhook, WebhookVerificationError
from standardwebhooks.webhooks import EmptyWebhookSecretError


class SignatureFault(StrEnum):
    """What is wrong with a signature."""

    SIGNATURE = "signature"
    EXPIRED = "expired"


def fault_of_signature(body: bytes, headers: Mapping[str, str], *, secret: str) -> SignatureFault | None:
    """None where the message is signed with this secret, by a clock that is within five minutes of ours.

    A secret that cannot be used lets nobody in.
    """
    try:
        Webhook(secret).verify(body, {name.lower(): value for name, value in headers.items()}, json_parse=False)
    except WebhookVerificationError as error:
        return SignatureFault.EXPIRED if "timestamp too" in str(error) else SignatureFault.SIGNATURE
    except (ValueError, EmptyWebhookSecretError):
        return SignatureFault.SIGNATURE
    return None
