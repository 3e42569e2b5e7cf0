"""Partners for tests, made through the real actions, and what their programs send."""

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.test import Client

from adsum.ledger.rules import OPERATOR
from adsum.offices.models import FieldOffice
from adsum.partners.actions import add_partner
from adsum.partners.models import Partner
from adsum.partners.rules import Described, Scope
from tests.factories import NOW

WHY = "8 USC 1229a: the county schedules its own hearings"
ADDRESS = {"street": "9 Elm St", "unit": "2", "city": "Albany", "state": "NY", "postal_code": "12207"}


def make_partner(
    *offices: FieldOffice, code: str = "county", scopes: tuple[Scope, ...] = tuple(Scope)
) -> tuple[Partner, str]:
    """A partner that may see people of these offices, and its secret."""
    described = Described(code, "The county's case system", tuple(o.code for o in offices), scopes, WHY)
    return add_partner(described=described, actor=OPERATOR, now=NOW)


@dataclass
class Program:
    """A partner's program: it has fetched a token, and sends it with each request."""

    partner: Partner
    secret: str
    client: Client = field(default_factory=Client)
    token: str = ""

    def __post_init__(self) -> None:
        self.token = json.loads(self.ask_token().content)["access_token"]

    def ask_token(self, **more: str) -> Any:
        form = {"grant_type": "client_credentials", "client_id": self.partner.client_id, "client_secret": self.secret}
        body = "&".join(f"{name}={value}" for name, value in {**form, **more}.items())
        return self.client.post("/api/v1/token", body, content_type="application/x-www-form-urlencoded")

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(f"/api/v1{path}", headers=self._headers(headers))

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        raw = body if isinstance(body, bytes) else json.dumps(body)
        kind = headers.pop("content_type", "application/json")
        return self.client.generic(method, f"/api/v1{path}", raw, kind, headers=self._headers(headers))

    def report(self, handle: str, body: Any = None, key: str = "") -> Any:
        """Send a report about this person."""
        given = {"kind": "address", "address": ADDRESS} if body is None else body
        return self.send("POST", f"/participants/{handle}/reports", given, idempotency_key=key or str(uuid4()))

    def handle(self, case_number: str) -> str:
        """The id by which this partner knows who has this case number."""
        (one,) = self.get(f"/participants?case_number={case_number}").json()["items"]
        return str(one["id"])

    def _headers(self, further: dict[str, str]) -> dict[str, str]:
        named = {name.replace("_", "-"): value for name, value in further.items()}
        return {"authorization": f"Bearer {self.token}", **named}


def make_program(*offices: FieldOffice, **given: Any) -> Program:
    """A partner's program that is let in."""
    return Program(*make_partner(*offices, **given))


def problem_of(response: Any) -> dict[str, Any]:
    """The problem that an answer tells; it must be one."""
    assert response["Content-Type"] == "application/problem+json"
    said: dict[str, Any] = json.loads(response.content)
    assert {"type", "title", "status", "detail"} <= set(said)
    assert said["status"] == response.status_code
    return said
