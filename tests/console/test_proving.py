"""Signing takes a proof of who signs that is not old: password or passkey; what was written is not lost meanwhile."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from adsum.console.letting_in import PROVED_AT
from adsum.ledger.models import LedgerLine
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.policy import OfficesPolicy
from adsum.offices.rules import Role
from adsum.people.models import Participant
from adsum.policies.models import PolicyVersion
from tests.authenticator import Authenticator
from tests.console.test_signing_in import HOST, options
from tests.factories import make_staff, make_version

SignIn = Callable[[Participant | Staff], Client]
pytestmark = pytest.mark.django_db
MINUTES = timedelta(minutes=OfficesPolicy().proof_minutes)


@pytest.fixture
def waiting(office: FieldOffice) -> PolicyVersion:
    """A version that somebody else has proposed, to begin tomorrow."""
    now = timezone.now()
    return make_version(make_staff(office, Role.SUPERVISOR), valid_from=now + timedelta(days=1), now=now)


@pytest.fixture
def supervisor(office: FieldOffice) -> Staff:
    return make_staff(office, Role.SUPERVISOR)


def old(browser: Client, age: timedelta = MINUTES + timedelta(seconds=5)) -> Client:
    """The same browser, whose last proof is so old."""
    session = browser.session
    session[PROVED_AT] = (timezone.now() - age).timestamp()
    session.save()
    return browser


def decide(browser: Client, version: PolicyVersion, **more: str) -> tuple[int, str]:
    page = f"/console/policies/versions/{version.pk}/decision/"
    answer = browser.post(page, {"decision": "approve", "why": "Read twice", **more})
    version.refresh_from_db()
    return answer.status_code, answer.content.decode()


def test_a_young_proof_is_enough(waiting: PolicyVersion, supervisor: Staff, sign_in: SignIn) -> None:
    decide(old(sign_in(supervisor), MINUTES - timedelta(seconds=60)), waiting)
    assert waiting.approver_id == supervisor.pk
    assert not LedgerLine.objects.filter(verb="staff.proved").exists()


def test_an_old_proof_is_asked_for_again_and_what_was_written_goes_on(
    waiting: PolicyVersion, supervisor: Staff, sign_in: SignIn
) -> None:
    browser = old(sign_in(supervisor))
    status, page = decide(browser, waiting)
    assert (status, waiting.approver_id) == (200, None)
    assert 'name="decision" value="approve"' in page
    assert 'name="why" value="Read twice"' in page
    assert decide(browser, waiting, proof_password="a long password")[0] == 302
    assert waiting.approver_id == supervisor.pk
    line = LedgerLine.objects.get(verb="staff.proved")
    assert (line.actor_id, line.facts) == (supervisor.pk, {"way": "password", "page": "policy-decision"})


@pytest.mark.parametrize(
    "wrong", [{"proof_password": "guess"}, {"proof_passkey": "{}"}, {"proof_passkey": "x" * 30_000}]
)
def test_a_wrong_proof_signs_nothing_and_is_logged(
    waiting: PolicyVersion, supervisor: Staff, sign_in: SignIn, wrong: dict[str, str]
) -> None:
    browser = old(sign_in(supervisor))
    decide(browser, waiting)
    status, page = decide(browser, waiting, **wrong)
    assert (status, waiting.approver_id) == (403, None)
    assert "guess" not in page
    assert LedgerLine.objects.filter(verb="staff.sign-in-refused").count() == 1
    assert decide(browser, waiting)[0] == 200, "the wrong proof has not made the session a proved one"


@pytest.mark.parametrize("moment", [None, "ahead"])
def test_a_session_without_a_proof_or_with_one_of_tomorrow_is_asked(
    waiting: PolicyVersion, supervisor: Staff, moment: str | None
) -> None:
    browser = Client()
    browser.force_login(supervisor)
    if moment:
        old(browser, -timedelta(days=1))
    assert decide(browser, waiting)[0] == 200
    assert waiting.approver_id is None


def test_signing_in_is_a_proof(waiting: PolicyVersion, supervisor: Staff, client: Client) -> None:
    client.post("/console/sign-in/", {"email": supervisor.email, "password": "a long password"})
    assert decide(client, waiting)[0] == 302
    assert waiting.approver_id == supervisor.pk


def test_a_second_signature_asks_too(supervisor: Staff, sign_in: SignIn) -> None:
    page = old(sign_in(supervisor)).post("/console/signatures/1/", {"answer": "sign", "reason": "Read"})
    assert 'name="answer" value="sign"' in page.content.decode()


def test_a_passkey_proves_it_too_and_only_its_owners(
    waiting: PolicyVersion, supervisor: Staff, officer: Staff, sign_in: SignIn
) -> None:
    key, strange = Authenticator(), Authenticator()
    for who, made in ((supervisor, key), (officer, strange)):
        owner = sign_in(who)
        owner.post("/console/keys/", {"answer": made.make(options(owner, "/console/keys/"))}, headers=HOST)
    browser, page = old(sign_in(supervisor)), f"/console/policies/versions/{waiting.pk}/decision/"
    for one, status in ((strange, 403), (key, 302)):
        asked = browser.post(page, {"decision": "approve"}, headers=HOST).content.decode()
        found = re.search(r'data-passkey="([^"]*)"', asked)
        assert found
        answer = one.show(unescape(found[1]))
        sent = browser.post(page, {"decision": "approve", "proof_passkey": answer}, headers=HOST)
        assert sent.status_code == status
    waiting.refresh_from_db()
    assert waiting.approver_id == supervisor.pk
