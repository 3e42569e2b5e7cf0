"""Enrolling a wave: every row accounted for, nobody twice, all or nothing."""

from datetime import date, timedelta
from unittest.mock import patch

import pytest
from django.db import DatabaseError

from adsum.checkins.models import Duty, Plan
from adsum.enrolment.actions import enrol_wave
from adsum.enrolment.models import Enrolment
from adsum.enrolment.rules import Fault, Graded, Row
from adsum.families.models import FamilyMember, ListedHousehold
from adsum.flags.models import Flag
from adsum.law.models import Clock
from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import OPERATOR
from adsum.notices.models import Notice
from adsum.offices.models import FieldOffice, Staff
from adsum.orders.models import Order
from adsum.people.models import Contact, Participant
from adsum.places.models import Address
from tests.factories import NOW, make_row, make_staff


def enrol(office: FieldOffice, *rows: Row, name: str = "w1"):  # type: ignore[no-untyped-def]
    return enrol_wave(rows=rows, office=office, name=name, actor=OPERATOR, now=NOW)


def test_a_clean_row_becomes_a_person_with_everything(office: FieldOffice, officer: Staff) -> None:
    enrol(office, make_row(case_number="A123456789", interval_days="14", level="gps-wrist"))
    person = Participant.objects.get()
    assert (person.case_number, person.full_name, person.officer) == ("A123456789", "Maria Lopez Garcia", officer)
    assert (person.date_of_birth, person.language, person.activated_at) == (date(1988, 3, 14), "es", None)
    assert str(Address.objects.get()) == "123 Main St Apt 4, Brooklyn, NY 11226"
    assert set(Contact.objects.values_list("kind", "value")) == {
        ("phone", "+12125550123"),
        ("email", "maria@example.org"),
    }
    plan, duty, order = Plan.objects.get(), Duty.objects.get(), Order.objects.get()
    assert (plan.interval_days, plan.next_due_on, duty.due_on) == (14, date(2026, 12, 28), date(2026, 12, 14))
    assert (order.level, order.ground, order.ground_note) == ("gps-wrist", "agency-list", "wave w1")
    assert not Flag.objects.exists()
    assert set(LedgerLine.objects.filter(participant_id=person.pk).values_list("verb", flat=True)) == {
        "participant.enrolled",
        "order.started",
    }


@pytest.mark.parametrize(
    ("said", "last_day", "faults"),
    [
        ("2026-11-20", date(2026, 11, 27), []),
        ("11/16/2026", date(2026, 11, 23), []),
        ("2026-10-01", None, []),  # those days are over: nobody is told of a day that has passed
        ("2026-11-23", None, ["released-invalid"]),
        ("last week", None, ["released-invalid"]),
        ("", None, []),
    ],
)
def test_who_has_just_been_released_is_told_until_when_a_judge_can_be_asked(
    office: FieldOffice, said: str, last_day: date | None, faults: list[str]
) -> None:
    enrol(office, make_row(released_on=said))
    days = list(Clock.objects.filter(kind="easing").values_list("last_day", flat=True))
    told = list(Notice.objects.filter(kind="easing-open").values_list("participant", flat=True))
    person = Participant.objects.get()
    assert (days, told) == (([last_day], [person.pk]) if last_day else ([], []))
    assert [flag.details["faults"] for flag in Flag.objects.all()] == ([faults] if faults else [])


def test_who_is_monitored_at_no_level_has_no_conditions_to_ease(office: FieldOffice) -> None:
    enrol(office, make_row(released_on="2026-11-20", level="none"))
    assert not Clock.objects.exists()


HOUSEHOLDS: dict[str, tuple[list[dict[str, str]], list[str], list[list[str]]]] = {
    "no column": ([{}, {}], [], []),
    "empty": ([{"household": ""}, {"household": "  "}], [], []),
    "as it is written": ([{"household": "H1"}, {"household": "  H1 "}], ["H1", "H1"], []),
    "as long as can be": ([{"household": "H" * 40}], ["H" * 40], []),
    "too long": ([{"household": "H" * 41}], [], [["household-too-long"]]),
    "in two offices": (
        [{"household": "H1"}, {"household": "H1", "field_office": "BOS"}, {"household": "H2"}],
        ["H2"],
        [["household-in-two-offices"]] * 2,
    ),
    "in another office": ([{"household": "H1", "field_office": "BOS"}] * 2, ["H1", "H1"], []),
}


