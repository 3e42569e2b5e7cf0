"""A signed push: whose it is, when it was signed, how large it may be. What is refused is not read."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from adsum.records.sources.http_push.reading import MOST_BYTES, Pushed, PushRefused, Why, read_push

SECRET, OTHER = "whsec_c2VjcmV0", "whsec_b3RoZXI="
GOOD = json.dumps({"records": [{"record_id": "1", "kind": "arrest"}]}).encode()


def signed(body: bytes, *, secret: str = SECRET, name: str = "m1", late: int = 0) -> dict[str, str]:
    at = datetime.now(UTC) - timedelta(seconds=late)
    signature = Webhook(secret).sign(name, at, body.decode("utf-8", "replace"))
    return {"Webhook-Id": name, "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}


def push(body: bytes = GOOD, headers: dict[str, str] | None = None) -> Pushed:
    return read_push(body, signed(body) if headers is None else headers, secret=SECRET, settings={})


def test_a_signed_push_is_read_and_the_same_again_has_the_same_digest() -> None:
    first, again = push(), push()
    assert first.rows[0].record and first.rows[0].record.record_id == "1"
    assert first.digest == again.digest != push(headers=signed(GOOD, name="m2")).digest


@pytest.mark.parametrize(
    ("body", "headers", "why"),
    [
        (GOOD, dict, Why.SIGNATURE),
        (GOOD, lambda: signed(GOOD, secret=OTHER), Why.SIGNATURE),
        (GOOD + b" ", lambda: signed(GOOD), Why.SIGNATURE),
        (GOOD, lambda: {**signed(GOOD), "webhook-id": "m9", "Webhook-Id": "m9"}, Why.SIGNATURE),
        (GOOD, lambda: {**signed(GOOD), "webhook-signature": "v1"}, Why.SIGNATURE),
        (GOOD, lambda: {**signed(GOOD), "webhook-signature": "v1,é"}, Why.SIGNATURE),
        (b"\xff", lambda: signed(b"\xff"), Why.SIGNATURE),
        (GOOD, lambda: signed(GOOD, late=301), Why.EXPIRED),
        (GOOD, lambda: signed(GOOD, late=-302), Why.EXPIRED),
        (b"a" * (MOST_BYTES + 1), dict, Why.TOO_LARGE),
        (b'{"records":[' + b"7," * 1000 + b"7]}", None, Why.TOO_LARGE),
        (b"[]", None, Why.LAYOUT),
        (b"{", None, Why.LAYOUT),
        (b"[" * 100_000, None, Why.LAYOUT),
        (b'{"records": {}}', None, Why.LAYOUT),
        (b'{"records": [{"record_id": "=1", "kind": "arrest"}]}', None, Why.LAYOUT),
        (b'{"records": [{"record_id": "a\\u0000", "kind": "arrest"}]}', None, Why.LAYOUT),
    ],
    ids=range(17),
)
def test_what_is_refused(body: bytes, headers: Callable[[], dict[str, str]] | None, why: Why) -> None:
    with pytest.raises(PushRefused) as refused:
        push(body, headers and headers())
    assert refused.value.why is why
