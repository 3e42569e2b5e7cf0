"""What the court says, on the console: of a person with where it comes from, and what was delivered."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from adsum.court.models import CourtDrop
from adsum.exchange.court.reading import FileRefused
from adsum.ledger.models import LedgerLine
from adsum.management.housekeeping import follow_court
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role
from tests.exchange.court import load
from tests.exchange.court_days import CourtDays
from tests.factories import make_participant, make_staff

pytestmark = pytest.mark.django_db
SignIn = Callable[[Staff], Client]


@pytest.fixture
def days(tmp_path: Path) -> CourtDays:
    made = CourtDays(tmp_path, cases=40, days=3, seed=5, broken=0.1)
    made.write()
    return made


def test_an_officer_reads_each_line_with_where_it_comes_from(
    days: CourtDays, office: FieldOffice, officer: Staff, sign_in: SignIn
) -> None:
    number = next(number for number, state in days.truth[-1].items() if state == "in_absentia")
    person = make_participant(office, case_number=number)
    load(days.folder)
    follow_court(timezone.now())
    page = sign_in(officer).get(f"/console/people/{person.pk}/court/").content.decode()
    assert "Order to leave, made in absentia" in page
    assert "X, in absentia" in page
    assert "day1, line" in page
    assert LedgerLine.objects.filter(verb="file.viewed", participant_id=person.pk).count() == 1
    flag = sign_in(officer).get(f"/console/people/{person.pk}/").content.decode()
    assert "Order of the court" in flag
    assert "From the court&#x27;s drop day" in flag


def test_no_case_is_not_nothing_found(office: FieldOffice, officer: Staff, sign_in: SignIn) -> None:
    person = make_participant(office)
    page = sign_in(officer).get(f"/console/people/{person.pk}/court/").content.decode()
    assert "That is not the same as having no case" in page


def test_the_operator_sees_drops_refusals_and_lines_set_aside(days: CourtDays, sign_in: SignIn) -> None:
    load(days.folder)
    (days.folder / "day3" / "A_TblCase.csv").write_text("name\r\nAna\r\n")
    with pytest.raises(FileRefused):
        load(days.folder / "day3")
    operator = sign_in(make_staff(None, Role.OPERATOR))
    page = operator.get("/console/court/").content.decode()
    assert "Refused.</strong> A_TblCase.csv, line 1" in page
    assert "day2" in page
    drop = CourtDrop.objects.get(name="day1")
    aside = operator.get(f"/console/court/{drop.pk}/").content.decode()
    assert "2 columns instead of" in aside
    assert "BROKEN &quot;ROW" not in aside
    programme = sign_in(make_staff(None, Role.PROGRAMME)).get(f"/console/court/{drop.pk}/").content.decode()
    assert "BROKEN &quot;ROW" in programme
    assert operator.get("/console/court/0/").status_code == 404


def test_the_list_asks_as_often_for_one_drop_as_for_four(days: CourtDays, sign_in: SignIn) -> None:
    client = sign_in(make_staff(None, Role.AUDITOR))
    client.get("/console/court/")
    asked = []
    for folder in (days.folder / "day1", days.folder):
        load(folder)
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/console/court/").status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1]
