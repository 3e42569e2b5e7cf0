"""The OpenAPI 3.1 document: what django-ninja writes, and what holds for every operation beside it."""

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.urls import resolve

from adsum.api.access import machines
from adsum.api.partners.ageing import AGEING
from adsum.api.partners.letting_in import Needs
from adsum.api.partners.problems import MEDIA_TYPE
from adsum.api.partners.routes import api
from adsum.api.partners.schemas import FaultOut, ProblemOut

REF = "#/components/schemas/{model}"
PREFIX = "/api/v1/"
SCHEME = "partner"
OF_ALL = {
    "400": "It cannot be read, or what it needs is lacking",
    "429": "Too often: Retry-After says when to go on",
}
OF_GUARDED = {"401": "No token, or one that does not hold", "403": "The token has not the scope"}
OF_CHANGES = {
    "409": "An answer is being made for this key; or the report changes no more",
    "412": "It has changed since it was read",
    "413": "The body is too large",
    "415": "Another kind of body is needed",
    "428": "If-Match is lacking",
}
FURTHER = {
    "give_token": ("401", "413", "415", "422"),
    "get_partner": (),
    "list_participants": ("422",),
    "get_participant": ("404", "422"),
    "get_duties": ("404", "422"),
    "list_appointments": ("404", "422"),
    "make_report": ("404", "409", "413", "415", "422"),
    "list_reports": ("422",),
    "get_report": ("404", "422"),
    "change_report": ("404", "409", "412", "413", "415", "422", "428"),
    "withdraw_report": ("404", "409", "412", "422", "428"),
}
WORDS = OF_ALL | OF_GUARDED | OF_CHANGES | {"404": "Not there, or not yours", "422": "Not as described"}
WITH_TAG = ("get_participant", "get_duties", "list_appointments", "make_report", "get_report", "change_report")
IF_NONE_MATCH = {
    "in": "header",
    "name": "If-None-Match",
    "schema": {"type": "string"},
    "required": False,
    "description": "The ETag that you have: 304 while it holds.",
}


def document() -> dict[str, Any]:
    """The whole document."""
    said: dict[str, Any] = api.get_openapi_schema(path_prefix=PREFIX)
    schemas = said["components"]["schemas"]
    for model in (FaultOut, ProblemOut):
        schema = model.model_json_schema(ref_template=REF, by_alias=True)
        schemas |= schema.pop("$defs", {}) | {model.__name__: schema}
    said["components"]["securitySchemes"] = {SCHEME: Needs.openapi_security_schema}
    for path, operations in said["paths"].items():
        for method, operation in operations.items():
            _complete(operation, method, path)
    return said


def _complete(operation: dict[str, Any], method: str, path: str) -> None:
    """Its scope, its errors, its headers, and whether it is to end."""
    name = operation["operationId"]
    if scopes := operation.pop("x-scope", None):
        operation["security"] = [{SCHEME: [str(scope) for scope in scopes]}]
    elif "security" in operation:
        operation["security"] = [{SCHEME: []}]
    guarded = tuple(OF_GUARDED) if "security" in operation else ()
    responses = {str(status): words for status, words in operation["responses"].items()}
    for status in sorted({*OF_ALL, *guarded, *FURTHER[name]}):
        problem = {MEDIA_TYPE: {"schema": {"$ref": REF.format(model=ProblemOut.__name__)}}}
        responses[status] = {"description": WORDS[status], "content": problem}
    if name in WITH_TAG:
        done = responses["201" if method == "post" else "200"]
        done["headers"] = {"ETag": {"schema": {"type": "string"}, "description": "Of this state of it"}}
    if name in WITH_TAG and method == "get":
        responses["304"] = {"description": "It is as you have it"}
        operation["parameters"].append(IF_NONE_MATCH)
    operation["responses"] = dict(sorted(responses.items()))
    if f"{method.upper()} {resolve(path.replace('{', '').replace('}', '')).url_name}" in AGEING:
        operation["deprecated"] = True


def document_text() -> str:
    """The document as a file."""
    return orjson.dumps(document(), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode() + "\n"


@machines
def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI 3.1 document of the API for partners."""
    return HttpResponse(document_text(), content_type="application/json")
