"""Answers: with an ETag, once for each key, page by page; and handles that mean something to one partner only."""

import hashlib
import hmac
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from pydantic import BaseModel

from adsum.api.partners.problems import Problem, not_found
from adsum.core.ids import keyed_hash
from adsum.partners.actions import claim_key, keep_answer, release_key
from adsum.partners.queries import Caller

JSON = "application/json"
CURSOR_SALT, CURSOR_SECONDS = "adsum.partners.cursor", 24 * 3600
KEPT_HEADERS = ("ETag", "Location")


def answer(said: BaseModel, *, status: int = 200, **headers: str) -> HttpResponse:
    """An answer as its schema says; what was not set is not in it."""
    body = said.model_dump_json(exclude_unset=True, by_alias=True)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpResponse(body, status=status, content_type=JSON, headers=named)


def tagged(request: HttpRequest, said: BaseModel, tag: str = "") -> HttpResponse:
    """The same with an ETag, of its state or of what it says; 304 for who has it already."""
    told = answer(said)
    tag = tag or f'"{hashlib.sha256(told.content).hexdigest()[:32]}"'
    if tag in tags_in(request.headers.get("If-None-Match", "")):
        told = HttpResponse(status=HTTPStatus.NOT_MODIFIED)
    told["ETag"] = tag
    return told


def tags_in(header: str) -> set[str]:
    """The tags that a header names. Weak ones count: on its way an answer may be packed, which weakens its tag."""
    return {one.strip().removeprefix("W/") for one in header.split(",")}


def must_match(header: str, tag: str) -> None:
    """Refuse a change of what is not any more as the partner read it."""
    if header.strip() != "*" and tag not in tags_in(header):
        said = "It has changed since you read it: read it again, and send its ETag."
        raise Problem(HTTPStatus.PRECONDITION_FAILED, said, kind="changed", headers={"ETag": tag})


def once(
    request: HttpRequest, caller: Caller, key: str, participant_id: int, work: Callable[[], HttpResponse]
) -> HttpResponse:
    """Do this once for this key of the partner's; who sends the same again gets the same answer."""
    sent = f"{request.method} {request.path}\n".encode() + request.body
    digest = hashlib.sha256(sent).hexdigest()
    claim, is_ours = claim_key(partner=caller.partner, key=key, request_hash=digest, now=timezone.now())
    if claim.request_hash != digest:
        raise key_reused()
    if claim.status is not None:
        headers = {**claim.headers, "Idempotency-Replayed": "true"}
        return HttpResponse(claim.body, status=claim.status, content_type=JSON, headers=headers)
    if not is_ours:
        wait = {"Retry-After": "1"}
        said = "The same request is being answered. Ask again in a second."
        raise Problem(HTTPStatus.CONFLICT, said, kind="in-flight", headers=wait)
    try:
        told = work()
    except Exception:
        release_key(claim=claim, now=timezone.now())
        raise
    kept = {name: told[name] for name in KEPT_HEADERS if name in told}
    keep_answer(
        claim=claim,
        participant_id=participant_id,
        status=told.status_code,
        headers=kept,
        body=told.content.decode(),
        now=timezone.now(),
    )
    return told


def key_reused() -> Problem:
    """The same key came with another request."""
    said = "This key was used for something else. Take a new one for each thing to be done."
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, said, kind="key-reused")


def cursor_after(caller: Caller, what: str, last: int) -> str:
    """The cursor of the page behind this row: for this partner and this list only."""
    return signing.dumps([caller.partner.pk, what, last], salt=CURSOR_SALT)


def read_cursor(caller: Caller, what: str, cursor: str | None) -> int | None:
    """The last row before this page; None for the first page. Raises Problem."""
    if cursor is None:
        return None
    try:
        said: Any = signing.loads(cursor, salt=CURSOR_SALT, max_age=CURSOR_SECONDS)
    except signing.BadSignature:
        said = None
    if not isinstance(said, list) or said[:2] != [caller.partner.pk, what]:
        said = "This cursor is not of this list, or older than a day: begin without one."
        raise Problem(HTTPStatus.BAD_REQUEST, said, kind="cursor")
    return int(said[2])


def handle_of(caller: Caller, participant_id: int) -> str:
    """A participant's id as this partner knows it: nobody can count through them."""
    said = f"{caller.partner.pk}:{participant_id}"
    return f"{participant_id}-{keyed_hash(settings.SECRET_KEY, 'partner-handle', said)[:16]}"


def read_handle(caller: Caller, handle: str) -> int:
    """The participant whom this partner knows by this id. Raises Problem."""
    number = handle.partition("-")[0]
    is_number = number.isascii() and number.isdecimal() and len(number) <= 18
    if not is_number or not hmac.compare_digest(handle_of(caller, int(number)).encode(), handle.encode()):
        raise not_found()
    return int(number)
