"""A representative reads the file by consent; help near the office stands on a list that the office keeps."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.utils import timezone

from adsum.offices.models import HelpPlace, Staff
from adsum.people.models import Participant, Representative
from adsum.people.policy import PeoplePolicy
from tests.factories import make_participant

POLICY = PeoplePolicy()

SignIn = Callable[[Participant | Staff], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _schema_is_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adsum.management.commanding.prepare_schema", lambda: None)


def make_link(browser: Client, name: str = "A. Lawyer") -> str:
    """The link that the page shows once, without the host."""
    page = browser.post("/my-file/representatives/", {"name": name}).content.decode()
    return page.partition('id="representative-link"')[2].partition(">")[2].partition("<")[0].partition(":8000")[2]


def test_a_representative_reads_and_the_person_sees_each_look(person: Participant, sign_in: SignIn) -> None:
    browser = sign_in(person)
    link = make_link(browser)
    page = Client().get(link)
    assert (page.status_code, page["Cache-Control"]) == (200, "no-store")
    assert person.case_number in page.content.decode()
    assert "<form" not in page.content.decode().partition("<main")[2]
    assert Client().post(link).status_code == 405
    Client().get(link)
    shown = browser.get("/my-file/representatives/").content.decode().partition("A. Lawyer")[2]
    assert shown.count("<li>") == 2
    assert link not in shown
    assert "Somebody you gave a link to" in browser.get("/my-file/").content.decode()


def test_it_ends_when_the_person_ends_it(person: Participant, sign_in: SignIn) -> None:
    browser = sign_in(person)
    link = make_link(browser)
    browser.post("/my-file/representatives/", {"end": str(Representative.objects.get().pk)})
    assert Client().get(link).status_code == 404


def test_it_ends_by_itself(person: Participant, sign_in: SignIn) -> None:
    link = make_link(sign_in(person))
    with time_machine.travel(timezone.now() + timedelta(days=POLICY.representative_days, seconds=1)):
        assert Client().get(link).status_code == 404


@pytest.mark.parametrize("end", ["0", "-1", "٣", "9" * 40, "x", "1; DROP"])
def test_what_is_no_number_ends_nothing(person: Participant, sign_in: SignIn, end: str) -> None:
    browser = sign_in(person)
    link = make_link(browser)
    assert browser.post("/my-file/representatives/", {"end": end}).status_code == 302
    assert Client().get(link).status_code == 200


def test_nobody_ends_anothers(person: Participant, sign_in: SignIn) -> None:
    link = make_link(sign_in(person))
    other = sign_in(make_participant(person.office))
    other.post("/my-file/representatives/", {"end": str(Representative.objects.get().pk)})
    assert Client().get(link).status_code == 200
    assert "A. Lawyer" not in other.get("/my-file/representatives/").content.decode()


def test_there_are_only_so_many_and_each_has_a_name(person: Participant, sign_in: SignIn) -> None:
    browser = sign_in(person)
    assert make_link(browser, " \t") == ""
    links = [make_link(browser, "x" * 500) for _ in range(POLICY.representatives_at_once + 2)]
    assert [bool(link) for link in links] == [True] * POLICY.representatives_at_once + [False] * 2


def test_the_list_of_help_is_replaced_whole_or_not_at_all(person: Participant, sign_in: SignIn, tmp_path: Path) -> None:
    browser, file = sign_in(person), tmp_path / "help.csv"
    assert "has not made a list" in browser.get("/help/near/").content.decode()
    header = "kind,name,phone,languages,address\n"
    file.write_text(f"{header}legal,Legal Aid,212 555,Español,1 Main St\nfood,<b>Bread</b>,,,\n", encoding="utf-8-sig")
    call_command("helpers", str(file), office="NYC", json=True)
    page = browser.get("/help/near/").content.decode()
    assert page.index("Legal Aid") < page.index("&lt;b&gt;Bread")
    file.write_text(f"{header}legal,New,,,\nwitchcraft,No,,,\n")
    with pytest.raises(CommandError, match="row 3 needs"):
        call_command("helpers", str(file), office="NYC", json=True)
    assert HelpPlace.objects.count() == 2


def test_the_list_is_the_offices_own(
    person: Participant, other_office: object, tmp_path: Path, sign_in: SignIn
) -> None:
    file = tmp_path / "help.csv"
    file.write_text("kind,name\nlegal,Far Away Aid\n")
    call_command("helpers", str(file), office="LAX", json=True)
    assert "Far Away" not in sign_in(person).get("/help/near/").content.decode()
