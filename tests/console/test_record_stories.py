"""Three stories of outside records, told at the doors: an arrest elsewhere, a namesake, a warrant taken back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from adsum.flags.models import Flag
from adsum.offices.models import Staff
from adsum.people.models import Participant
from adsum.records.actions import sweep_confirmations
from adsum.records.models import Confirmation, Lead
from adsum.records.rules import Kind
from tests.leads import make_lead, make_record, make_source

SignIn = Callable[[Participant | Staff], Client]
LEADS = "/console/records/leads/"


@pytest.fixture
def desk(officer: Staff, sign_in: SignIn) -> Client:
    return sign_in(officer)


def judge(desk: Client, lead: Lead, verdict: str, common: str) -> None:
    assert desk.post(f"{LEADS}{lead.pk}/", {"verdict": verdict, "common": common}).status_code == 302


def answer(desk: Client, said: str) -> None:
    asked = Confirmation.objects.get(answered_at__isnull=True, lapsed_at__isnull=True)
    page = f"/console/records/confirmations/{asked.pk}/"
    assert desk.post(page, {"answer": said, "answered_by": "Sgt Kim, by phone"}).status_code == 302


def open_reasons(person: Participant) -> list[str]:
    return list(Flag.objects.filter(participant=person, cleared_at__isnull=True).values_list("reason", flat=True))


def decide(desk: Client, reason: str, decision: str) -> None:
    flag = Flag.objects.get(reason=reason, cleared_at__isnull=True)
    assert (
        desk.post(f"/console/flags/{flag.pk}/decision/", {"decision": decision, "reason": "I looked"}).status_code
        == 302
    )


def test_an_arrest_elsewhere_is_judged_confirmed_in_time_and_decided(desk: Client, person: Participant) -> None:
    lead = make_lead(person, make_record(make_source(), urgent=True), now=timezone.now())
    assert "1 lead" in desk.get("/console/").content.decode()
    judge(desk, lead, "same", "all")
    assert open_reasons(person) == []
    asked = Confirmation.objects.get()
    assert asked.answer_by - asked.asked_at == timedelta(minutes=10)
    waiting = desk.get("/console/records/confirmations/").content.decode()
    assert "(973) 555-0142" in waiting and "minutes left" in waiting
    answer(desk, "confirmed")
    assert open_reasons(person) == ["record-confirmed"]
    assert "Driving without a licence" in desk.get("/console/").content.decode()
    decide(desk, "record-confirmed", "reached")
    assert open_reasons(person) == []


def test_an_agency_that_does_not_answer_is_asked_again_and_nothing_follows(desk: Client, person: Participant) -> None:
    lead = make_lead(person, make_record(make_source()), now=timezone.now())
    judge(desk, lead, "same", "all")
    sweep_confirmations(now=timezone.now() + timedelta(hours=2))
    Confirmation.objects.update(answer_by=timezone.now() - timedelta(hours=1))
    page = desk.get("/console/records/confirmations/").content.decode()
    assert "late for" in page and "Ask again" in page
    assert open_reasons(person) == ["record-unconfirmed"]
    desk.post(f"{LEADS}{lead.pk}/questions/")
    assert Confirmation.objects.filter(lapsed_at__isnull=True, overdue_at__isnull=True).count() == 1


def test_a_record_that_says_something_else_is_asked_about_again_and_what_followed_is_undone(
    desk: Client, person: Participant
) -> None:
    source = make_source()
    record = make_record(source)
    lead = make_lead(person, record, now=timezone.now())
    judge(desk, lead, "same", "all")
    answer(desk, "confirmed")
    decide(desk, "record-confirmed", "reached")
    make_record(source, record_id=record.record_id, what="Dismissed: wrong car stopped")
    lead.refresh_from_db()
    assert lead.stage == "same"
    assert open_reasons(person) == ["record-gone"]
    asked = Confirmation.objects.get(answered_at__isnull=True, lapsed_at__isnull=True)
    assert asked.asked_by.name in desk.get("/console/records/confirmations/").content.decode()
    answer(desk, "confirmed")
    assert sorted(open_reasons(person)) == ["record-confirmed", "record-gone"]


def test_a_namesake_is_never_shown_again_also_under_another_spelling(desk: Client, person: Participant) -> None:
    source = make_source()
    record = make_record(source, their_person="P-7", date_of_birth="1990-01-02")
    judge(desk, make_lead(person, record, now=timezone.now()), "not-same", "namesake")
    spelt: dict[str, Any] = {"record_id": record.record_id, "surnames": "Lopez G."}
    anew = make_record(source, their_person="P-7", date_of_birth="1990-01-02", **spelt)
    assert make_lead(person, anew).stage == "not-same"
    other = make_record(source, surnames="Lopéz", their_person="P-7", date_of_birth="1990-01-02")
    remembered = make_lead(person, other)
    assert "No lead waits for you" in desk.get(LEADS).content.decode()
    page = desk.get(f"{LEADS}{remembered.pk}/").content.decode()
    assert "Remembered:" in page and "Somebody else with the same name" in page


def test_a_warrant_taken_back_is_undone_and_who_acted_is_told(desk: Client, person: Participant) -> None:
    record = make_record(make_source(), kind=Kind.WARRANT, what="Failure to appear")
    judge(desk, make_lead(person, record, now=timezone.now()), "same", "all")
    answer(desk, "confirmed")
    decide(desk, "record-confirmed", "call")
    make_record(record.source, record_id=record.record_id, kind=Kind.WARRANT, withdrawn=True)
    assert open_reasons(person) == ["record-gone"]
    assert "the agency took the record back" in desk.get(f"/console/people/{person.pk}/").content.decode().lower()
    decide(desk, "record-gone", "undone")
    assert open_reasons(person) == []
