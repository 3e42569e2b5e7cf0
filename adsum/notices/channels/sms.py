"""Text messages, by a gateway that takes JSON over HTTP (`docs/reminders.md` says how it is spoken to)."""

import json
from collections.abc import Sequence
from datetime import datetime
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from django.conf import settings
from standardwebhooks import Webhook as Signer

from adsum.notices.rules import Fate, Outgoing, Tried

ANSWER_SECONDS = 20
LONGEST_ANSWER = 5_000_000


def is_set_up() -> bool:
    """True where a gateway is named."""
    return bool(settings.SMS_URL)


def send(batch: Sequence[Outgoing], now: datetime) -> list[Tried]:
    """Give the gateway a batch. It knows a repeated message by its id, and answers for each one."""
    messages = [{"id": one.message_id, "to": one.to, "text": one.text} for one in batch]
    body = json.dumps({"messages": messages, "receipts_to": f"{settings.PUBLIC_URL}/hooks/sms/"})
    try:
        fates = _read(_post(body, f"batch_{batch[0].message_id}_{int(now.timestamp())}", now))
    except (OSError, HTTPException, ValueError) as error:
        return [Tried(one, Fate.AWAY, f"no answer from the gateway ({type(error).__name__})") for one in batch]
    return [Tried(one, *fates.get(one.message_id, (Fate.REFUSED, "the gateway said nothing of it"))) for one in batch]


def _post(body: str, name: str, now: datetime) -> bytes:
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Adsum",
        "webhook-id": name,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Signer(settings.SMS_SECRET).sign(name, now, body),
    }
    request = Request(settings.SMS_URL, body.encode(), headers, method="POST")  # noqa: S310 - the operator's own setting
    try:
        with urlopen(request, timeout=ANSWER_SECONDS) as answer:  # noqa: S310
            return bytes(answer.read(LONGEST_ANSWER))
    except HTTPError as error:
        raise OSError(f"answered {error.code}") from error


def _read(answer: bytes) -> dict[int, tuple[Fate, str]]:
    """What the gateway says of each message: accepted, refused for now, or impossible for good."""
    said = json.loads(answer)
    fates = {"accepted": Fate.SENT, "impossible": Fate.IMPOSSIBLE}
    results = said.get("results", []) if isinstance(said, dict) else []
    return {
        one["id"]: (fates.get(str(one.get("state")), Fate.REFUSED), str(one.get("error", "")))
        for one in results
        if isinstance(one, dict) and isinstance(one.get("id"), int)
    }
