"""Getting in: a one-time code and a date of birth; wrong tries are limited and tell nothing."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from adsum.core.ids import in_groups
from adsum.enrolment.actions import activate_device, forget, issue_invitation
from adsum.enrolment.models import ActivationTry, Invitation
from adsum.enrolment.policy import EnrolmentPolicy
from adsum.enrolment.rules import Activation, ActivationAnswer
from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import OPERATOR
from adsum.offices.models import FieldOffice
from adsum.people.models import Device, Participant
from adsum.people.rules import hash_token
from tests.factories import NOW, make_participant

POLICY = EnrolmentPolicy()

BORN = date(1988, 3, 14)


@pytest.fixture
def newcomer(office: FieldOffice) -> Participant:
    return make_participant(office, active=False)


def invite(person: Participant, now: datetime = NOW) -> str:
    return issue_invitation(participant=person, actor=OPERATOR, now=now)


def attempt(code: str, born: date | None = BORN, network: str = "10.0.0.1", now: datetime = NOW) -> Activation:
    return activate_device(typed_code=code, born=born, network=network, browser="test", now=now)


def test_code_and_birthday_let_the_person_in(newcomer: Participant) -> None:
    code = invite(newcomer)
    activation = attempt(in_groups(code.lower().replace("0", "o"), 5) + " ")
    newcomer.refresh_from_db()
    assert (activation.answer, activation.language) == (ActivationAnswer.IN, "es")
    assert newcomer.activated_at == NOW
    assert Device.objects.get().token_hash == hash_token(activation.token)


def test_the_code_is_kept_only_as_a_hash(newcomer: Participant) -> None:
    code = invite(newcomer)
    stored = Invitation.objects.get().code_hash
    assert code not in stored
    assert len(stored) == 64
    assert code not in str(list(LedgerLine.objects.values_list("facts", flat=True)))


def test_a_code_works_once(newcomer: Participant) -> None:
    code = invite(newcomer)
    assert attempt(code).answer == ActivationAnswer.IN
    assert attempt(code).answer == ActivationAnswer.NO_MATCH


def test_a_new_code_ends_the_old_one(newcomer: Participant) -> None:
    old, new = invite(newcomer), invite(newcomer)
    assert attempt(old).answer == ActivationAnswer.NO_MATCH
    assert attempt(new).answer == ActivationAnswer.IN


def test_a_code_expires(newcomer: Participant) -> None:
    code = invite(newcomer)
    end = NOW + timedelta(days=POLICY.code_days)
    assert attempt(code, now=end).answer == ActivationAnswer.NO_MATCH
    assert attempt(code, now=end - timedelta(seconds=1)).answer == ActivationAnswer.IN


@pytest.mark.parametrize("born", [date(1988, 3, 15), date(1988, 4, 14), None])
def test_a_wrong_birthday_and_a_wrong_code_answer_alike(newcomer: Participant, born: date | None) -> None:
    code = invite(newcomer)
    with CaptureQueriesContext(
        connection,
    ) as wrong_birthday:
        first = attempt(code, born)
    with CaptureQueriesContext(connection) as wrong_code:
        second = attempt("AAAAABBBBB")
    assert first == second == Activation(ActivationAnswer.NO_MATCH)
    assert len(wrong_birthday) == len(wrong_code)
    assert not Device.objects.exists()


@pytest.mark.parametrize("exists", [True, False])
def test_tries_with_one_code_are_limited_whether_or_not_it_exists(newcomer: Participant, exists: bool) -> None:
    code = invite(newcomer) if exists else "AAAAABBBBB"
    for number in range(POLICY.tries_per_code):
        assert attempt(code, date(1990, 1, 1), network=f"net{number}").answer == ActivationAnswer.NO_MATCH
    slowed = attempt(code, network="elsewhere")
    later = attempt(code, network="elsewhere", now=NOW + timedelta(minutes=POLICY.tries_window_minutes, seconds=1))
    assert slowed.answer == ActivationAnswer.WAIT
    assert later.answer == (ActivationAnswer.IN if exists else ActivationAnswer.NO_MATCH)


def test_tries_from_one_network_are_limited_and_other_networks_get_in(newcomer: Participant) -> None:
    code = invite(newcomer)
    for number in range(POLICY.tries_per_network):
        attempt(f"WRNG{number:06d}", network="library")
    assert attempt(code, network="library").answer == ActivationAnswer.WAIT
    assert attempt(code, network="home").answer == ActivationAnswer.IN


def test_tries_are_forgotten_and_hold_no_address(newcomer: Participant) -> None:
    attempt("AAAAABBBBB", network="203.0.113.9")
    assert "203.0.113.9" not in str(ActivationTry.objects.values().get())
    forget(before=NOW + timedelta(seconds=1), now=NOW + timedelta(days=31))
    assert not ActivationTry.objects.exists()
