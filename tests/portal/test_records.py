"""What a participant sees of outside records, and saying “This is not me”."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from adsum.flags.models import Flag
from adsum.offices.models import FieldOffice, Staff
from adsum.people.models import Participant
from adsum.records.actions import judge_lead, note_answer
from adsum.records.models import Lead, OutsideRecord
from tests.factories import make_participant, make_staff
from tests.leads import make_lead, make_record, make_source

SignIn = Callable[[Participant | Staff], Client]


@pytest.fixture
def record(db: None) -> OutsideRecord:
    return make_record(make_source())


def confirm(lead: Lead, officer: Staff, *, answer: str = "confirmed") -> Lead:
    """Judged as the same, and answered by the agency."""
    now = timezone.now() - timedelta(minutes=5)
    judge_lead(lead_id=lead.pk, staff=officer, verdict="same", reason="All agrees", now=now)
    asked = lead.confirmations.get(answered_at__isnull=True)
    note_answer(confirmation_id=asked.pk, answer=answer, answered_by="Sgt Kim, phone", staff=officer, now=now)
    lead.refresh_from_db()
    return lead


def test_nothing_is_seen_of_what_nobody_has_confirmed(
    person: Participant, officer: Staff, record: OutsideRecord, sign_in: SignIn
) -> None:
    lead, mine = make_lead(person, record), sign_in(person)
    for step in ("found", "judged"):
        if step == "judged":
            judge_lead(lead_id=lead.pk, staff=officer, verdict="same", reason="x", now=timezone.now())
        assert "Newark" not in mine.get("/my-file/").content.decode(), step
        assert b"Newark" not in mine.get("/my-file/whole/").content, step
        assert mine.get(f"/my-file/records/{lead.pk}/").status_code == 404, step
        assert mine.post(f"/my-file/records/{lead.pk}/").status_code == 404, step


def test_a_confirmed_record_says_what_when_who_and_can_be_denied(
    person: Participant, officer: Staff, record: OutsideRecord, sign_in: SignIn
) -> None:
    lead, mine = confirm(make_lead(person, record), officer), sign_in(person)
    file = mine.get("/my-file/").content.decode()
    assert "Newark Police, warrants desk" in file and "This is not me" in file
    page = f"/my-file/records/{lead.pk}/"
    shown = mine.get(page).content.decode()
    for words in ("Arrest", "Driving without a licence", "Sgt Kim, phone", "Nov. 19, 2026"):
        assert words in shown
    assert b"Driving without a licence" in mine.get("/my-file/whole/").content
    after = mine.post(page, {"words": "I was at work"}, follow=True).content.decode()
    assert "You said that this is not you" in after and "I was at work" in after and lead.number in after
    assert "Until then it does not count" in after
    lead.refresh_from_db()
    assert (lead.stage, lead.not_me_words) == ("open", "I was at work")
    assert mine.post(page, {"words": "again"}).status_code == 302
    lead.refresh_from_db()
    assert lead.not_me_words == "I was at work"
    assert not Flag.objects.filter(reason="record-confirmed", cleared_at__isnull=True).exists()


def test_who_judged_before_does_not_look_again_and_the_answer_is_shown(
    office: FieldOffice, person: Participant, officer: Staff, record: OutsideRecord, sign_in: SignIn
) -> None:
    lead, mine = confirm(make_lead(person, record), officer), sign_in(person)
    mine.post(f"/my-file/records/{lead.pk}/")
    assert "No lead waits for you" in sign_in(officer).get("/console/records/leads/").content.decode()
    other = sign_in(make_staff(office))
    assert "Says: not me" in other.get("/console/records/leads/").content.decode()
    other.post(f"/console/records/leads/{lead.pk}/", {"verdict": "not-same", "reason": "Another eye colour"})
    shown = mine.get(f"/my-file/records/{lead.pk}/").content.decode()
    assert "They do not say that it is about you" in shown and "Another eye colour" in shown
    assert "It does not count any more" in mine.get("/my-file/").content.decode()


def test_a_record_taken_back_says_so(
    person: Participant, officer: Staff, record: OutsideRecord, sign_in: SignIn
) -> None:
    confirm(make_lead(person, record), officer)
    make_record(record.source, record_id=record.record_id, withdrawn=True)
    assert "It does not count any more" in sign_in(person).get("/my-file/").content.decode()


def test_a_corrected_record_says_that_its_agency_is_asked_again(
    person: Participant, officer: Staff, record: OutsideRecord, sign_in: SignIn
) -> None:
    lead, mine = confirm(make_lead(person, record), officer), sign_in(person)
    page, asks = f"/my-file/records/{lead.pk}/", "We are asking them again if it is right"
    assert "It stands in your file" in mine.get(page).content.decode()
    now = timezone.now()
    make_record(record.source, record_id=record.record_id, what="Shoplifting", now=now)
    for url in (page, "/my-file/"):
        shown = mine.get(url).content.decode()
        assert asks in shown and "It stands in your file" not in shown, url
    asked = lead.confirmations.get(answered_at__isnull=True, lapsed_at__isnull=True)
    note_answer(confirmation_id=asked.pk, answer="confirmed", answered_by="Sgt Kim", staff=officer, now=now)
    shown = mine.get(page).content.decode()
    assert asks not in shown and "It stands in your file" in shown


def test_nobody_denies_for_somebody_else(
    office: FieldOffice, person: Participant, officer: Staff, record: OutsideRecord, sign_in: SignIn
) -> None:
    lead = confirm(make_lead(person, record), officer)
    neighbour = sign_in(make_participant(office))
    assert neighbour.get(f"/my-file/records/{lead.pk}/").status_code == 404
    assert neighbour.post(f"/my-file/records/{lead.pk}/").status_code == 404
    lead.refresh_from_db()
    assert lead.not_me_at is None
