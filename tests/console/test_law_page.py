"""The law page: entered by one person, approved by another, vacated; who may, and what is refused."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from adsum.law.actions import start_clock, sweep_clocks
from adsum.law.models import LawRule
from adsum.law.rules import ClockKind
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role
from adsum.people.models import Participant
from tests.factories import make_staff

pytestmark = pytest.mark.django_db
SignIn = Callable[[Participant | Staff], Client]
NOW = datetime.now(UTC)
TYPED = {
    "kind": "appeal",
    "days": "10",
    "unit": "calendar",
    "counts_from": "receipt",
    "mail_days": "5",
    "rolls": "on",
    "starts_on": (NOW + timedelta(days=3)).date().isoformat(),
    "source": "91 FR 5267",
    "reason": "Published today",
}


@pytest.fixture
def supervisor(office: FieldOffice) -> Staff:
    return make_staff(office, Role.SUPERVISOR, name="Sam Supervisor")


@pytest.fixture
def programme() -> Staff:
    return make_staff(None, Role.PROGRAMME, name="Pat Programme")


def test_a_rule_goes_through_two_people(
    person: Participant, supervisor: Staff, programme: Staff, sign_in: SignIn
) -> None:
    start_clock(kind=ClockKind.APPEAL, participant_id=person.pk, about="review:7", counted_from=NOW, now=NOW)
    mine, theirs = sign_in(supervisor), sign_in(programme)
    seen = mine.post("/console/law/", {**TYPED, "do": "preview"}).content.decode()
    assert "1 open clock of 1 person: 1 shorter, 0 longer" in seen
    assert not LawRule.objects.exists()
    assert mine.post("/console/law/", {**TYPED, "do": "enter"}).status_code == 302
    rule = LawRule.objects.get()
    assert (rule.days, rule.rolls, rule.tolls_outage, rule.entered_by) == (10, True, False, supervisor)
    assert "Waiting for a second person" in theirs.get("/console/law/").content.decode()
    assert mine.post(f"/console/law/rules/{rule.pk}/", {"do": "approve"}).status_code == 403
    theirs.post(f"/console/law/rules/{rule.pk}/", {"do": "approve"})
    assert "What comes" in mine.get("/console/law/").content.decode()
    page = sign_in(person).get("/my-file/").content.decode()
    assert "A new rule is planned." in page
    theirs.post(f"/console/law/rules/{rule.pk}/", {"do": "vacate", "why": "The court in Washington"})
    seen = theirs.get("/console/law/").content.decode()
    assert "The court in Washington" in seen and "What comes" not in seen
    assert "A new rule is planned." not in sign_in(person).get("/my-file/").content.decode()


@pytest.mark.parametrize(
    "change",
    [
        {"days": "0"},
        {"days": "ten"},
        {"days": "²"},
        {"days": "9" * 5_000},
        {"kind": "jail"},
        {"unit": ""},
        {"counts_from": "x"},
        {"starts_on": "tomorrow"},
        {"ends_on": "2020-01-01"},
        {"source": " "},
        {"reason": ""},
        {"mail_days": "-1"},
    ],
)
def test_what_is_no_rule_is_refused(supervisor: Staff, sign_in: SignIn, change: dict[str, str]) -> None:
    response = sign_in(supervisor).post("/console/law/", {**TYPED, **change, "do": "enter"})
    assert (response.status_code, LawRule.objects.count()) == (400, 0)
    assert 'role="alert"' in response.content.decode()


def test_late_answers_are_before_the_supervisor_then_before_the_programme_without_names(
    person: Participant, supervisor: Staff, programme: Staff, sign_in: SignIn
) -> None:
    then = NOW - timedelta(days=60)
    start_clock(kind=ClockKind.ANSWER, participant_id=person.pk, about="review:7", counted_from=then, now=then)
    sweep_clocks(now=NOW - timedelta(days=4))
    assert person.surnames in sign_in(supervisor).get("/console/law/").content.decode()
    assert "last day" not in sign_in(programme).get("/console/law/").content.decode().split("What holds")[0]
    sweep_clocks(now=NOW)
    seen = sign_in(programme).get("/console/law/").content.decode()
    assert "the programme is told" in seen and person.surnames not in seen
    far = sign_in(make_staff(person.office, Role.AUDITOR)).get("/console/law/")
    assert far.status_code == 403
