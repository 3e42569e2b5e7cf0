"""Judging possible matches at the console: who sees what, in which order, and what each judgement comes to."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from adsum.ledger.models import LedgerLine
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role
from adsum.people.models import Participant
from adsum.records.models import Confirmation, Judgement, Lead
from tests.factories import make_participant, make_staff
from tests.leads import make_lead, make_record, make_source

SignIn = Callable[[Participant | Staff], Client]
SURE, GREY = 0.97, 0.6


@pytest.fixture
def source(office: FieldOffice) -> object:
    return make_source()


def lead_of(person: Participant, probability: float = SURE, **given: Any) -> Lead:
    return make_lead(person, make_record(make_source(), **given), probability=probability, now=timezone.now())


def judge(client: Client, lead: Lead, verdict: str = "same", **sent: str) -> str:
    """What the page says, or where it sends on to."""
    answer = client.post(f"/console/records/leads/{lead.pk}/", {"verdict": verdict, **sent})
    return answer.headers.get("Location", "") or answer.content.decode()


def test_urgent_first_then_oldest_and_on_to_the_next(officer: Staff, person: Participant, sign_in: SignIn) -> None:
    first, second, urgent = lead_of(person), lead_of(person), lead_of(person, urgent=True)
    client = sign_in(officer)
    page = client.get("/console/records/leads/").content.decode()
    places = [page.index(f"/console/records/leads/{one.pk}/") for one in (urgent, first, second)]
    assert places == sorted(places)
    assert judge(client, urgent, common="all") == f"/console/records/leads/{first.pk}/"
    assert judge(client, first, "not-same", common="birthday") == f"/console/records/leads/{second.pk}/"
    assert judge(client, second, "cannot-tell", reason="Blurred") == "/console/records/leads/"
    said = Judgement.objects.order_by("pk").values_list("verdict", "reason")
    assert list(said) == [
        ("same", "Name, birthday and more agree"),
        ("not-same", "Born on another day"),
        ("cannot-tell", "Blurred"),
    ]
    assert Confirmation.objects.get().lead == urgent


def test_the_page_says_why_in_words_and_signs(officer: Staff, person: Participant, sign_in: SignIn) -> None:
    page = sign_in(officer).get(f"/console/records/leads/{lead_of(person).pk}/").content.decode()
    for words in ("agrees partly", "≈", "differs", "✕", "not said", "One of two surnames, spelt differently"):
        assert words in page
    assert "About 1 in 20,000 people has this birthday." in page
    assert "fewer than 1 in 1,000,000 people of the programme" in page
    assert "Of 33 leads like this one, about 1 is about somebody else." in page or "Of 30 leads" in page
    assert "NJ; arrests, warrants; since January 2020" in page
    assert "0.97" not in page and "score" not in page.lower()


@pytest.mark.parametrize(
    ("verdict", "sent"),
    [
        ("", {"reason": "x"}),
        ("guilty", {"reason": "x"}),
        ("same", {}),
        ("same", {"reason": " "}),
        ("same", {"common": "name"}),
    ],
)
def test_no_judgement_without_a_word_and_a_reason(
    officer: Staff, person: Participant, sign_in: SignIn, verdict: str, sent: dict[str, str]
) -> None:
    lead = lead_of(person)
    answer = sign_in(officer).post(f"/console/records/leads/{lead.pk}/", {"verdict": verdict, **sent})
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert not Judgement.objects.exists()


def test_in_the_grey_band_the_second_does_not_see_what_the_first_said(
    office: FieldOffice, officer: Staff, person: Participant, sign_in: SignIn
) -> None:
    lead, second = lead_of(person, GREY), make_staff(office, name="Bo Chen")
    secret = "The scar on the left hand"
    first_client, page = sign_in(officer), f"/console/records/leads/{lead.pk}/"
    judge(first_client, lead, reason=secret)
    assert "Second judgement" in sign_in(second).get("/console/records/leads/").content.decode()
    for path in (page, f"/console/people/{person.pk}/", "/console/records/leads/", "/console/"):
        seen = sign_in(second).get(path).content.decode()
        assert secret not in seen and "The same person, " not in seen.replace("</strong>", "")
    assert secret in first_client.get(page).content.decode()
    assert "judge-form" not in first_client.get(page).content.decode()
    assert "You have judged this one" in judge(first_client, lead, reason="Again")
    assert "No lead waits for you" in first_client.get("/console/records/leads/").content.decode()


def test_a_supervisor_decides_between_two_and_sees_both(
    office: FieldOffice, officer: Staff, person: Participant, sign_in: SignIn
) -> None:
    lead, second, third = lead_of(person, GREY), make_staff(office), make_staff(office)
    judge(sign_in(officer), lead, reason="First says yes")
    judge(sign_in(second), lead, "not-same", reason="Second says no")
    page = f"/console/records/leads/{lead.pk}/"
    assert "A supervisor judges it now" in sign_in(third).get(page).content.decode()
    assert "No lead waits" in sign_in(third).get("/console/records/leads/").content.decode()
    supervisor = sign_in(make_staff(office, Role.SUPERVISOR))
    seen = supervisor.get(page).content.decode()
    assert "First says yes" in seen and "Second says no" in seen
    judge(supervisor, lead, "not-same", reason="The second is right")
    lead.refresh_from_db()
    assert lead.stage == "not-same"


def test_other_people_are_named_only_to_who_may_see_them(
    officer: Staff, person: Participant, other_office: FieldOffice, sign_in: SignIn
) -> None:
    record = make_record(make_source())
    colleague, stranger = (
        make_participant(person.office, given_names="Rosa"),
        make_participant(other_office, surnames="Quispe"),
    )
    found = make_lead(person, record, probability=0.4)
    make_lead(colleague, record, probability=0.4)
    Lead.objects.create(
        record=record,
        participant=stranger,
        probability=0.4,
        model="start",
        found_at=found.found_at,
        waits_since=found.found_at,
    )
    Lead.objects.filter(record=record).update(stage="open", closed_at=None, why_closed="")
    page = sign_in(officer).get(f"/console/records/leads/{found.pk}/").content.decode()
    assert "Rosa" in page and "Quispe" not in page
    assert "and 1 more whom you cannot see here" in page


def test_a_supervisor_sees_what_waits_too_long(office: FieldOffice, person: Participant, sign_in: SignIn) -> None:
    lead = lead_of(person)
    lead_of(person)
    Lead.objects.filter(pk=lead.pk).update(waits_since=timezone.now() - timedelta(hours=25))
    supervisor = sign_in(make_staff(office, Role.SUPERVISOR))
    assert "1 waits longer than 24 hours" in supervisor.get("/console/records/leads/").content.decode()
    assert "longer than" not in sign_in(make_staff(office)).get("/console/records/leads/").content.decode()


def test_the_list_asks_as_much_for_many(
    officer: Staff, person: Participant, sign_in: SignIn, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    client = sign_in(officer)
    for _ in range(5):
        lead_of(person)
    with django_assert_max_num_queries(6):  # type: ignore[attr-defined]
        client.get("/console/records/leads/")


def test_a_look_at_a_lead_is_a_look_at_a_file(officer: Staff, person: Participant, sign_in: SignIn) -> None:
    lead = lead_of(person)
    sign_in(officer).get(f"/console/records/leads/{lead.pk}/")
    assert LedgerLine.objects.filter(verb="file.viewed", participant_id=person.pk, actor_id=officer.pk).exists()
