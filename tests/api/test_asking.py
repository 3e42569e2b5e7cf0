"""What partners see of people: theirs only, by scope, and each look stands in the person's file."""

import json
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from adsum.appointments.actions import give_appointment
from adsum.appointments.rules import Kind, Source, Wanted
from adsum.checkins.actions import submit_report
from adsum.checkins.rules import ReportContent
from adsum.ledger.models import LedgerLine
from adsum.offices.models import FieldOffice
from adsum.partners.policy import PartnersPolicy
from adsum.partners.rules import Scope
from adsum.people.models import Participant
from tests.factories import make_appointment, make_duty, make_participant
from tests.partners.known import make_program, problem_of

pytestmark = pytest.mark.django_db


def test_each_scope_shows_its_fields(office: FieldOffice, person: Participant) -> None:
    shown = {}
    for number, scope in enumerate((Scope.FIND, Scope.NAMES, Scope.LANGUAGE, Scope.ADDRESS)):
        program = make_program(office, code=f"one-{number}", scopes=(Scope.FIND, scope))
        told = program.get(f"/participants/{program.handle(person.case_number)}").json()
        shown[scope] = set(told) - {"id", "case_number", "office", "time_zone", "signed_in"}
    assert shown == {
        Scope.FIND: set(),
        Scope.NAMES: {"given_names", "surnames", "date_of_birth"},
        Scope.LANGUAGE: {"language"},
        Scope.ADDRESS: {"address"},
    }


def test_another_offices_people_are_as_if_they_were_not(
    office: FieldOffice, other_office: FieldOffice, person: Participant
) -> None:
    far, theirs = make_program(other_office), make_program(office, code="near")
    handle = theirs.handle(person.case_number)
    assert far.get("/participants").json() == {"items": [], "next": None}
    assert far.get(f"/participants?case_number={person.case_number}").json()["items"] == []
    unknown = far.get("/participants/1-0000000000000000")
    for path in ("", "/duties", "/appointments"):
        told = far.get(f"/participants/{handle}{path}")
        assert (told.status_code, told.content) == (404, unknown.content)
    assert far.report(handle).content == unknown.content


def test_a_handle_is_one_partners_own_and_cannot_be_counted_through(office: FieldOffice, person: Participant) -> None:
    first, second = make_program(office), make_program(office, code="other")
    handle = first.handle(person.case_number)
    assert handle != second.handle(person.case_number)
    assert handle.startswith(f"{person.pk}-")
    assert second.get(f"/participants/{handle}").status_code == 404
    assert first.get(f"/participants/{person.pk}").status_code in (404, 422)


@pytest.mark.parametrize("handle", ["0", "9" * 30, "-1", "٣-0000000000000000", "1-0000000000000000", "%00", "a%2Fb"])
def test_no_handle_breaks_it(office: FieldOffice, handle: str) -> None:
    told = make_program(office).get(f"/participants/{handle}")
    assert problem_of(told)["status"] in (404, 422)


def test_who_has_left_is_seen_no_more(office: FieldOffice, person: Participant) -> None:
    program = make_program(office)
    handle = program.handle(person.case_number)
    Participant.objects.filter(pk=person.pk).update(left_at=timezone.now())
    assert program.get(f"/participants/{handle}").status_code == 404


def test_only_who_may_list_sees_everybody(office: FieldOffice, person: Participant) -> None:
    program = make_program(office, scopes=(Scope.FIND,))
    assert problem_of(program.get("/participants"))["scope"] == "participants:list"
    assert len(program.get(f"/participants?case_number={person.case_number}").json()["items"]) == 1


