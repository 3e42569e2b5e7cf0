"""Staff sign-in: a right password in time; too many wrong ones and even the right one waits."""

from datetime import timedelta

import pytest

from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import OPERATOR
from adsum.offices.actions import OfficeRefused, check_password, forget, hire_staff, open_office
from adsum.offices.models import FieldOffice, SignInTry, Staff
from adsum.offices.policy import OfficesPolicy
from adsum.offices.rules import Role, is_office_code, is_time_zone
from tests.factories import NOW

POLICY = OfficesPolicy()

RIGHT = "a long password"


def attempt(email: str, password: str = RIGHT, network: str = "10.0.0.1", minutes: int = 0) -> Staff | None:
    return check_password(email=email, password=password, network=network, now=NOW + timedelta(minutes=minutes))


def test_right_and_wrong(officer: Staff) -> None:
    assert attempt(f" {officer.email.upper()} ") == officer
    assert attempt(officer.email, "wrong") is None
    assert attempt("nobody@example.org") is None
    assert attempt("", "") is None
    assert LedgerLine.objects.filter(verb="staff.signed-in").count() == 1
    assert LedgerLine.objects.filter(verb="staff.sign-in-refused").count() == 3


def test_who_has_left_does_not_get_in(officer: Staff) -> None:
    Staff.objects.update(is_active=False)
    assert attempt(officer.email) is None


def test_an_account_under_attack_waits_and_opens_again(officer: Staff) -> None:
    for number in range(POLICY.tries_per_account):
        assert attempt(officer.email, f"guess {number}", network=f"net {number}") is None
    assert attempt(officer.email, network="elsewhere") is None
    assert attempt(officer.email, minutes=POLICY.tries_window_minutes + 1) == officer


def test_a_network_that_guesses_waits_and_others_get_in(officer: Staff) -> None:
    for number in range(POLICY.tries_per_network):
        attempt(f"nobody{number}@example.org", "x", network="bad")
    assert attempt(officer.email, network="bad") is None
    assert attempt(officer.email, network="good") == officer


def test_tries_hold_no_address_and_are_forgotten(officer: Staff) -> None:
    attempt(officer.email, "x", network="203.0.113.9")
    stored = str(SignInTry.objects.values().get())
    assert officer.email not in stored
    assert "203.0.113.9" not in stored
    forget(before=NOW + timedelta(days=1), now=NOW + timedelta(days=31))
    assert not SignInTry.objects.exists()


def test_the_same_email_again_gets_a_new_password(office: FieldOffice, officer: Staff) -> None:
    again = hire_staff(
        email=officer.email.upper(), name="x", role=Role.OFFICER, office=office, password="new", actor=OPERATOR, now=NOW
    )
    assert (again.pk, again.name, Staff.objects.count()) == (officer.pk, "x", 1)
    assert attempt(officer.email, "new") == officer


@pytest.mark.parametrize(
    ("code", "good"), [("NYC", True), ("SFR-2", True), ("nyc", False), ("", False), ("N" * 13, False), ("-A", False)]
)
def test_office_codes(code: str, good: bool) -> None:
    assert is_office_code(code) is good


@pytest.mark.parametrize(
    ("name", "good"),
    [("America/New_York", True), ("EST5EDT", True), ("Mars/Base", False), ("", False), ("../x", False)],
)
def test_time_zones(name: str, good: bool) -> None:
    assert is_time_zone(name) is good


@pytest.mark.django_db
@pytest.mark.parametrize(("code", "zone"), [("nyc", "America/New_York"), ("NYC", "Mars/Base")])
def test_an_office_that_cannot_be_is_refused_with_what_to_give(code: str, zone: str) -> None:
    with pytest.raises(OfficeRefused, match="such as"):
        open_office(code=code, name="x", time_zone=zone, actor=OPERATOR, now=NOW)
    assert not FieldOffice.objects.exists()
