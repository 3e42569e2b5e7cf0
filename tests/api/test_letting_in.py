"""Client credentials: who gets a token, what it gives, when it ends."""

import base64
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from structlog.testing import capture_logs

from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import OPERATOR
from adsum.offices.models import FieldOffice
from adsum.partners.actions import end_partner, pause_partner, resume_partner, rotate_partner_secret
from adsum.partners.models import PartnerSecret, PartnerToken
from adsum.partners.policy import PartnersPolicy
from adsum.partners.rules import Scope
from tests.partners.known import Program, make_partner, make_program, problem_of

FORM = "application/x-www-form-urlencoded"
pytestmark = pytest.mark.django_db


def test_a_secret_gives_a_token_for_an_hour(office: FieldOffice) -> None:
    program = make_program(office, scopes=(Scope.FIND, Scope.DUTIES))
    told = program.ask_token()
    assert told.json() | {"access_token": ""} == {
        "access_token": "",
        "token_type": "Bearer",
        "expires_in": 3600,
        "scope": "duties:read participants:find",
    }
    assert told["Cache-Control"] == "no-store"
    assert program.get("/partner").json()["token_scopes"] == ["duties:read", "participants:find"]


def test_neither_secret_nor_token_is_kept_as_it_is(office: FieldOffice) -> None:
    program = make_program(office)
    kept = [*PartnerSecret.objects.values_list("secret_hash"), *PartnerToken.objects.values_list("token_hash")]
    assert program.secret not in str(kept)
    assert program.token not in str(kept)
    assert program.secret not in str(list(LedgerLine.objects.values()))


def test_basic_does_as_well_as_the_form_but_not_both(office: FieldOffice, client: Client) -> None:
    partner, secret = make_partner(office)
    basic = {"authorization": "Basic " + base64.b64encode(f"{partner.client_id}:{secret}".encode()).decode()}
    asked = "grant_type=client_credentials"
    told = client.post("/api/v1/token", asked, content_type=FORM, headers=basic)
    assert told.status_code == 200
    both = client.post("/api/v1/token", f"{asked}&client_secret={secret}", content_type=FORM, headers=basic)
    assert problem_of(both)["error"] == "invalid_request"


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ("scope=x", 400, "invalid_request"),
        ("grant_type=password", 400, "unsupported_grant_type"),
        ("grant_type=client_credentials", 401, "invalid_client"),
        ("grant_type=client_credentials&client_id=%00&client_secret=%ff", 401, "invalid_client"),
        ("grant_type=client_credentials&grant_type=client_credentials", 400, "invalid_request"),
    ],
)
def test_a_faulty_request_gets_the_error_of_the_standard(client: Client, body: str, status: int, error: str) -> None:
    told = client.post("/api/v1/token", body, content_type=FORM)
    assert (told.status_code, problem_of(told)["error"]) == (status, error)
    assert ("WWW-Authenticate" in told) == (status == 401)


@pytest.mark.parametrize("shown", ["Basic", "Basic !!", "Basic YQ==", "Digest a", "Basic w6k6w6k=", "Basic \x7f"])
def test_no_header_breaks_it(client: Client, shown: str) -> None:
    told = client.post(
        "/api/v1/token", "grant_type=client_credentials", content_type=FORM, headers={"authorization": shown}
    )
    assert problem_of(told)["error"] == "invalid_client"


def test_a_token_gives_no_more_than_was_asked_for(office: FieldOffice) -> None:
    program = make_program(office, scopes=(Scope.FIND, Scope.DUTIES))
    assert program.ask_token(scope="duties:read").json()["scope"] == "duties:read"
    assert problem_of(program.ask_token(scope="reports:write"))["error"] == "invalid_scope"


@pytest.mark.parametrize("token", ["", "x", "adsum_token_", "\u00e9", "a" * 5000])
def test_another_token_is_none(client: Client, db: None, token: str) -> None:
    told = client.get("/api/v1/partner", headers={"authorization": f"Bearer {token}"})
    assert problem_of(told)["status"] == 401
    assert told["WWW-Authenticate"].startswith("Bearer")


def test_a_token_ends(office: FieldOffice) -> None:
    program = make_program(office)
    PartnerToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert problem_of(program.get("/partner"))["type"] == "urn:adsum:problem:invalid-token"


def test_a_pause_holds_at_once_and_ends(office: FieldOffice) -> None:
    program = make_program(office)
    pause_partner(partner=program.partner, reason="audit", actor=OPERATOR, now=timezone.now())
    assert program.get("/partner").status_code == 401
    assert program.ask_token().status_code == 401
    resume_partner(partner=program.partner, actor=OPERATOR, now=timezone.now())
    assert program.get("/partner").status_code == 200


def test_an_ended_partner_begins_anew_with_a_secret_of_its_own(office: FieldOffice) -> None:
    program = make_program(office)
    end_partner(partner=program.partner, actor=OPERATOR, now=timezone.now())
    assert program.get("/partner").status_code == 401
    again, secret = make_partner(office)
    assert (again.pk, program.ask_token().status_code) == (program.partner.pk, 401)
    assert Program(again, secret).get("/partner").status_code == 200


def test_two_secrets_hold_while_one_replaces_the_other(office: FieldOffice) -> None:
    program, now = make_program(office), timezone.now()
    fresh, until = rotate_partner_secret(partner=program.partner, actor=OPERATOR, now=now)
    assert until == now + timedelta(hours=PartnersPolicy().two_secrets_hours)
    old, program.secret = program.secret, fresh
    assert program.ask_token().status_code == 200
    program.secret = old
    assert program.ask_token().status_code == 200
    rotate_partner_secret(partner=program.partner, actor=OPERATOR, now=timezone.now())
    assert program.ask_token().status_code == 401


def test_a_scope_taken_away_is_taken_from_tokens_too(office: FieldOffice) -> None:
    program = make_program(office)
    make_partner(office, scopes=(Scope.FIND,))
    assert program.get("/partner").json()["token_scopes"] == ["participants:find"]
    told = problem_of(program.get("/reports"))
    assert (told["status"], told["scope"]) == (403, "reports:write")


def test_who_guesses_secrets_is_slowed_and_logged_without_them(
    office: FieldOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = make_program(office)
    program.secret = "a-wrong-one"
    monkeypatch.setattr(
        "adsum.api.partners.letting_in.in_force", lambda *_, **__: PartnersPolicy(refusals_per_minute=2)
    )
    with capture_logs() as logs:
        answers = [program.ask_token().status_code for _ in range(3)]
    assert answers == [401, 401, 429]
    assert "a-wrong-one" not in str(logs)


def test_too_many_requests_wait_for_the_next_minute(office: FieldOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    program = make_program(office)
    monkeypatch.setattr(
        "adsum.api.partners.letting_in.in_force", lambda *_, **__: PartnersPolicy(requests_per_minute=3)
    )
    first: Any = program.get("/partner")
    assert first["RateLimit-Policy"] == '"minute";q=3;w=60'
    assert first["RateLimit"].startswith('"minute";r=1;t=')
    assert program.get("/partner").status_code == 200
    over = program.get("/partner")
    assert problem_of(over)["type"] == "urn:adsum:problem:too-often"
    assert 1 <= int(over["Retry-After"]) <= 60
