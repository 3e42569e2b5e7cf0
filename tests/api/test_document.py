"""The OpenAPI document and the client made from it are as the code is now; a deprecated operation says so."""

from datetime import UTC, datetime
from filecmp import dircmp
from pathlib import Path

import pytest
from django.test import Client

from adsum.api.partners.ageing import AGEING, Ageing
from adsum.api.partners.describing import document, document_text
from adsum.offices.models import FieldOffice
from adsum.partners.rules import SCOPES
from tests.partners.known import make_program
from tools.client import CLIENT, DOCUMENT, PACKAGE, generate

ENDS = Ageing(datetime(2027, 1, 4, tzinfo=UTC), datetime(2027, 7, 4, tzinfo=UTC), "https://adsum.example/duties")


def test_the_document_in_docs_is_the_one_that_is_served(client: Client) -> None:
    served = client.get("/api/v1/openapi.json")
    assert served.content.decode() == document_text()
    assert DOCUMENT.read_text() == document_text(), "make client"


def test_every_operation_names_its_scope_and_tells_errors_as_problems() -> None:
    said = document()
    assert said["openapi"].startswith("3.1")
    assert set(said["components"]["securitySchemes"]["partner"]["flows"]["clientCredentials"]["scopes"]) == set(SCOPES)
    for operations in said["paths"].values():
        for operation in operations.values():
            assert "security" in operation or operation["operationId"] == "give_token"
            errors = {status: one for status, one in operation["responses"].items() if status >= "400"}
            assert {"400", "429"} <= set(errors)
            assert all(set(one["content"]) == {"application/problem+json"} for one in errors.values())


def test_the_client_is_made_from_the_document(tmp_path: Path) -> None:
    generate(tmp_path / PACKAGE)
    assert differences(dircmp(tmp_path / PACKAGE, CLIENT / PACKAGE, ignore=["__pycache__"])) == [], "make client"


def differences(between: dircmp[str]) -> list[str]:
    found = [*between.left_only, *between.right_only, *between.diff_files]
    return found + [one for below in between.subdirs.values() for one in differences(below)]


def test_what_is_to_end_says_so_with_each_answer(office: FieldOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(AGEING, "GET partner-duties", ENDS)
    program = make_program(office)
    told = program.get("/participants/1-0000000000000000/duties")
    assert told["Deprecation"] == "@1799020800"
    assert told["Sunset"] == "Sun, 04 Jul 2027 00:00:00 GMT"
    assert told["Link"] == '<https://adsum.example/duties>; rel="deprecation"'
    assert "Deprecation" not in program.get("/partner")
    paths = document()["paths"]
    assert paths["/api/v1/participants/{participant_id}/duties"]["get"]["deprecated"]
    assert "deprecated" not in paths["/api/v1/partner"]["get"]