def test_who_tries_case_numbers_is_slowed(office: FieldOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    program = make_program(office)
    monkeypatch.setattr("adsum.api.partners.people.in_force", lambda *_, **__: PartnersPolicy(misses_per_minute=2))
    answers = [program.get(f"/participants?case_number=A00000000{n}").status_code for n in range(3)]
    assert answers == [200, 200, 429]


def test_pages_hold_everybody_once_even_when_somebody_comes(office: FieldOffice) -> None:
    program = make_program(office)
    before = {make_participant(office).case_number for _ in range(5)}
    seen: list[str] = []
    cursor = ""
    while True:
        page = program.get(f"/participants?limit=2{cursor}").json()
        seen += [one["case_number"] for one in page["items"]]
        if page["next"] is None:
            break
        if len(seen) == 2:
            before.add(make_participant(office).case_number)
        cursor = f"&cursor={page['next']}"
    assert sorted(seen) == sorted(before)


def test_a_cursor_is_for_one_partner_and_one_list(office: FieldOffice) -> None:
    first, second = make_program(office), make_program(office, code="other")
    for _ in range(2):
        make_participant(office)
    cursor = first.get("/participants?limit=1").json()["next"]
    assert str(first.partner.pk) not in cursor.split(":")[0]
    assert problem_of(second.get(f"/participants?cursor={cursor}"))["type"] == "urn:adsum:problem:cursor"
    assert first.get(f"/participants?cursor={cursor}&office=NYC").status_code == 400
    assert first.get(f"/reports?cursor={cursor}").status_code == 400
    assert first.get(f"/participants?cursor={cursor}x").status_code == 400


def test_a_page_asks_as_often_for_one_as_for_five(
    office: FieldOffice, django_assert_max_num_queries: Callable[..., object]
) -> None:
    program = make_program(office)
    make_participant(office)
    program.get("/participants")
    with django_assert_max_num_queries(30) as one:  # type: ignore[attr-defined]
        program.get("/participants")
    for _ in range(4):
        make_participant(office)
    with django_assert_max_num_queries(30) as five:  # type: ignore[attr-defined]
        program.get("/participants")
    assert len(one) == len(five)


def test_each_look_is_in_the_ledger_and_in_the_persons_file(
    office: FieldOffice, person: Participant, sign_in: Callable[..., Client]
) -> None:
    program = make_program(office)
    handle = program.handle(person.case_number)
    for path in ("", "/duties", "/appointments"):
        assert program.get(f"/participants/{handle}{path}").status_code == 200
    looks = LedgerLine.objects.filter(verb="file.viewed", participant_id=person.pk)
    assert set(looks.values_list("actor_kind", "actor_id")) == {("partner", program.partner.pk)}
    assert looks.count() == 4
    assert "The county&#x27;s case system" in sign_in(person).get("/my-file/").content.decode()


def test_duties_say_what_is_due_missed_and_done(office: FieldOffice, person: Participant) -> None:
    now = timezone.now()
    make_duty(person, due_on=now.date() + timedelta(days=3), now=now)
    program = make_program(office)
    path = f"/participants/{program.handle(person.case_number)}/duties"
    assert program.get(path).json()["last_check_in_at"] is None
    submit_report(participant=person, key=uuid4(), content=ReportContent(lives_there=True), now=now)
    told = program.get(path).json()
    assert told["last_check_in_at"].startswith(now.isoformat()[:19])
    assert told["reported_in_a_year"] + told["missed_in_a_year"] + told["excused_in_a_year"] in (0, 1)


def test_appointments_say_where_and_whether_they_hold(office: FieldOffice, person: Participant) -> None:
    now = timezone.now()
    make_appointment(person, now=now)
    at_court = Wanted(Kind.COURT_HEARING, now + timedelta(days=9), "26 Federal Plaza", source=Source.COURT)
    give_appointment(participant=person, wanted=at_court, by=None, now=now)
    program = make_program(office)
    path = f"/participants/{program.handle(person.case_number)}/appointments"
    told = program.get(path).json()["items"]
    assert [(one["kind"], one["holds"]) for one in told] == [("office-visit", True), ("court-hearing", True)]
    assert problem_of(program.get(f"{path}?since=0"))["status"] == 422
    later = (now + timedelta(days=8)).date().isoformat()
    assert [one["place"] for one in program.get(f"{path}?since={later}").json()["items"]] == ["26 Federal Plaza"]


def test_what_is_had_already_is_not_sent_again(office: FieldOffice, person: Participant) -> None:
    program = make_program(office)
    path = f"/participants/{program.handle(person.case_number)}"
    tag = program.get(path)["ETag"]
    again = program.get(path, if_none_match=f'"other", W/{tag}')
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    Participant.objects.filter(pk=person.pk).update(surnames="Diaz")
    assert json.loads(program.get(path, if_none_match=tag).content)["surnames"] == "Diaz"
