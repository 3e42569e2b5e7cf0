"""A supervisor sees who of the office may be a family and why, and decides each by one click that can be undone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from adsum.enrolment.actions import enrol_wave
from adsum.families.actions import (
    FamilyRefused,
    decide_family,
    erase_family_decisions,
    link_family,
    undo_family_decision,
)
from adsum.families.models import Family, FamilyDecision, FamilyMember
from adsum.families.queries import families_proposed, family_decisions, may_belong_together
from adsum.families.rules import Proposal, Tie, propose_families
from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import OPERATOR
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role
from adsum.people.models import Participant
from tests.factories import NOW, make_row, make_staff

SignIn = Callable[[Participant | Staff], Client]
LATER = NOW + timedelta(hours=1)
APART = {"phone": "", "email": ""}


@pytest.fixture
def supervisor(office: FieldOffice) -> Staff:
    return make_staff(office, Role.SUPERVISOR, name="Sam Super")


def enrol(office: FieldOffice, *homes: dict[str, str], name: str = "w1") -> list[int]:
    """People of a list, each at an address and with a name of their own, but for what is said here; their ids."""
    rows = []
    for number, said in enumerate(homes, 2):
        own = {**APART, "address": f"{number} {name} St", "surnames": f"Abc{chr(95 + number)}", "unit": "Apt 1"}
        rows.append(make_row(number, **{**own, **said}))
    enrol_wave(rows=rows, office=office, name=name, actor=OPERATOR, now=NOW)
    numbers = [row.values["case_number"] for row in rows]
    return [Participant.objects.get(case_number=f"A{int(one[1:]):09d}").pk for one in numbers]


def proposed(supervisor: Staff) -> list[tuple[tuple[int, ...], tuple[Tie, ...]]]:
    found = families_proposed(office_id=supervisor.office_id, seen_by=supervisor.as_actor())
    return [(one.people, one.ties) for one in found]


def families() -> set[frozenset[int]]:
    return {
        frozenset(one.members.values_list("participant_id", flat=True)) for one in Family.objects.all()
    }  # an empty family would be seen too


HOME = {"address": "123 Main St", "unit": "4"}
CRUZ = {"surnames": "Cruz", **HOME}
CALL = {"phone": "+12125550123", "address": "123 Main St"}


@pytest.mark.parametrize(
    ("one", "other", "ties"),
    [
        ({"household": "H1"}, {"household": "H1"}, (Tie.HOUSEHOLD,)),
        ({"household": "H1"}, {"household": " H1 "}, (Tie.HOUSEHOLD,)),
        ({"household": "H1"}, {"household": "H2"}, None),
        ({"household": ""}, {"household": ""}, None),
        ({"phone": "+12125550123", **HOME}, {"phone": "(212) 555-0123", **HOME}, (Tie.PHONE,)),
        ({"phone": "+12125550123"}, {"phone": "+12125550123"}, None),
        ({"surnames": "Pérez Cruz", **HOME}, {"surnames": "Perez", **HOME}, (Tie.SURNAME,)),
        ({"surnames": "Cruz", **HOME}, {"surnames": "Cruz", "address": "123 MAIN ST.", "unit": "4"}, (Tie.SURNAME,)),
        ({"surnames": "Cruz", **HOME}, {"surnames": "Cruz", "address": "123 Main St", "unit": "5"}, None),
        (CRUZ, {"surnames": "Cruz", "address": "123 MAIN STREET #4", "unit": ""}, (Tie.SURNAME,)),
        (CRUZ, {"surnames": "Cruz", "address": "123 Main Str. Apt 4", "unit": ""}, (Tie.SURNAME,)),
        ({**CRUZ, "address": "9 N Elm St"}, {**CRUZ, "address": "9 North Elm Street"}, (Tie.SURNAME,)),
        ({**CRUZ, "address": "9 N Elm St"}, {**CRUZ, "address": "9 S Elm St"}, None),
        (CRUZ, {"surnames": "Cruz", "address": "123 Main Ave", "unit": "4"}, None),
        (CRUZ, {"surnames": "Cruz", "address": "123 Main Street #14", "unit": ""}, None),
        (CRUZ, {"surnames": "Cruz", "address": "123 Main Street", "unit": ""}, None),
        (
            {**CALL, "address": "123 Main St", "unit": ""},
            {**CALL, "address": "123 MAIN STREET", "unit": ""},
            (Tie.PHONE,),
        ),
        ({**CALL, "address": "123 Main St", "unit": ""}, {**CALL, "address": "123 MAIN STREET #4", "unit": ""}, None),
        (HOME, HOME, None),
        (
            {"household": "H1", "surnames": "Cruz", **HOME},
            {"household": "H1", "surnames": "Cruz", **HOME},
            (Tie.HOUSEHOLD, Tie.SURNAME),
        ),
    ],
)
def test_why_people_are_proposed(
    office: FieldOffice, supervisor: Staff, one: dict[str, str], other: dict[str, str], ties: tuple[Tie, ...] | None
) -> None:
    people = enrol(office, one, other, {})
    assert proposed(supervisor) == ([(tuple(people[:2]), ties)] if ties else [])
    assert not FamilyMember.objects.exists(), "nobody is linked by a list"


def test_groups_that_share_somebody_are_one_proposal() -> None:
    groups = [(Tie.SURNAME, [5, 6]), (Tie.PHONE, [2, 3]), (Tie.SURNAME, [3, 4]), (Tie.HOUSEHOLD, [8, 9])]
    assert propose_families(groups, families={}, decided=()) == [
        Proposal((8, 9), (Tie.HOUSEHOLD,)),
        Proposal((2, 3, 4), (Tie.PHONE, Tie.SURNAME)),
        Proposal((5, 6), (Tie.SURNAME,)),
    ]
    known = {2: 1, 3: 1, 4: 1, 8: 2, 9: 3}
    left = propose_families(groups, families=known, decided={(5, 6)})
    assert [one.people for one in left] == [(8, 9)], "one family, and what is decided, are not asked about again"


def test_the_same_word_in_another_list_is_another_household(office: FieldOffice, supervisor: Staff) -> None:
    enrol(office, {"household": "1"}, name="may")
    enrol(office, {"household": "1"}, name="june")
    assert proposed(supervisor) == []


def test_one_click_links_them_and_another_takes_it_back(
    office: FieldOffice, supervisor: Staff, sign_in: SignIn
) -> None:
    people = enrol(office, *[{"household": "H1"}] * 3)
    browser = sign_in(supervisor)
    shown = browser.get("/console/families/").content.decode()
    assert "One household in the agency’s list" in shown and "1</span> to decide" in shown
    browser.post("/console/families/", {"do": "together", "person": people})
    assert families() == {frozenset(people)} and proposed(supervisor) == []
    shown = browser.get("/console/families/").content.decode()
    assert "Decided lately" in shown and "Sam Super" in shown and "Nobody is proposed" in shown
    decision = FamilyDecision.objects.get()
    for _ in range(2):
        browser.post("/console/families/", {"do": "undo", "decision": decision.pk})
    assert families() == set() and [one for one, _ in proposed(supervisor)] == [tuple(people)]
    verbs = LedgerLine.objects.filter(participant_id=people[0]).values_list("verb", flat=True)
    assert {"family.linked", "family.decision-undone"} <= set(verbs)


def test_one_person_with_two_numbers_is_told_from_a_family(
    office: FieldOffice, supervisor: Staff, sign_in: SignIn
) -> None:
    ana = {"household": "H1", "given_names": "Ana", "surnames": "Cruz"}
    enrol(office, ana, {**ana, "date_of_birth": "2001-01-01"})
    browser = sign_in(supervisor)
    assert "one person with two" not in browser.get("/console/families/").content.decode()
    enrol(office, {"household": "H2", **ana}, {"household": "H2", **ana}, name="w2")
    assert "one person with two" in browser.get("/console/families/").content.decode()


def test_who_is_no_family_is_asked_about_no_more_until_it_is_undone(
    office: FieldOffice, supervisor: Staff, sign_in: SignIn
) -> None:
    people = enrol(office, *[{"household": "H1"}] * 2)
    mine = Participant.objects.get(pk=people[0])
    browser = sign_in(supervisor)
    assert [one.pk for one in may_belong_together(participant=mine, seen_by=supervisor.as_actor())] == people[1:]
    for wrong in ({"do": "apart"}, {"do": "", "person": people}, {"do": "undo", "decision": "x"}, {}):
        browser.post("/console/families/", wrong)
    assert not FamilyDecision.objects.exists()
    browser.post("/console/families/", {"do": "apart", "person": people})
    assert (families(), proposed(supervisor)) == (set(), [])
    assert may_belong_together(participant=mine, seen_by=supervisor.as_actor()) == []
    browser.post("/console/families/", {"do": "undo", "decision": FamilyDecision.objects.get().pk})
    assert len(proposed(supervisor)) == 1


def test_two_families_that_became_one_are_two_again(office: FieldOffice, supervisor: Staff) -> None:
    a, b, c, d = people = enrol(office, {"household": "H1"}, {}, {"household": "H1"}, {})
    for one, other in ((a, b), (c, d)):
        link_family(participant_id=one, other_id=other, officer=supervisor, now=NOW)
    decision = decide_family(people=[c, a], together=True, officer=supervisor, now=NOW)
    assert families() == {frozenset(people)}
    undo_family_decision(decision_id=decision.pk, officer=supervisor, now=LATER)
    assert families() == {frozenset([a, b]), frozenset([c, d])}


def test_what_somebody_changed_since_is_not_taken_back(office: FieldOffice, supervisor: Staff) -> None:
    people = enrol(office, *[{"household": "H1"}] * 2)
    decision = decide_family(people=people, together=True, officer=supervisor, now=NOW)
    FamilyMember.objects.filter(participant=people[0]).delete()
    with pytest.raises(FamilyRefused, match="changed this family since"):
        undo_family_decision(decision_id=decision.pk, officer=supervisor, now=LATER)


def test_with_a_file_what_was_decided_about_it_is_erased(office: FieldOffice, supervisor: Staff) -> None:
    a, b, c, stranger = enrol(office, {"household": "H1"}, {"household": "H1"}, {}, {})
    link_family(participant_id=b, other_id=c, officer=supervisor, now=NOW)
    decide_family(people=[a, b], together=True, officer=supervisor, now=NOW)
    erase_family_decisions(participant=Participant.objects.get(pk=stranger), now=LATER)
    assert FamilyDecision.objects.exists()
    erase_family_decisions(participant=Participant.objects.get(pk=c), now=LATER)
    assert not FamilyDecision.objects.exists(), "they were moved by it, though they were not asked about"


def test_only_what_is_proposed_can_be_decided(office: FieldOffice, supervisor: Staff) -> None:
    one, two, three = enrol(office, {"household": "H1"}, {"household": "H1"}, {})
    for people in ([one], [one, three], [one, two, three], []):
        with pytest.raises(FamilyRefused):
            decide_family(people=people, together=True, officer=supervisor, now=NOW)
    Participant.objects.filter(pk=two).update(left_at=NOW)
    assert proposed(supervisor) == []


def test_another_office_sees_and_decides_nothing(
    office: FieldOffice, other_office: FieldOffice, supervisor: Staff, sign_in: SignIn, officer: Staff
) -> None:
    homes = [{"household": "H1", "given_names": "Xiomara"}, {"household": "H1"}, *[{"household": "H2"}] * 2]
    people = enrol(office, *homes)
    mine = decide_family(people=people[:2], together=True, officer=supervisor, now=NOW)
    stranger = make_staff(other_office, Role.SUPERVISOR)
    far = sign_in(stranger)
    assert "Xiomara" not in far.get("/console/families/").content.decode()
    far.post("/console/families/", {"do": "together", "person": people[2:]})
    far.post("/console/families/", {"do": "undo", "decision": mine.pk})
    assert families() == {frozenset(people[:2])} and FamilyDecision.objects.get().undone_at is None
    for who in (stranger, Participant.objects.get(pk=people[0])):
        assert families_proposed(office_id=office.pk, seen_by=who.as_actor()) == []
        assert not family_decisions(office_id=office.pk, seen_by=who.as_actor())
    assert sign_in(officer).get("/console/families/").status_code == 403


def test_long_lists_have_pages_and_as_many_queries(office: FieldOffice, supervisor: Staff, sign_in: SignIn) -> None:
    browser = sign_in(supervisor)

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert browser.get("/console/families/").status_code == 200
        return len(queries)

    enrol(office, *[{"household": "H1"}] * 2)
    once = asked()
    enrol(office, *[{"household": f"H{number // 2}"} for number in range(50)], name="more")
    assert asked() == once
    first = browser.get("/console/families/").content.decode()
    assert "Page 1 of 2" in first and first.count("Not a family") == 20
    assert browser.get("/console/families/?page=2").content.decode().count("Not a family") == 6
