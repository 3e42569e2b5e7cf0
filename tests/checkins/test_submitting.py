"""A participant sends a check-in: it is always accepted, once, and what is wrong with it reaches an officer."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from adsum.checkins.actions import forget, submit_report, sweep_overdue
from adsum.checkins.models import Duty, Report
from adsum.checkins.queries import standing_of
from adsum.checkins.rules import GivenPlace, Outcome, ReportContent
from adsum.flags.models import Flag
from adsum.flags.rules import Reason
from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import RULES
from adsum.outbox.models import OutboxEvent
from adsum.people.models import Participant
from adsum.places.models import Address, LocationFix
from tests.factories import NOW, make_duty, make_participant

HERE = GivenPlace("granted", 40.7143, -74.006, 12.0, NOW)
CLEAN = ReportContent(lives_there=True, place=HERE)
DUE_ON = date(2026, 11, 25)
AFTER_GRACE = datetime(2026, 11, 27, 12, tzinfo=UTC)


def send(
    person: Participant, content: ReportContent = CLEAN, *, now: datetime = NOW, key: UUID | None = None
) -> Report:
    return submit_report(participant=person, key=key or uuid4(), content=content, now=now)


def test_a_clean_check_in_settles_its_duty_and_bothers_nobody(person: Participant) -> None:
    duty = make_duty(person, due_on=DUE_ON)
    report = send(person)
    duty.refresh_from_db()
    assert (report.duty, report.concerns, report.place_class) == (duty, [], "satellite")
    assert (duty.outcome, duty.settled_at) == (Outcome.REPORTED, NOW)
    assert len(report.receipt_number) == 12
    assert not Flag.objects.exists()
    event = OutboxEvent.objects.get()
    assert (event.kind, event.participant_id, event.body["duty"]) == ("checkin.reported", person.pk, duty.pk)
    line = LedgerLine.objects.get(verb="checkin.reported")
    assert (line.subject_id, line.participant_id, line.actor_kind) == (report.pk, person.pk, "participant")
    assert line.policy.startswith("CheckinPolicy@")


def test_an_empty_check_in_is_accepted_and_an_officer_looks(person: Participant) -> None:
    duty = make_duty(person, due_on=DUE_ON)
    report = send(person, ReportContent())
    flag = Flag.objects.get()
    assert report.concerns == ["address-not-answered", "unlocated"]
    assert (flag.reason, flag.about) == (Reason.CHECK_IN_CONCERN, f"report:{report.pk}")
    assert flag.details == {"duty": duty.pk, "concerns": report.concerns}


def test_the_same_key_is_the_same_report(person: Participant) -> None:
    make_duty(person, due_on=DUE_ON)
    key = uuid4()
    first = send(person, key=key)
    again = send(person, key=key, now=NOW + timedelta(days=100))
    assert again == first
    assert Report.objects.count() == OutboxEvent.objects.count() == LocationFix.objects.count() == 1


def test_the_same_key_with_other_answers_is_a_conflict_that_a_person_sees(person: Participant) -> None:
    key = uuid4()
    first = send(person, key=key)
    again = send(person, ReportContent(lives_there=False, place=HERE), key=key)
    assert again == first
    assert Report.objects.get().lives_there is True
    assert Flag.objects.get().reason == Reason.CONFLICTING_REPORT


def test_two_people_may_have_the_same_key(person: Participant) -> None:
    other = make_participant(person.office)
    key = uuid4()
    assert send(person, key=key) != send(other, key=key)


def test_a_late_report_is_accepted_attached_and_decided_by_an_officer(person: Participant) -> None:
    duty = make_duty(person, due_on=DUE_ON)
    assert sweep_overdue(now=AFTER_GRACE) == 1
    report = send(person, now=AFTER_GRACE + timedelta(hours=1))
    duty.refresh_from_db()
    assert (report.duty, duty.outcome) == (duty, Outcome.MISSED)
    assert report.concerns == ["late", "place-stale"]
    assert set(Flag.objects.values_list("reason", flat=True)) == {Reason.MISSED_CHECK_IN, Reason.LATE_REPORT}


def test_within_the_grace_period_is_on_time(person: Participant) -> None:
    duty = make_duty(person, due_on=DUE_ON)
    now = duty.missed_after - timedelta(seconds=1)
    report = send(person, ReportContent(lives_there=True, place=GivenPlace("granted", 40.7, -74, 9, now)), now=now)
    assert report.concerns == []


def test_a_check_in_that_nobody_asked_for_is_kept(person: Participant) -> None:
    report = send(person)
    assert report.duty is None
    assert OutboxEvent.objects.get().body["duty"] is None


def test_moving_closes_the_old_address_and_opens_the_new_one(person: Participant) -> None:
    new = {"street": "9 Elm St", "unit": "", "city": "Bronx", "state": "NY", "postal_code": "10453"}
    send(person, ReportContent(lives_there=False, new_address=new, place=HERE))
    old, now = Address.objects.order_by("since")
    assert (old.until, now.until, now.street, now.given_by) == (NOW, None, "9 Elm St", "participant")
    assert now.faults == ["unit-missing"]


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("refused", "refused"),
        ("timed-out", "timed-out"),
        ("unavailable", "unavailable"),
        ("not-asked", "not-asked"),
        ("nonsense", "not-asked"),
        ("granted", "not-asked"),
    ],
)
def test_without_coordinates_there_is_a_class_and_no_fix(person: Participant, status: str, kind: str) -> None:
    report = send(person, ReportContent(lives_there=True, place=GivenPlace(status)))
    assert (report.place_class, report.fix) == (kind, None)


def test_where_a_participant_stands(person: Participant) -> None:
    duty = make_duty(person, due_on=DUE_ON, interval_days=7)
    before = standing_of(participant_id=person.pk, at=NOW, seen_by=RULES)
    send(person)
    after = standing_of(participant_id=person.pk, at=NOW, seen_by=RULES)
    assert (before.owed, before.next_due_on) == (duty, DUE_ON)
    assert (after.owed, after.next_due_on) == (None, DUE_ON + timedelta(days=7))


def test_the_words_are_forgotten_on_time_and_the_receipt_remains(person: Participant) -> None:
    make_duty(person, due_on=DUE_ON)
    old = send(person, ReportContent(lives_there=True, message="My daughter is ill"))
    young = send(person, ReportContent(lives_there=True, message="All is well"), now=NOW + timedelta(days=2))
    forget(before=NOW + timedelta(days=1), now=NOW + timedelta(days=3))
    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.message, old.address_shown, young.message) == ("", "", "All is well")
    assert Report.objects.filter(receipt_number=old.receipt_number).exists()
    assert LedgerLine.objects.get(verb="answers.forgotten").facts == {"count": 1}
    assert Duty.objects.get().outcome == Outcome.REPORTED
