"""Who shares a phone and a door is proposed as family; nobody is linked before a person says so."""

from collections.abc import Callable

import pytest
from django.test import Client

from adsum.families.models import FamilyMember
from adsum.families.queries import may_belong_together
from adsum.ledger.rules import OPERATOR
from adsum.offices.models import FieldOffice, Staff
from adsum.people.models import Participant
from adsum.places.actions import change_address
from adsum.places.rules import GivenAddress
from tests.factories import NOW, make_participant
from tests.ladder import PHONE, with_contacts

ELSEWHERE = GivenAddress("9 Elm St", "", "Brooklyn", "NY", "11226")
NEXT_DOOR = GivenAddress("123 Main St", "Apt 5", "Brooklyn", "NY", "11226")
WRITTEN_OTHERWISE = GivenAddress("123 MAIN ST.", "apt 4", "Brooklyn", "ny", "11226")
AS_THE_POST_DOES = GivenAddress("123 Main Street #4", "", "Brooklyn", "New York", "11226")


@pytest.fixture
def maria(person: Participant) -> Participant:
    with_contacts(person)
    return person


def proposed(maria: Participant, officer: Staff) -> list[int]:
    return [one.pk for one in may_belong_together(participant=maria, seen_by=officer.as_actor())]


@pytest.mark.parametrize(
    ("phone", "home", "is_proposed"),
    [
        (PHONE, None, True),
        (PHONE, WRITTEN_OTHERWISE, True),
        (PHONE, AS_THE_POST_DOES, True),
        (PHONE, NEXT_DOOR, False),
        (PHONE, ELSEWHERE, False),
        ("+12125550199", None, False),
        ("", None, False),
    ],
)
def test_the_same_phone_and_the_same_door_are_proposed(
    office: FieldOffice, maria: Participant, officer: Staff, phone: str, home: GivenAddress | None, is_proposed: bool
) -> None:
    juan = make_participant(office, given_names="Juan")
    with_contacts(juan, phone, "juan@example.org")
    if home:
        change_address(participant=juan, given=home, actor=OPERATOR, now=NOW)
    assert proposed(maria, officer) == ([juan.pk] if is_proposed else [])


def test_who_has_left_or_is_of_another_office_is_not_proposed(
    office: FieldOffice, other_office: FieldOffice, maria: Participant, officer: Staff
) -> None:
    gone, far = make_participant(office), make_participant(other_office)
    for one in (gone, far):
        with_contacts(one)
    Participant.objects.filter(pk=gone.pk).update(left_at=NOW)
    assert proposed(maria, officer) == []
    assert may_belong_together(participant=maria, seen_by=maria.as_actor()) == [], "nobody reads it of somebody else"


def test_an_officer_confirms_it_and_then_it_is_proposed_no_more(
    office: FieldOffice, maria: Participant, officer: Staff, sign_in: Callable[[Participant | Staff], Client]
) -> None:
    juan = make_participant(office, given_names="Juan")
    with_contacts(juan)
    browser, page = sign_in(officer), f"/console/people/{maria.pk}/"
    assert "Do they belong together?" in browser.get(page).content.decode()
    assert not FamilyMember.objects.exists()
    browser.post(f"{page}family/", {"do": "link", "case_number": juan.case_number})
    assert set(FamilyMember.objects.values_list("participant_id", flat=True)) == {maria.pk, juan.pk}
    assert "Do they belong together?" not in browser.get(page).content.decode()
