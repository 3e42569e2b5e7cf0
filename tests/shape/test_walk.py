"""Everybody walks through every page: each gets what is theirs, and nobody sees or changes what is not."""

from typing import Any

import pytest
from django.urls import get_resolver

from adsum.checkins.models import Report
from adsum.ledger.models import LedgerLine
from adsum.offices.models import FieldOffice
from adsum.offices.rules import Role
from adsum.people.models import Device, Participant
from tests.factories import make_staff
from tests.shape.laws.addresses import Address, addresses
from tests.shape.walking import (
    SENT,
    WALK,
    SignIn,
    World,
    find_trespasses,
    is_guarded,
    is_of_staff,
    make_world,
    rightful,
    visit,
)

PATTERNS = list(addresses(get_resolver().url_patterns))
ADDRESSES = {address.name: address for address in PATTERNS}
GUARDED = [address for address in PATTERNS if is_guarded(address)]
OF_STAFF = [address for address in PATTERNS if is_of_staff(address)]
CHANGING = [
    *("check-in", "my-messages", "my-calendar", "my-representatives", "form-sent", "uploads", "invitation"),
    *(
        "flag-decision",
        "tell-this-phone",
        "appointments",
        "appointment",
        "my-decision",
        "call",
        "my-review-withdrawn",
        "review-noted",
    ),
]


def name_of(address: Address) -> str:
    return address.name


@pytest.fixture
def world(office: FieldOffice, other_office: FieldOffice, sign_in: SignIn) -> World:
    return make_world(office, other_office, sign_in)


def test_every_url_is_walked_and_each_has_a_name_of_its_own() -> None:
    assert sorted(WALK) == sorted(map(name_of, PATTERNS))


@pytest.mark.parametrize("address", PATTERNS, ids=name_of)
def test_each_visitor_gets_what_is_theirs_and_sees_nobody_else(world: World, address: Address) -> None:
    assert find_trespasses(world, address) == []


def test_each_secret_is_seen_by_the_person_and_by_the_officer() -> None:
    shown = {who: [WALK[one.name].shows for one in GUARDED if rightful(one) == who] for who in ("person", "officer")}
    assert frozenset().union(*shown["person"]) == {"surname", "case", "receipt", "address", "message"}
    assert frozenset().union(*shown["officer"]) == {"surname", "case", "receipt", "address", "message"}


@pytest.mark.parametrize("address", GUARDED, ids=name_of)
def test_nobody_changes_what_is_not_theirs(world: World, address: Address) -> None:
    answers = WALK[address.name].answers
    turned_away = [visitor for visitor, answer in answers.items() if answer in ("start", "sign-in", "403", "404")]
    assert "stranger" in turned_away
    assert [visitor for visitor in turned_away if changes_something(world, address, visitor)] == []


@pytest.mark.parametrize("name", CHANGING)
def test_the_same_request_of_the_right_person_changes_something(world: World, name: str) -> None:
    assert changes_something(world, ADDRESSES[name], rightful(ADDRESSES[name]))


def changes_something(world: World, address: Address, visitor: str) -> bool:
    """True when the ledger grows by what this visitor sends there."""
    client, before = world.client(visitor), LedgerLine.objects.count()
    client.post(world.url(address), SENT.get(address.name, {}))
    return LedgerLine.objects.count() > before


@pytest.mark.parametrize("role", Role)
def test_a_role_enters_exactly_where_it_is_named(world: World, office: FieldOffice, role: Role) -> None:
    staff = make_staff(office, role)
    answers = {one.name: visit(world.sign_in(staff), world.url(one), {}).status_code for one in OF_STAFF}
    named = {one.name for one in OF_STAFF if role in one.who_may_enter.split()}
    assert {name for name, status in answers.items() if status != 403} == named


def test_the_walk_finds_a_receipt_that_everybody_can_open(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(*, receipt_number: str, **_: Any) -> Report:
        return Report.objects.get(receipt_number=receipt_number)

    monkeypatch.setattr("adsum.portal.views.find_receipt", careless)
    assert find_trespasses(world, ADDRESSES["receipt"]) == [
        "neighbour sees message",
    ]


def test_the_walk_finds_a_file_that_another_office_can_open(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(*, participant_id: int, **_: Any) -> Participant:
        return Participant.objects.get(pk=participant_id)

    monkeypatch.setattr("adsum.console.views.find_participant", careless)
    assert find_trespasses(world, ADDRESSES["person"]) == ["far gets 200, not 404", "far sees case", "far sees surname"]


def test_the_walk_finds_a_page_that_takes_everybody_for_the_person(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adsum.portal.access.device_of", lambda request: device_of(world.person))
    assert find_trespasses(world, ADDRESSES["home"]) == [
        "stranger gets 200, not start",
        "stranger sees receipt",
        "neighbour sees receipt",
        *(f"{staff} {fault}" for staff in ("far", "auditor") for fault in ("gets 200, not start", "sees receipt")),
        "officer gets 200, not start",
        "officer sees receipt",
    ]


def test_the_walk_finds_a_page_that_shows_the_person_somebody_else(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adsum.portal.access.device_of", lambda request: device_of(world.neighbour))
    found = find_trespasses(world, ADDRESSES["receipt-proof"])
    assert [finding for finding in found if finding.startswith("person")] == [
        "person gets 404, not 200",
        "person does not see receipt",
    ]


def device_of(person: Participant) -> Device | None:
    return Device.objects.filter(participant=person).first()
