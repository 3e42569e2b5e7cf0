"""Staff sign in by passkey, or by the agency's own service (a real one on this machine); roles come from Adsum."""

import re
from collections.abc import Callable, Iterator
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import jwt
import pytest
from django.conf import settings as django_settings
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from oidc_provider_mock import User, run_server_in_thread  # type: ignore[import-untyped]
from pytest_django import Settings

from adsum.ledger.models import LedgerLine
from adsum.offices.models import FieldOffice, Staff, StaffPasskey
from adsum.offices.rules import Role
from adsum.people.models import Participant
from tests.authenticator import Authenticator
from tests.factories import make_staff

SignIn = Callable[[Participant | Staff], Client]
HOST = {"host": "localhost"}
SESSION = django_settings.SESSION_COOKIE_NAME
pytestmark = pytest.mark.django_db


def options(client: Client, path: str) -> str:
    found = re.search(r'data-passkey="([^"]*)"', client.get(path, headers=HOST).content.decode())
    assert found
    return unescape(found[1])


@pytest.fixture
def key(officer: Staff, sign_in: SignIn) -> Authenticator:
    """A key that the officer made."""
    desk, made = sign_in(officer), Authenticator()
    desk.post("/console/keys/", {"answer": made.make(options(desk, "/console/keys/")), "name": "Laptop"}, headers=HOST)
    assert StaffPasskey.objects.get().name == "Laptop"
    return made


def show(client: Client, key: Authenticator, **fields: str) -> str:
    """Where a passkey leads."""
    answer = key.show(options(client, "/console/sign-in/"))
    shown = client.post("/console/sign-in/passkey/", {"answer": answer, **fields}, headers=HOST)
    return shown.headers.get("Location", str(shown.status_code))


def test_a_passkey_signs_its_owner_in(client: Client, officer: Staff, key: Authenticator) -> None:
    assert show(client, key, next="/console/calls/") == "/console/calls/"
    assert officer.name in client.get("/console/").content.decode()
    line = LedgerLine.objects.get(verb="staff.signed-in")
    assert (line.actor_id, line.facts) == (officer.pk, {"way": "passkey"})


def test_no_passkey_leads_elsewhere(client: Client, key: Authenticator) -> None:
    assert show(client, key, next="//evil.example/") == "/console/"


def test_an_ended_key_and_one_of_who_has_left_lead_nowhere(
    client: Client, officer: Staff, other_office: FieldOffice, key: Authenticator, sign_in: SignIn
) -> None:
    other = sign_in(make_staff(other_office))
    number = StaffPasskey.objects.get().pk
    other.post("/console/keys/", {"end": number})
    assert show(client, key) == "/console/"
    Staff.objects.filter(pk=officer.pk).update(is_active=False)
    assert show(Client(), key) == "403"
    Staff.objects.filter(pk=officer.pk).update(is_active=True)
    sign_in(officer).post("/console/keys/", {"end": number})
    assert show(Client(), key) == "403"
    assert LedgerLine.objects.filter(verb="staff.sign-in-refused").count() == 2


def test_a_participants_challenge_is_none_of_staff(client: Client, key: Authenticator) -> None:
    asked = options(client, "/come-back/")
    client.cookies["adsum_staff_challenge"] = client.cookies["adsum_challenge"].value
    shown = client.post("/console/sign-in/passkey/", {"answer": key.show(asked)}, headers=HOST)
    assert shown.status_code == 403


def test_a_planted_session_does_not_become_signed_in(client: Client, officer: Staff, key: Authenticator) -> None:
    planted = SessionStore()
    planted.create()
    client.cookies[SESSION] = str(planted.session_key)
    assert show(client, key) == "/console/"
    assert client.cookies[SESSION].value != planted.session_key
    thief = Client()
    thief.cookies[SESSION] = str(planted.session_key)
    assert thief.get("/console/")["Location"].startswith("/console/sign-in/")


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *args: object, **kwargs: object) -> None:
        """Redirects are read, not followed."""


class Provider:
    """The service, and a browser that signs somebody in there."""

    def __init__(self, url: str) -> None:
        self.url = url

    def answer(self, asked: str, who: str) -> str:
        """Where the service sends the browser back to, once `who` has signed in there."""
        request = Request(asked, urlencode({"sub": who}).encode(), method="POST")
        try:
            location = build_opener(_Stay).open(request).headers["Location"]
        except OSError as redirect:
            location = getattr(redirect, "headers")["Location"]  # noqa: B009
        return str(location)


def user(email: str, **claims: object) -> User:
    return User(sub=email, claims={"email": email, "email_verified": True, **claims})