@pytest.mark.parametrize("what", HOUSEHOLDS)
def test_the_household_of_a_list_is_kept_and_links_nobody(office: FieldOffice, what: str) -> None:
    said, kept, faults = HOUSEHOLDS[what]
    result = enrol(office, *(make_row(2, **one) for one in said))
    assert result.enrolled == len(said), "a household keeps nobody out"
    assert list(ListedHousehold.objects.order_by("pk").values_list("household", flat=True)) == kept
    assert [flag.details["faults"] for flag in Flag.objects.order_by("pk")] == faults
    assert not FamilyMember.objects.exists()


def test_faults_are_grades_and_one_flag(office: FieldOffice) -> None:
    result = enrol(office, make_row(unit="", phone="123", interval_days="x", first_due_on=""))
    flag = Flag.objects.get()
    assert flag.details == {"faults": ["unit-missing", "phone-invalid", "interval-invalid", "first-due-invalid"]}
    assert (result.enrolled, sum(result.graded.values())) == (1, 4)
    assert Contact.objects.get(kind="phone").value == ""
    assert (Plan.objects.get().interval_days, Duty.objects.get().due_on) == (28, NOW.date() + timedelta(days=7))


def test_every_row_is_accounted_for(office: FieldOffice) -> None:
    rows = [
        make_row(2, case_number="A111111111"),
        make_row(3, case_number="A111111111"),
        make_row(4, case_number=""),
        make_row(5, date_of_birth="1900-01-01"),
        make_row(6, unit=""),
    ]
    rejected: list[Graded] = []
    result = enrol_wave(rows=rows, office=office, name="w1", actor=OPERATOR, now=NOW, reject=rejected.append)
    assert (result.read, result.enrolled, result.already, result.rejected) == (5, 2, 0, 3)
    assert [(row.row.number, row.rejection) for row in rejected] == [
        (3, Fault.DUPLICATE),
        (4, Fault.CASE_NUMBER),
        (5, Fault.BIRTHDAY),
    ]
    assert list(Enrolment.objects.order_by("row_number").values_list("row_number", "faults")) == [
        (2, []),
        (6, ["unit-missing"]),
    ]


def test_the_same_file_again_enrols_nobody_twice(office: FieldOffice) -> None:
    rows = [make_row(), make_row(unit=""), make_row(case_number="")]
    enrol(office, *rows)
    lines = LedgerLine.objects.filter(verb="participant.enrolled").count()
    again = enrol(office, *rows)
    assert (again.read, again.enrolled, again.already, again.rejected) == (3, 0, 2, 1)
    assert Participant.objects.count() == Duty.objects.count() == lines == 2
    assert Flag.objects.count() == 1


def test_a_second_wave_knows_who_lives_at_the_door_already(office: FieldOffice) -> None:
    enrol(office, *(make_row(address="455 Jefferson St", unit="") for _ in range(5)))
    result = enrol(office, make_row(address="455 Jefferson St", unit=""), name="w2")
    assert result.graded == {"address-overused": 1}


def test_caseloads_are_dealt_out_in_turn(office: FieldOffice, officer: Staff) -> None:
    other = make_staff(office)
    enrol(office, *(make_row() for _ in range(5)))
    assert [Participant.objects.filter(officer=who).count() for who in (officer, other)] == [3, 2]


def test_an_error_in_the_middle_enrols_nobody(office: FieldOffice) -> None:
    broken = patch("adsum.enrolment.actions.waves.start_listed_plans", side_effect=DatabaseError("disk full"))
    with broken, pytest.raises(DatabaseError):
        enrol(office, make_row(), make_row())
    assert not Participant.objects.exists()
    assert not LedgerLine.objects.filter(verb="participant.enrolled").exists()
    assert enrol(office, make_row()).enrolled == 1


@pytest.mark.parametrize(
    "column", ["given_names", "surnames", "country", "address", "unit", "city", "state", "phone", "level"]
)
@pytest.mark.parametrize(
    "value",
    ["x" * 9_000, "a\x00b", "<script>alert(1)</script>", "' OR 1=1 --", "\u202egnp", "=1+1"],
    ids=["huge", "zero byte", "script", "sql", "right to left", "formula"],
)
def test_whatever_stands_in_a_field_the_person_is_enrolled(office: FieldOffice, column: str, value: str) -> None:
    assert enrol(office, make_row(2, **{column: value})).enrolled == 1


def test_the_oddest_row_is_enrolled_and_its_neighbours_with_it(office: FieldOffice) -> None:
    odd = make_row(
        sex="ßß", email="a" * 250 + "@b.co", interval_days="0" * 300, first_due_on="9999-12-31", language="x" * 400
    )
    assert enrol(office, odd, make_row()).enrolled == 2
