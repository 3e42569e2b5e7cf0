"""A family's messages say whom they are for; a child comes of age; the family keeps one officer wherever it goes."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client

from adsum.checkins.actions import make_reminders
from adsum.checkins.message_queries import write_messages
from adsum.families.actions import end_guardianship, flag_of_age, link_family, name_guardian
from adsum.families.models import Guardianship
from adsum.families.queries import named_on_shared_contacts
from adsum.flags.models import Flag
from adsum.flags.rules import Reason
from adsum.leaving.actions import move_participant
from adsum.leaving.rules import Left, LeftBecause
from adsum.ledger.rules import OPERATOR, RULES
from adsum.notices.models import Message
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role
from adsum.people.models import Contact, Participant
from adsum.staffing.actions import hand_over_caseload
from tests.factories import NOW, make_duty, make_participant, make_staff
from tests.ladder import ALL, with_contacts

SignIn = Callable[[Participant | Staff], Client]
pytestmark = pytest.mark.django_db
BORN = date(2013, 1, 10)


@pytest.fixture
def juan(office: FieldOffice, person: Participant, officer: Staff) -> Participant:
    """Of Maria's family, on the same phone and mailbox."""
    other = make_participant(office, given_names="Juan Carlos")
    link_family(participant_id=person.pk, other_id=other.pk, officer=officer, now=NOW)
    for one in (person, other):
        with_contacts(one)
    return other


def texts() -> dict[str, list[str]]:
    messages = list(Message.objects.filter(kind="reminder").select_related("participant__office", "contact"))
    written = write_messages(messages=messages, at=NOW, seen_by=RULES)
    found: dict[str, list[str]] = {}
    for one in messages:
        outgoing = written[one.pk]
        said = outgoing.text if one.channel == "sms" else outgoing.title
        found.setdefault(one.participant.given_names, []).append(said)
    return found


def test_a_text_to_a_shared_phone_says_whom_it_is_for(person: Participant, juan: Participant) -> None:
    alone = make_participant(person.office, given_names="Ana")
    with_contacts(alone, phone="+12125550177", email="")
    stranger = make_participant(person.office, given_names="Rosa")
    with_contacts(stranger)  # the same number, as at a shelter's desk, but of no family
    due = NOW.date() + timedelta(days=1)
    for one in (person, juan, alone, stranger):
        make_duty(one, due_on=due)
    make_reminders(can=ALL, now=NOW)
    found = texts()
    assert all(one.startswith("Maria L.: ") for one in found["Maria"])
    assert all(one.startswith("Juan L.: ") for one in found["Juan Carlos"])
    assert not any(one.startswith(("Ana", "Rosa")) for one in (*found["Ana"], *found["Rosa"]))
    assert named_on_shared_contacts(among=[person.pk], seen_by=OPERATOR) == {}
    Contact.objects.filter(participant=juan).delete()
    assert not any(one.startswith("Maria") for one in texts()["Maria"]), "the phone is hers alone now"


def test_a_child_that_comes_of_age_is_before_an_officer_once(
    person: Participant, office: FieldOffice, officer: Staff, sign_in: SignIn
) -> None:
    child = make_participant(office, active=False, given_names="Luz", date_of_birth=BORN)
    name_guardian(child_id=child.pk, guardian_id=person.pk, evidence="Certificate", officer=officer, now=NOW)
    birthday = NOW.replace(year=2027, month=1, day=10)
    assert flag_of_age(now=birthday - timedelta(days=1)) == 0
    assert [flag_of_age(now=birthday + timedelta(days=day)) for day in range(2)] == [1, 0]
    flag = Flag.objects.get(reason=Reason.OF_AGE)
    assert (flag.participant_id, flag.about) == (child.pk, f"guardianship:{Guardianship.objects.get().pk}")
    assert "come of age" in sign_in(officer).get(f"/console/people/{child.pk}/").content.decode()
    Flag.objects.update(cleared_at=birthday, cleared_by=officer, decision="seen", decision_reason="Has a phone")
    assert flag_of_age(now=birthday + timedelta(days=3)) == 0, "an officer has decided"
    end_guardianship(guardianship_id=Guardianship.objects.get().pk, officer=officer, now=birthday)
    assert flag_of_age(now=birthday + timedelta(days=400)) == 0


def test_a_family_that_is_handed_over_stays_together(person: Participant, juan: Participant, officer: Staff) -> None:
    for _ in range(2):
        make_staff(person.office)
    supervisor = make_staff(person.office, Role.SUPERVISOR)
    cousin = make_participant(person.office)
    link_family(participant_id=person.pk, other_id=cousin.pk, officer=officer, now=NOW)
    others = [make_participant(person.office) for _ in range(3)]
    everybody = [person, juan, cousin, *others]
    Participant.objects.filter(pk__in=[one.pk for one in everybody]).update(officer=officer)
    assert hand_over_caseload(staff_id=officer.pk, to_id=None, actor=supervisor.as_actor(), now=NOW) == 6
    family = Participant.objects.filter(pk__in=[person.pk, juan.pk, cousin.pk])
    assert len(set(family.values_list("officer", flat=True))) == 1
    assert len(set(Participant.objects.filter(office=person.office).values_list("officer", flat=True))) == 2


def test_who_moves_to_their_family_gets_its_officer(
    person: Participant, juan: Participant, officer: Staff, other_office: FieldOffice
) -> None:
    first, second = make_staff(other_office), make_staff(other_office)
    for one in (person, juan):
        left = Left(LeftBecause.MOVED, "Lease", office_id=other_office.pk)
        move_participant(participant_id=one.pk, left=left, officer=officer, now=NOW)
        for _ in range(3):  # whoever has the family has the most people now
            make_participant(other_office, officer_id=Participant.objects.get(pk=person.pk).officer_id)
    found = set(Participant.objects.filter(pk__in=[person.pk, juan.pk]).values_list("officer", flat=True))
    assert len(found) == 1
    assert found < {first.pk, second.pk}