@pytest.fixture
def service(settings: Settings, officer: Staff) -> Iterator[Provider]:
    """A real provider, which knows the officer, somebody who is nobody here, and one whose e-mail is not verified."""
    known = [user(officer.email.upper()), user("nobody@example.org"), user("sly@example.org", email_verified=False)]
    with run_server_in_thread(user_claims=known, require_nonce=True) as server:
        settings.OIDC_ISSUER = f"http://localhost:{server.server_port}"
        settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = "adsum", "a secret: & %"
        yield Provider(settings.OIDC_ISSUER)


def begin(client: Client, wanted: str = "") -> str:
    """The address at the service to which the sign-in page leads."""
    assert "Sign in with your agency" in client.get("/console/sign-in/").content.decode()
    return client.get("/console/sign-in/provider/", {"next": wanted})["Location"]


def back(client: Client, location: str) -> str:
    """Where the way back leads."""
    response = client.get(location.removeprefix(django_settings.PUBLIC_URL))
    return response.headers.get("Location", str(response.status_code))


def test_the_agencys_service_signs_an_officer_in(client: Client, officer: Staff, service: Provider) -> None:
    asked = begin(client, "/console/calls/")
    sent = {name: values[0] for name, values in parse_qs(urlsplit(asked).query).items()}
    assert (sent["code_challenge_method"], sent["response_type"], len(sent["code_challenge"])) == ("S256", "code", 43)
    assert back(client, service.answer(asked, officer.email.upper())) == "/console/calls/"
    assert officer.name in client.get("/console/").content.decode()
    assert LedgerLine.objects.get(verb="staff.signed-in").facts == {"way": "oidc"}


@pytest.mark.parametrize("who", ["nobody@example.org", "sly@example.org"])
def test_the_service_opens_no_access_that_adsum_gave_not(
    client: Client, office: FieldOffice, service: Provider, who: str
) -> None:
    make_staff(office, email="sly@example.org")
    before = Staff.objects.count()
    assert back(client, service.answer(begin(client), who)) == "403"
    assert client.get("/console/").status_code == 302
    assert Staff.objects.count() == before


def test_who_has_left_stays_out(client: Client, officer: Staff, service: Provider) -> None:
    Staff.objects.update(is_active=False)
    assert back(client, service.answer(begin(client), officer.email.upper())) == "403"


def test_an_answer_works_once_and_in_the_browser_that_asked(client: Client, officer: Staff, service: Provider) -> None:
    location = service.answer(begin(client), officer.email.upper())
    victim = Client()
    assert back(victim, location) == "403"
    begin(victim)
    assert back(victim, location) == "403"
    assert back(client, re.sub(r"state=[^&]+", "state=made-up", location)) == "403"
    begin(client)
    assert back(client, location) == "403"


def test_what_the_service_says_wrongly_is_not_taken(
    client: Client, officer: Staff, service: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = jwt.decode

    def other(token: str, *given: object, **named: object) -> dict[str, object]:
        return {**right(token, *given, **named), "nonce": "another"}  # type: ignore[arg-type]

    monkeypatch.setattr(jwt, "decode", other)
    assert back(client, service.answer(begin(client), officer.email.upper())) == "403"
    monkeypatch.undo()
    assert back(client, service.answer(begin(client), officer.email.upper())) == "/console/"


@pytest.mark.parametrize(
    ("name", "value"), [("OIDC_CLIENT_ID", "somebody-else"), ("OIDC_ISSUER", "http://localhost:1")]
)
def test_a_token_for_another_or_from_another_is_refused(
    client: Client, officer: Staff, service: Provider, settings: Settings, name: str, value: str
) -> None:
    location = service.answer(begin(client), officer.email.upper())
    setattr(settings, name, value)
    assert back(client, location) == "403"


def test_without_https_only_this_machine_is_asked(client: Client, settings: Settings) -> None:
    settings.OIDC_ISSUER = "http://login.agency.example"
    assert client.get("/console/sign-in/provider/").status_code == 403


def test_without_a_service_there_is_no_such_way(client: Client) -> None:
    assert client.get("/console/sign-in/provider/").status_code == 404
    assert client.get("/console/sign-in/provider/back/", {"code": "x", "state": "y"}).status_code == 404


def test_an_auditor_reads_what_was_refused(client: Client, sign_in: SignIn, officer: Staff) -> None:
    fields = {"code": "AAAAABBBBB", "born_day": "1", "born_month": "2", "born_year": "1988", "from_file": "123"}
    client.post("/start/", fields)
    client.post("/console/sign-in/", {"email": officer.email, "password": "wrong"})
    page = sign_in(make_staff(None, Role.AUDITOR)).get("/console/security/").content.decode()
    assert "did not go together" in page and "Staff sign-in refused" in page
    assert "AAAAABBBBB" not in page and officer.email not in page
