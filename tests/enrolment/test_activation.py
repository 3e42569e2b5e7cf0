"""Getting in: a one-time code, a date of birth and three digits; wrong tries are limited and tell nothing."""

import re
from datetime import date, datetime, timedelta
from statistics import median
from time import perf_counter
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from adsum.core.ids import in_groups
from adsum.enrolment.actions import activate_device, forget, issue_invitation
from adsum.enrolment.models import ActivationTry, Invitation
from adsum.enrolment.policy import EnrolmentPolicy
from adsum.enrolment.rules import Activation, ActivationAnswer, read_from_file, stands_in_file
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
    return make_participant(office, active=False, case_number="A012345678")


def invite(person: Participant, now: datetime = NOW) -> str:
    return issue_invitation(participant=person, actor=OPERATOR, now=now)


def attempt(code: str, born: date | None = BORN, **given: Any) -> Activation:
    usual: dict[str, Any] = {"from_file": "678", "network": "10.0.0.1", "browser": "test", "now": NOW}
    return activate_device(typed_code=code, born=born, **{**usual, **given})


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


@pytest.mark.parametrize(
    ("born", "digits"),
    [(date(1988, 3, 15), "678"), (date(1988, 4, 14), "678"), (None, "678"), (BORN, "679"), (BORN, ""), (BORN, "078")],
)
def test_whatever_is_wrong_the_answer_and_its_work_are_the_same(
    newcomer: Participant, born: date | None, digits: str
) -> None:
    code = invite(newcomer)
    with CaptureQueriesContext(connection) as wrong_birthday:
        first = attempt(code, born, from_file=digits)
    with CaptureQueriesContext(connection) as wrong_code:
        second = attempt("AAAAABBBBB")
    assert first == second == Activation(ActivationAnswer.NO_MATCH)
    assert shapes(wrong_birthday) == shapes(wrong_code)
    assert not Device.objects.exists()


def shapes(captured: CaptureQueriesContext) -> list[str]:
    """The statements without their values."""
    return [re.sub(r"'[^']*'|\b\d+\b|\bs\d+_x\d+\b", "?", query["sql"]) for query in captured.captured_queries]


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
    assert attempt("WRNG000099", network="library").answer == ActivationAnswer.BUSY
    assert attempt(code, BORN, from_file="000", network="library").answer == ActivationAnswer.BUSY
    assert attempt("WRNG000098", network="home").answer == ActivationAnswer.NO_MATCH
    assert attempt(code, network="library").answer == ActivationAnswer.IN
    assert LedgerLine.objects.filter(verb="activation.slowed", facts__limits=["network"]).count() == 2


def test_a_busy_network_gives_a_stolen_link_no_more_tries(newcomer: Participant) -> None:
    code = invite(newcomer)
    for number in range(POLICY.tries_per_network):
        attempt(f"WRNG{number:06d}", network="library")
    for _ in range(POLICY.tries_per_code):
        assert attempt(code, date(1990, 1, 1), network="library").answer == ActivationAnswer.BUSY
    assert attempt(code, network="library").answer == ActivationAnswer.WAIT


def test_a_device_that_guesses_waits_and_its_neighbours_get_in(newcomer: Participant) -> None:
    code = invite(newcomer)
    for number in range(POLICY.tries_per_device):
        attempt(f"WRNG{number:06d}", device="guesser")
    assert attempt(code, device="guesser").answer == ActivationAnswer.WAIT
    assert attempt(code, device="").answer == ActivationAnswer.IN


def test_guesses_from_many_networks_are_slowed_and_a_right_code_gets_in(newcomer: Participant) -> None:
    code, hashes = invite(newcomer), {"code_hash": "x", "network_hash": "y", "device_hash": "z"}
    ActivationTry.objects.bulk_create(ActivationTry(at=NOW, **hashes) for _ in range(POLICY.tries_overall))
    assert attempt("WRNG000001", network="elsewhere").answer == ActivationAnswer.BUSY
    assert attempt(code, BORN, from_file="000", network="home").answer == ActivationAnswer.BUSY
    assert attempt(code, network="home").answer == ActivationAnswer.IN


def test_the_answer_takes_as_long_whether_or_not_a_code_exists(newcomer: Participant) -> None:
    """Pairs, one beside the other, so that a busy machine slows both; the middle of them is compared."""
    real, took = invite(newcomer), {True: [], False: []}  # type: ignore[var-annotated]
    for number in range(60):
        for exists in (True, False) if number % 2 else (False, True):
            ActivationTry.objects.all().delete()
            begun = perf_counter()
            attempt(real if exists else f"WRNG{number:06d}", date(1990, 1, 1))
            took[exists].append(perf_counter() - begun)
    there, not_there = median(took[True]), median(took[False])
    assert abs(there - not_there) < 0.25 * max(there, not_there), (there, not_there)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("678", "678"),
        (" A012345678 ", "678"),
        ("A012-345-678", "678"),
        ("٦٧٨", "678"),
        ("78", ""),
        ("", ""),
        ("abc", ""),
    ],
)
def test_the_last_digits_are_read_as_people_write_them(typed: str, read: str) -> None:
    assert read_from_file(typed, check="case-digits") == read


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        *(("López García", True), ("lopez", True), ("GARCIA", True), ("Lopez-Garcia", True), ("Garcia Lopez", False)),
        *(("Lope", False), ("", False), ("Maria", False), ("x" * 10_000, False)),
    ],
)
def test_a_family_name_is_right_without_accents_and_alone(typed: str, right: bool) -> None:
    read = read_from_file(typed, check="family-name")
    person = {"case_number": "A012345678", "surnames": "Lopez García", "given_names": "Maria"}
    assert stands_in_file(read, **person, check="family-name") is right


def test_who_has_no_family_name_in_the_file_gets_in_all_the_same() -> None:
    nameless = {"case_number": "A012345678", "surnames": "", "check": "family-name"}
    assert stands_in_file("maria", **nameless, given_names="Maria")
    assert stands_in_file("678", **nameless, given_names=" ")


def test_tries_are_forgotten_and_hold_no_address(newcomer: Participant) -> None:
    attempt("AAAAABBBBB", network="203.0.113.9")
    assert "203.0.113.9" not in str(ActivationTry.objects.values().get())
    forget(before=NOW + timedelta(seconds=1), now=NOW + timedelta(days=31))
    assert not ActivationTry.objects.exists()
