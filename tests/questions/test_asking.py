"""Which version is asked of whom, and that answers keep theirs."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management import CommandError
from django.db import ProgrammingError, transaction
from django.test import Client

from adsum.checkins.models import Report
from adsum.checkins.rules import Concern
from adsum.ledger.rules import OPERATOR, RULES
from adsum.management.commands.questions import Command
from adsum.offices.models import FieldOffice
from adsum.offices.rules import Role
from adsum.people.actions import sign_in_device
from adsum.people.models import Participant
from adsum.policies.actions import approve_policy
from adsum.policies.queries import in_force
from adsum.policies.rules import Scope
from adsum.portal.cookies import DEVICE_COOKIE
from adsum.questions.actions import publish_template
from adsum.questions.models import QuestionTemplate
from adsum.questions.policy import QuestionsPolicy
from adsum.questions.queries import template_for
from tests.factories import NOW, make_office, make_staff, make_version

LANGUAGES = tuple(dict(settings.LANGUAGES))
pytestmark = pytest.mark.django_db


def body(words: str = "Do you work?") -> dict[str, Any]:
    def text(said: str) -> dict[str, str]:
        return dict.fromkeys(LANGUAGES, said)

    where = {"key": "where", "kind": "text", "text": text("Where is it?")}
    yes = {"value": "yes", "text": text("Yes"), "picture": "check", "look": True, "then": [where]}
    no = {"value": "no", "text": text("No")}
    return {"questions": [{"key": "work", "kind": "choice", "text": text(words), "options": [yes, no]}]}


def publish(office: FieldOffice | None = None, level: str = "", words: str = "Do you work?", hours: int = 0) -> int:
    return publish_template(
        body=body(words),
        office=office,
        level=level,
        languages=LANGUAGES,
        valid_from=NOW + timedelta(hours=hours),
        actor=OPERATOR,
        now=NOW,
    ).pk


def test_the_closest_version_in_force_is_asked(office: FieldOffice) -> None:
    elsewhere = make_office("BOS")
    general = publish()
    at_level, here = publish(level="check-in"), publish(office)
    here_at_level = publish(office, "check-in")
    later = publish(office, "check-in", hours=2)

    def asked(where: FieldOffice, level: str, hours: int = 1) -> int | None:
        moment = NOW + timedelta(hours=hours)
        found = template_for(office_id=where.pk, level=level, at=moment, seen_by=RULES)
        return found.pk if found else None

    assert asked(elsewhere, "gps-wrist") == general
    assert asked(elsewhere, "check-in") == at_level
    assert asked(office, "gps-wrist") == here
    assert asked(office, "check-in") == here_at_level
    assert asked(office, "check-in", hours=3) == later
    assert asked(office, "check-in", hours=-1) is None


def test_what_was_published_by_the_limits_of_its_day_is_asked_though_they_are_narrower_when_it_begins(
    office: FieldOffice,
) -> None:
    coming = QuestionTemplate.objects.get(pk=publish(hours=24 * 8))
    author, other = make_staff(None, Role.PROGRAMME), make_staff(None, Role.PROGRAMME)
    version = make_version(author, kind=QuestionsPolicy, values={"deepest_level": 1}, scope=Scope())
    approve_policy(version_id=version.pk, approver=other.as_actor(), now=NOW + timedelta(hours=1))
    assert in_force(QuestionsPolicy, now=coming.valid_from).deepest_level == 1
    assert [one.key for one in coming.questions] == ["work"]


def test_a_version_cannot_be_changed_by_anybody(office: FieldOffice) -> None:
    template = publish(office)
    with pytest.raises(ProgrammingError), transaction.atomic():
        QuestionTemplate.objects.filter(pk=template).update(body={})
    with pytest.raises(ProgrammingError), transaction.atomic():
        QuestionTemplate.objects.filter(pk=template).delete()


@pytest.fixture
def phone(person: Participant, client: Client) -> Client:
    client.cookies[DEVICE_COOKIE] = sign_in_device(participant=person, browser="test", now=NOW)
    return client


def sent(template: object, **answers: str) -> dict[str, str]:
    named = {f"q-{key}": value for key, value in answers.items()}
    return {"key": str(uuid4()), "lives_there": "yes", "template": str(template), **named}


def test_an_answer_keeps_the_version_that_was_shown(person: Participant, phone: Client) -> None:
    first = publish(person.office, words="First words?")
    shown = phone.get("/check-in/").content.decode()
    assert "First words?" in shown and f'value="{first}"' in shown
    publish(person.office, words="Second words?")
    phone.post("/check-in/", sent(first, work="yes", where="In a kitchen"))
    report = Report.objects.get(participant=person)
    assert (report.template_id, report.answers) == (first, {"work": "yes", "where": "In a kitchen"})
    assert [one.question for one in report.answered_in("en")] == ["First words?", "Where is it?"]
    assert Concern.ANSWER in report.concerns


@pytest.mark.parametrize("template", ["", "x", "0", "-1", "99999999999999999999", "987654"])
def test_a_report_comes_in_whatever_its_template_says(person: Participant, phone: Client, template: str) -> None:
    phone.post("/check-in/", sent(template, work="yes"))
    assert Report.objects.get(participant=person).answers == {}


def test_another_offices_version_is_not_answered(person: Participant, phone: Client) -> None:
    phone.post("/check-in/", sent(publish(make_office("BOS")), work="yes"))
    assert Report.objects.get(participant=person).template_id is None


def test_the_officer_reads_question_and_answer(person: Participant, phone: Client, client: Client) -> None:
    phone.post("/check-in/", sent(publish(person.office), work="yes", where="<b>Kitchen</b>"))
    officer = Client()
    officer.force_login(make_staff(person.office))
    page = officer.get(f"/console/people/{person.pk}/").content.decode()
    assert "Do you work?" in page and "&lt;b&gt;Kitchen&lt;/b&gt;" in page and "version 1" in page


def command(file: Path, office: str = "", since: str = "") -> dict[str, Any]:
    return Command().answer(what="publish", file=str(file), office=office, level="", since=since)


def test_a_file_is_published_and_a_bad_one_refused_in_words(tmp_path: Path, office: FieldOffice) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(json.dumps(body()))
    bad.write_text(json.dumps({"questions": [{"key": "a", "kind": "text", "text": {"en": "A?"}}]}))
    assert command(good, office.code)["version"] == 1
    for given, says in (
        ((bad,), "missing in"),
        ((tmp_path / "none.json",), "cannot be read"),
        ((good, "XXX"), "no office XXX"),
        ((good, "", "2020-01-01T00:00Z"), "the past has been asked already"),
        ((good, "", "soon"), "is no moment"),
        ((good, "", "2030-01-01"), "lacks its zone"),
    ):
        with pytest.raises(CommandError, match=says):
            command(*given)
    assert [one["version"] for one in Command().answer(what="show")["templates"]] == [1]
