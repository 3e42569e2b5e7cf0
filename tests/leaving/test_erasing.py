"""The clock of somebody who left comes to its end: nothing of them is left but figures, receipts and the ledger."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from adsum.checkins.actions import make_reminders, submit_report
from adsum.checkins.models import Attempt, Report
from adsum.checkins.rules import ReportContent
from adsum.documents.models import Document
from adsum.leaving.actions import LeavingRefused, bring_back, erase_files, forget, note_departure
from adsum.leaving.models import Departure
from adsum.leaving.rules import Left, LeftBecause
from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import OPERATOR
from adsum.offices.models import Staff
from adsum.people.models import Participant
from adsum.portal.everything import everything_held
from tests.factories import NOW, make_appointment, make_document, make_duty, make_participant
from tests.ladder import ALL, with_contacts

pytestmark = pytest.mark.django_db
SECRETS = ("Zubizarreta", "A987654321", "77 Quetzal Lane", "Ojalatenango", "+12125550123", "maria@", "Order of Judge")


@pytest.fixture
def gone(officer: Staff) -> Participant:
    """Somebody with a whole file whose case is closed."""
    person = make_participant(officer.office or pytest.fail(), surnames="Zubizarreta", case_number="A987654321")
    with_contacts(person)
    make_duty(person, due_on=NOW.date() + timedelta(days=6))
    make_reminders(can=ALL, now=NOW)
    home = {"street": "77 Quetzal Lane", "unit": "", "city": "Brooklyn", "state": "NY", "postal_code": "11226"}
    said = ReportContent(lives_there=False, message="We came from Ojalatenango", new_address=home)
    submit_report(participant=person, key=uuid4(), content=said, now=NOW)
    make_document(person)
    make_appointment(person)
    left = Left(LeftBecause.CLOSED, "Order of Judge Ortiz")
    note_departure(participant_id=person.pk, left=left, officer=officer, now=NOW)
    return person


def held(person: Participant) -> str:
    return str(everything_held(participant_id=person.pk, seen_by=OPERATOR))


def end_of(person: Participant) -> datetime:
    return NOW + timedelta(days=1826)


def test_a_day_before_the_end_all_of_it_is_there(gone: Participant) -> None:
    assert erase_files(now=NOW + timedelta(days=1820)) == 0
    assert [secret for secret in SECRETS if secret not in held(gone)] == []


def test_at_the_end_nothing_of_them_is_left_and_the_receipt_still_holds(
    gone: Participant, django_capture_on_commit_callbacks: object
) -> None:
    number, paper = Report.objects.get().receipt_number, Document.objects.get().path
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert erase_files(now=end_of(gone)) == 1
    assert erase_files(now=end_of(gone)) == 0
    assert [secret for secret in SECRETS if secret in held(gone)] == []
    gone.refresh_from_db()
    assert (gone.full_name, gone.case_number[0]) == (gone.case_number, "X")
    assert Report.objects.get().receipt_number == number
    assert not paper.exists()
    line = LedgerLine.objects.get(verb="participant.erased")
    assert (line.participant_id, line.facts["left"], line.actor_kind) == (gone.pk, "closed", "rules")
    assert line.policy.startswith("LeavingPolicy@")


def test_nobody_comes_back_from_an_erased_file(gone: Participant, officer: Staff) -> None:
    erase_files(now=end_of(gone))
    with pytest.raises(LeavingRefused, match="erased"):
        bring_back(
            departure_id=Departure.objects.get().pk,
            from_on=end_of(gone).date() + timedelta(days=5),
            reason="x",
            officer=officer,
            now=end_of(gone),
        )


def test_who_came_back_is_not_erased_and_the_story_of_it_ends_by_itself(gone: Participant, officer: Staff) -> None:
    first = NOW.date() + timedelta(days=5)
    departure = Departure.objects.get()
    bring_back(departure_id=departure.pk, from_on=first, reason="A mistake", officer=officer, now=NOW)
    assert erase_files(now=end_of(gone)) == 0
    forget(before=NOW, now=NOW)
    assert Departure.objects.exists()
    forget(before=NOW + timedelta(days=1), now=NOW)
    assert not Departure.objects.exists()


def test_attempts_that_the_database_keeps_do_not_stop_it(gone: Participant) -> None:
    with transaction.atomic():
        Attempt.objects.create(
            participant=gone,
            key=uuid4(),
            receipt_number="ABCDEFGHJKMN",
            received_at=NOW,
            failed_at=NOW,
            step="send",
            failure="network",
            noted_by="device",
        )
    assert erase_files(now=end_of(gone)) == 1
