"""One phone for a family, a parent for a child, one visit for all; and nobody's file open to another adult."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from adsum.appointments.models import Appointment
from adsum.checkins.models import Report
from adsum.enrolment.actions import issue_invitation
from adsum.families.actions import FamilyRefused, end_guardianship, link_family, name_guardian
from adsum.families.models import FamilyMember, Guardianship, Seat
from adsum.families.policy import FamiliesPolicy
from adsum.families.queries import families_of_office
from adsum.families.rules import age_on, is_child, short_name
from adsum.leaving.actions import note_departure
from adsum.leaving.rules import Left, LeftBecause
from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import OPERATOR
from adsum.offices.models import FieldOffice, Staff
from adsum.people.actions import sign_out_everywhere
from adsum.people.models import Contact, Participant
from adsum.staffing.actions import assign_caseloads
from tests.factories import NOW, make_duty, make_participant, make_staff
from tests.ladder import with_contacts

pytestmark = pytest.mark.django_db
SignIn = Callable[[Participant | Staff], Client]
BORN = {"born_day": "2", "born_month": "5", "born_year": "1990"}
WRONG = {**BORN, "born_year": "1991"}


@pytest.mark.parametrize(
    ("born", "day", "age", "child"),
    [
        (date(2012, 11, 21), date(2026, 11, 20), 13, True),
        (date(2012, 11, 21), date(2026, 11, 21), 14, False),
        (date(2012, 2, 29), date(2026, 2, 28), 13, True),
        (date(2012, 2, 29), date(2026, 3, 1), 14, False),
        (date(2026, 11, 21), date(2026, 11, 21), 0, True),
    ],
)
def test_who_is_a_child(born: date, day: date, age: int, child: bool) -> None:
    assert (age_on(day, born=born), is_child(born=born, today=day, policy=FamiliesPolicy())) == (age, child)


@pytest.mark.parametrize(
    ("given", "surnames", "short"),
    [("Maria Elena", "Lopez Garcia", "Maria L."), ("", "Lopez", "L."), ("Ana", "", "Ana"), ("", "", "")],
)
def test_names_on_a_phone_that_others_see_are_short(given: str, surnames: str, short: str) -> None:
    assert short_name(given_names=given, surnames=surnames) == short


@pytest.fixture
def juan(office: FieldOffice) -> Participant:
    return make_participant(
        office, given_names="Juan", surnames="Zubizarreta", date_of_birth=date(1990, 5, 2), active=False
    )


@pytest.fixture
def child(office: FieldOffice) -> Participant:
    return make_participant(
        office, given_names="Sol", surnames="Lopez", date_of_birth=date(2018, 1, 1), language="ht", active=False
    )


def start_on(client: Client, person: Participant) -> None:
    """Sign somebody in on this phone with a code."""
    code = issue_invitation(participant=person, actor=OPERATOR, now=timezone.now())
    born = person.date_of_birth
    fields = {"born_day": born.day, "born_month": born.month, "born_year": born.year}
    assert client.post("/start/", {"code": code, "from_file": person.case_number[-3:], **fields}).status_code == 302


def names_on(client: Client) -> list[str]:
    return re.findall(r"<bdi>([^<]*)</bdi></h2>", client.get("/who/").content.decode())


def take(client: Client, person: Participant, **more: str) -> int:
    return client.post("/who/", {"who": str(person.pk), **more}).status_code


def test_two_adults_of_a_family_take_turns_each_with_a_receipt_of_their_own(
    person: Participant, juan: Participant, officer: Staff, sign_in: SignIn
) -> None:
    link_family(participant_id=person.pk, other_id=juan.pk, officer=officer, now=NOW)
    phone = sign_in(person)
    phone.post("/check-in/", {"key": str(uuid4()), "lives_there": "yes", "message": "From Maria"})
    start_on(phone, juan)
    assert names_on(phone) == ["Juan Z.", "Maria L."]
    assert "Lopez" not in phone.get("/who/").content.decode()
    phone.post("/check-in/", {"key": str(uuid4()), "lives_there": "yes", "message": "From Juan"})
    assert "Otra persona en este teléfono" in phone.get("/home/").content.decode()
    assert take(phone, person) == 200
    assert take(phone, person, **BORN) == 403
    assert "From Juan" in phone.get("/my-file/whole/").content.decode()
    assert take(phone, person, born_day="14", born_month="3", born_year="1988") == 302
    whole = phone.get("/my-file/whole/").content.decode()
    assert ("From Maria" in whole, "From Juan" in whole) == (True, False)
    assert [report.participant for report in Report.objects.order_by("pk")] == [person, juan]


def test_strangers_who_use_one_computer_are_not_even_named(
    person: Participant, juan: Participant, sign_in: SignIn
) -> None:
    library = sign_in(person)
    start_on(library, juan)
    assert names_on(library) == ["Juan Z."]
    assert take(library, person, born_day="14", born_month="3", born_year="1988") == 403


def test_guessing_a_birthday_is_slowed_and_then_the_right_one_waits_too(
    person: Participant, juan: Participant, officer: Staff, sign_in: SignIn
) -> None:
    link_family(participant_id=person.pk, other_id=juan.pk, officer=officer, now=NOW)
    phone = sign_in(person)
    start_on(phone, juan)
    start_on(phone, person)
    assert [take(phone, juan, **WRONG) for _ in range(5)] == [403] * 5
    assert take(phone, juan, **BORN) == 403
    assert LedgerLine.objects.filter(verb="turn.wait", participant_id=juan.pk).count() == 1
    Seat.objects.filter(device__participant=juan).update(tried_at=timezone.now() - timedelta(minutes=61))
    assert take(phone, juan, **BORN) == 302


def test_a_lost_phone_keeps_nobody(person: Participant, juan: Participant, officer: Staff, sign_in: SignIn) -> None:
    link_family(participant_id=person.pk, other_id=juan.pk, officer=officer, now=NOW)
    phone = sign_in(person)
    start_on(phone, juan)
    start_on(phone, person)
    sign_out_everywhere(participant=juan, actor=OPERATOR, now=timezone.now())
    assert names_on(phone) == ["Maria L."]
    assert take(phone, juan, **BORN) == 403


@pytest.mark.parametrize("who", ["0", "-1", "x", "99999999999999999999", ""])
def test_nobodys_seat_is_taken_by_guessing_numbers(person: Participant, sign_in: SignIn, who: str) -> None:
    assert sign_in(person).post("/who/", {"who": who, **BORN}).status_code in (200, 403)


def test_a_parent_checks_in_for_a_child_in_one_tap_and_the_child_cannot_open_the_parents_file(
    person: Participant, child: Participant, officer: Staff, sign_in: SignIn
) -> None:
    with_contacts(person)
    make_duty(child, due_on=NOW.date() + timedelta(days=4))
    held = name_guardian(
        child_id=child.pk, guardian_id=person.pk, evidence="Birth certificate", officer=officer, now=NOW
    )
    child.refresh_from_db()
    assert child.language == person.language
    assert Contact.objects.filter(participant=child).count() == 2
    phone = sign_in(person)
    assert names_on(phone) == ["Maria L.", "Sol L."]
    assert take(phone, child) == 302
    phone.post("/check-in/", {"key": str(uuid4()), "lives_there": "yes"})
    assert Report.objects.get().participant == child
    assert (take(phone, person), names_on(phone)) == (200, ["Sol L.", "Maria L."])
    assert take(phone, person, born_day="14", born_month="3", born_year="1988") == 302
    line = LedgerLine.objects.get(verb="turn.in", participant_id=child.pk)
    assert (line.actor_id, line.facts["child"]) == (person.pk, True)
    end_guardianship(guardianship_id=held.pk, officer=officer, now=timezone.now())
    assert names_on(phone) == ["Maria L."]
    assert not Contact.objects.filter(participant=child).exists()


def test_who_acts_for_whom_needs_an_adult_a_child_and_evidence(
    person: Participant, juan: Participant, child: Participant, officer: Staff, other_office: FieldOffice
) -> None:
    far = make_participant(other_office)
    cases = (
        (person.pk, juan.pk, "x", "14 years"),
        (child.pk, child.pk, "x", "two different"),
        (child.pk, person.pk, " ", "how you know"),
        (child.pk, far.pk, "x", "in your office"),
        (far.pk, person.pk, "x", "in your office"),
    )
    for child_id, guardian_id, evidence, says in cases:
        with pytest.raises(FamilyRefused, match=says):
            name_guardian(child_id=child_id, guardian_id=guardian_id, evidence=evidence, officer=officer, now=NOW)
    assert not Guardianship.objects.exists()


def test_families_grow_together_and_have_one_officer(
    person: Participant, juan: Participant, child: Participant, officer: Staff, office: FieldOffice
) -> None:
    make_staff(office)
    link_family(participant_id=person.pk, other_id=juan.pk, officer=officer, now=NOW)
    other = make_participant(office, active=False)
    link_family(participant_id=child.pk, other_id=other.pk, officer=officer, now=NOW)
    link_family(participant_id=other.pk, other_id=juan.pk, officer=officer, now=NOW)
    assert len(set(families_of_office(office_id=office.pk, seen_by=OPERATOR).values())) == 1
    assert FamilyMember.objects.count() == 4
    assign_caseloads(office=office, level=False, actor=OPERATOR, now=NOW)
    assert len(set(Participant.objects.values_list("officer", flat=True))) == 1


def test_one_visit_for_all_with_a_notice_for_each(
    person: Participant, juan: Participant, officer: Staff, sign_in: SignIn
) -> None:
    console, path = sign_in(officer), f"/console/people/{person.pk}/family/"
    console.post(path, {"do": "link", "case_number": juan.case_number})
    assert juan.full_name in console.get(f"/console/people/{person.pk}/").content.decode()
    at = (timezone.now() + timedelta(days=6)).strftime("%Y-%m-%dT09:00")
    console.post(path, {"do": "visit", "starts_at": at})
    assert {one.participant for one in Appointment.objects.all()} == {person, juan}
    assert len(set(Appointment.objects.values_list("starts_at", flat=True))) == 1
    for wrong in ({"do": "visit", "starts_at": "soon"}, {"do": "link", "case_number": "A999999999"}, {"do": "link"}):
        assert console.post(path, wrong, follow=True).status_code == 200
    console.post(path, {"do": "leave"})
    assert FamilyMember.objects.count() == 1


def test_a_guardian_who_leaves_acts_for_nobody(person: Participant, child: Participant, officer: Staff) -> None:
    name_guardian(child_id=child.pk, guardian_id=person.pk, evidence="Certificate", officer=officer, now=NOW)
    note_departure(participant_id=person.pk, left=Left(LeftBecause.DIED, "Paper"), officer=officer, now=NOW)
    assert not Guardianship.objects.filter(ended_at=None).exists()
