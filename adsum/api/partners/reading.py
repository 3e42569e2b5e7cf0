"""Reading JSON bodies: UTF-8, each name once, no deeper than anything of ours is."""

import json
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja.parser import Parser

from adsum.api.partners.problems import Problem
from adsum.partners.policy import PartnersPolicy
from adsum.policies.queries import in_force

JSON = "application/json"


class StrictParser(Parser):
    """django-ninja's reader of bodies."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """The body's object. Raises Problem, which `routes.tell_unread` finds behind django-ninja's own error."""
        if request.content_type != JSON:
            raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Send {JSON}.", headers={"Accept": JSON})
        try:
            said = json.loads(request.body.decode(), object_pairs_hook=_once_each, parse_constant=_no_number)
        except (ValueError, RecursionError) as error:
            raise Problem(HTTPStatus.BAD_REQUEST, "The body is no JSON in UTF-8.", kind="no-json") from error
        deepest = in_force(PartnersPolicy, now=timezone.now()).deepest
        if not isinstance(said, dict):
            raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "The body must be a JSON object.", kind="not-as-described")
        if _is_deeper(said, deepest):
            raise Problem(HTTPStatus.BAD_REQUEST, f"The body is nested deeper than {deepest}.", kind="too-deep")
        return said


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    said = dict(pairs)
    if len(said) < len(pairs):
        raise ValueError
    return said


def _no_number(said: str) -> float:
    raise ValueError(said)


def _is_deeper(said: Any, deepest: int) -> bool:
    level = [said]
    for _ in range(deepest):
        level = [inner for one in level for inner in _inside(one)]
    return any(isinstance(one, dict | list) for one in level)


def _inside(one: Any) -> Iterable[Any]:
    if isinstance(one, dict):
        return one.values()
    return one if isinstance(one, list) else ()
