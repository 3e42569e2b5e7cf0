"""Speaking to an agency's service: JSON over HTTP, signed as Standard Webhooks says, with a limit to all of it."""

import json
from collections.abc import Mapping
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from standardwebhooks import Webhook as Signer

from adsum.core.network import is_web_address, why_no_answer
from adsum.records.sources.mapping import BadMapping
from adsum.records.sources.rows import Settings

ANSWER_SECONDS, MOST_SECONDS, MOST_BYTES = 10, 60, 5_000_000
TRIES = 2  # of one call; who asks again later does it on a schedule


class SourceDown(Exception):
    """The agency's service did not answer as it should; says how, without anything that it was asked."""


def check_url(settings: Settings) -> None:
    """Raises BadMapping where there is no address to call, or its time-out cannot be."""
    if not is_web_address(settings.get("url")):
        raise BadMapping("url: the http or https address of the agency's service is needed")
    seconds = settings.get("answer_seconds", ANSWER_SECONDS)
    if isinstance(seconds, bool) or not isinstance(seconds, int) or not 1 <= seconds <= MOST_SECONDS:
        raise BadMapping(f"answer_seconds: a number from 1 to {MOST_SECONDS} is needed")


def call(settings: Settings, said: Mapping[str, Any], *, secret: str, name: str, now: datetime) -> dict[str, Any]:
    """Post one question, `name` its number; returns the answer. Asked twice where nobody answers. Raises SourceDown."""
    body = json.dumps(said)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Adsum",
        "webhook-id": name,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Signer(secret).sign(name, now, body),
    }
    for left in reversed(range(TRIES)):
        try:
            return _answer(_post(settings, body, headers))
        except (OSError, HTTPException) as error:
            if not left:
                seconds = settings.get("answer_seconds", ANSWER_SECONDS)
                raise SourceDown(why_no_answer(error, seconds=seconds)) from error
    raise AssertionError


def _post(settings: Settings, body: str, headers: Mapping[str, str]) -> tuple[int, bytes]:
    parts = urlsplit(settings["url"])
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(str(parts.hostname), parts.port, timeout=settings.get("answer_seconds", ANSWER_SECONDS))
    try:
        target = parts.path or "/"
        connection.request("POST", f"{target}?{parts.query}" if parts.query else target, body.encode(), dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.read(MOST_BYTES + 1)
    finally:
        connection.close()


def _answer(got: tuple[int, bytes]) -> dict[str, Any]:
    status, content = got
    if not 200 <= status < 300:
        raise SourceDown(f"answered {status}")
    if len(content) > MOST_BYTES:
        raise SourceDown(f"answered with more than {MOST_BYTES:,} bytes")
    try:
        said = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise SourceDown("answered with something that is no JSON") from error
    if not isinstance(said, dict):
        raise SourceDown("answered with something that is no JSON object")
    return said
