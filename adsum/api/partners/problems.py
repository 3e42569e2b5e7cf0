"""Every error as application/problem+json (RFC 9457). What was sent is not said again, nor logged."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from ninja.errors import ValidationError

MEDIA_TYPE = "application/problem+json"
MOST_FAULTS = 20
LACKING = {  # a header that must be there, and what its absence is
    "Idempotency-Key": (HTTPStatus.BAD_REQUEST, "Send an Idempotency-Key: a UUID of yours, the same for each retry."),
    "If-Match": (HTTPStatus.PRECONDITION_REQUIRED, "Send If-Match with the ETag of what you read last."),
}


class Problem(Exception):
    """An error as the partner's program reads it. `kind` tells it apart where the status alone does not."""

    def __init__(
        self, status: HTTPStatus, detail: str, *, kind: str = "", headers: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.kind = status, detail, kind
        self.headers, self.more = dict(headers or {}), more


def told(problem: Problem) -> HttpResponse:
    """A problem as an answer."""
    said = {
        "type": f"urn:adsum:problem:{problem.kind}" if problem.kind else "about:blank",
        "title": problem.status.phrase,
        "status": int(problem.status),
        "detail": problem.detail,
        **problem.more,
    }
    body = orjson.dumps(said)
    return HttpResponse(body, status=problem.status, content_type=MEDIA_TYPE, headers=problem.headers)


def tell(request: HttpRequest, problem: Problem | type[Problem]) -> HttpResponse:
    """django-ninja's handler of a Problem."""
    assert isinstance(problem, Problem)
    return told(problem)


def tell_faults(request: HttpRequest, error: ValidationError | type[ValidationError]) -> HttpResponse:
    """django-ninja's handler of what is not as the schema says: each fault with its place, without what was sent."""
    assert isinstance(error, ValidationError)
    for fault in error.errors:
        place = fault["loc"]
        if place[0] == "header" and fault["type"] == "missing" and place[-1] in LACKING:
            status, detail = LACKING[place[-1]]
            return told(Problem(status, detail, kind=f"no-{place[-1].lower()}"))
    faults = [{"in": str(f["loc"][0]), "pointer": _pointer(f["loc"]), "detail": f["msg"]} for f in error.errors]
    detail = "It is not as the schema says; errors says where."
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return told(Problem(status, detail, kind="not-as-described", errors=faults[:MOST_FAULTS]))


def _pointer(place: tuple[str | int, ...]) -> str:
    """Where a fault is, as RFC 6901 writes it: what django-ninja calls the body is the whole of it."""
    inside = place[2:] if place[0] in ("body", "form") else place[1:]
    return "".join(f"/{str(part)[:60]}" for part in inside)


WORDS = {
    HTTPStatus.BAD_REQUEST: "It could not be read, or arrived incomplete.",
    HTTPStatus.FORBIDDEN: "It is not allowed.",
    HTTPStatus.NOT_FOUND: "There is nothing there that you may see.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This cannot be done there; Allow says what can.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "The mistake is ours. The same request may be sent again.",
    HTTPStatus.SERVICE_UNAVAILABLE: "There is no room just now. The same request may be sent again.",
}


def not_found() -> Problem:
    """What is not there, and what is not theirs: the same answer."""
    return Problem(HTTPStatus.NOT_FOUND, WORDS[HTTPStatus.NOT_FOUND])


def of_status(status: int) -> Problem:
    """A problem of which no more is known than its status."""
    known = HTTPStatus(status)
    return Problem(known, WORDS.get(known, known.phrase))
