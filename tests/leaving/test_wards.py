"""Who acts for a child leaves: the child's officer hears of it, and nothing of the child goes to that phone."""

from datetime import date, timedelta

import pytest

from adsum.families.actions import end_guardianship, name_guardian
from adsum.families.models import Guardianship
from adsum.flags.models import Flag
from adsum.flags.rules import Reason
from adsum.leaving.actions import note_departure
from adsum.leaving.queries import what_would_end
from adsum.leaving.rules import Ends, Left, LeftBecause
from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import RULES
from adsum.offices.models import FieldOffice, Staff
from adsum.people.actions import sign_in_device
from adsum.people.models import Contact, Device, Participant
from tests.factories import NOW, make_participant
from tests.ladder import with_contacts

pytestmark = pytest.mark.django_db
ENDING = [LeftBecause.CLOSED, LeftBecause.DIED, LeftBecause.ERROR]
BORN = date(2018, 1, 10)


@pytest.fixture
def child(office: FieldOffice, person: Participant, officer: Staff) -> Participant:
    """A child for whom Maria acts, on her phone."""
    with_contacts(person)
    ward = make_participant(office, active=False, given_names="Sol", date_of_birth=BORN)
    act(person, ward, officer)
    sign_in_device(participant=ward, browser="her phone", now=NOW)
    return ward


def act(guardian: Participant, child: Participant, officer: Staff) -> Guardianship:
    return name_guardian(
        child_id=child.pk, guardian_id=guardian.pk, evidence="Birth certificate", officer=officer, now=NOW
    )


def leave(person: Participant, officer: Staff, why: LeftBecause) -> dict[str, int]:
    left = Left(why, "The registry")
    ended: dict[str, int] = note_departure(participant_id=person.pk, left=left, officer=officer, now=NOW).ended
    return ended


def alone() -> list[int]:
    return list(Flag.objects.filter(reason=Reason.WARD_ALONE, cleared_at=None).values_list("participant", flat=True))


@pytest.mark.parametrize("why", [*ENDING, LeftBecause.DETAINED])
def test_a_child_for_whom_nobody_else_acts_is_before_its_officer(
    person: Participant, child: Participant, officer: Staff, why: LeftBecause
) -> None:
    would = what_would_end(participant=person, reason=why, now=NOW, seen_by=officer.as_actor())
    assert (would[Ends.WARDS], leave(person, officer, why)["wards"], alone()) == (1, 1, [child.pk])
    assert Guardianship.objects.filter(ended_at=None).exists() == (why == LeftBecause.DETAINED)


@pytest.mark.parametrize("why", ENDING)
def test_nothing_of_the_child_goes_to_who_has_left(
    person: Participant, child: Participant, officer: Staff, why: LeftBecause
) -> None:
    Contact.objects.create(participant=child, kind="phone", as_given="x", value="+12125550199", since=NOW)
    leave(person, officer, why)
    assert list(Contact.objects.filter(participant=child).values_list("value", flat=True)) == ["+12125550199"]
    assert not Device.objects.filter(participant=child, signed_out_at=None).exists()
    assert set(LedgerLine.objects.filter(verb="guardian.ended").values_list("participant_id", flat=True)) == {
        person.pk,
        child.pk,
    }


def test_from_custody_a_guardian_may_come_back_to_a_child(
    person: Participant, child: Participant, officer: Staff
) -> None:
    leave(person, officer, LeftBecause.DETAINED)
    assert Contact.objects.filter(participant=child).count() == 2


def test_a_child_with_another_guardian_keeps_the_way_that_they_share(
    person: Participant, child: Participant, officer: Staff
) -> None:
    father = make_participant(person.office, given_names="Juan")
    with_contacts(father, email="juan@example.org")
    act(father, child, officer)
    shared = Contact.objects.filter(participant=person, kind="phone").values_list("value", flat=True).get()
    assert leave(person, officer, LeftBecause.DIED)["wards"] == 0
    left = set(Contact.objects.filter(participant=child).values_list("value", flat=True))
    assert (alone(), left) == ([], {shared, "juan@example.org"})
    assert leave(father, officer, LeftBecause.DETAINED)["wards"] == 1
    assert alone() == [child.pk]


def test_one_in_custody_is_nobody_else_who_acts(person: Participant, child: Participant, officer: Staff) -> None:
    father = make_participant(person.office, given_names="Juan")
    act(father, child, officer)
    leave(father, officer, LeftBecause.DETAINED)
    assert alone() == []
    leave(person, officer, LeftBecause.CLOSED)
    assert alone() == [child.pk]


def test_no_flag_for_a_child_who_has_left_or_whose_guardianship_has_ended(
    person: Participant, child: Participant, officer: Staff
) -> None:
    other = make_participant(person.office, active=False, date_of_birth=BORN)
    held = act(person, other, officer)
    end_guardianship(guardianship_id=held.pk, officer=officer, now=NOW + timedelta(minutes=1))
    leave(child, officer, LeftBecause.CLOSED)
    assert Contact.objects.filter(participant=child).exists(), "who acted for it is told that it has left"
    what = what_would_end(participant=person, reason=LeftBecause.CLOSED, now=NOW, seen_by=RULES)
    assert (what[Ends.WARDS], leave(person, officer, LeftBecause.CLOSED)["wards"], alone()) == (0, 0, [])
