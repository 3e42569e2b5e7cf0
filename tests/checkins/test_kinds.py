"""Check-ins and photos side by side: each has its own days, its own messages, and its own answer."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from adsum.checkins.actions import (
    PlanStart,
    ScheduleRefused,
    add_plan,
    answer_with_photo,
    change_schedule,
    climb_rungs,
    end_plan,
    make_duties,
    make_reminders,
    pause_schedule,
    start_plans,
    submit_report,
    sweep_overdue,
)
from adsum.checkins.message_queries import write_messages
from adsum.checkins.models import Duty, Excuse, Plan, Report
from adsum.checkins.queries import standing_of
from adsum.checkins.rules import CANNOT, DutyKind, Outcome, PauseReason, ReportContent, Rhythm
from adsum.documents.models import Document
from adsum.flags.models import Flag
from adsum.flags.rules import Reason
from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import OPERATOR, RULES
from adsum.notices.models import Message, Notice
from adsum.offices.models import Staff
from adsum.people.models import Participant
from tests.factories import NOW, make_office, make_picture, make_staff
from tests.ladder import ALL, with_contacts

FIRST = date(2026, 11, 25)  # a Wednesday; NOW is Saturday, 21 November
PHOTO_ON = date(2026, 12, 1)


@pytest.fixture
def photos(person: Participant, officer: Staff) -> Plan:
    """Check-ins each week from 25 November; beside them a photo on the first of each month."""
    start_plans(starts=[PlanStart(person, 7, FIRST, "check-in")], actor=OPERATOR, now=NOW - timedelta(days=1))
    make_duties(now=NOW)
    return add(person, officer)


def add(person: Participant, officer: Staff, now: datetime = NOW) -> Plan:
    return add_plan(
        participant=person,
        kind=DutyKind.PHOTO,
        rhythm=Rhythm(month_day=1),
        from_on=now.date() + timedelta(days=3),
        officer=officer,
        reason="The photo in the file is old",
        now=now,
    )


def duties(person: Participant, kind: DutyKind) -> list[Duty]:
    return list(Duty.objects.filter(participant=person, plan__kind=kind).order_by("due_on"))


def outcomes(person: Participant, day: date) -> dict[str, str | None]:
    return dict(Duty.objects.filter(participant=person, due_on=day).values_list("plan__kind", "outcome"))


def send(person: Participant, now: datetime, sha256: str = "a" * 64) -> Report | None:
    return answer_with_photo(participant=person, key=uuid4(), sha256=sha256, taken_at=now, now=now)


def test_each_kind_has_its_days_and_none_is_doubled(person: Participant, photos: Plan) -> None:
    assert [one.due_on for one in duties(person, DutyKind.PHOTO)] == [PHOTO_ON]
    assert len(duties(person, DutyKind.CHECK_IN)) == 5
    assert make_duties(now=NOW) == 0
    notice, line = Notice.objects.get(), LedgerLine.objects.get(verb="schedule.added")
    assert "1 de diciembre" in notice.body
    assert "25 de noviembre" not in notice.body, "the days of the check-ins have not changed"
    assert "The photo in the file is old" in notice.body
    assert (line.facts["kind"], line.subject_id, line.participant_id) == ("photo", photos.pk, person.pk)
    make_duties(now=NOW + timedelta(days=10))
    assert [one.due_on for one in duties(person, DutyKind.PHOTO)] == [PHOTO_ON, date(2027, 1, 1)]


def test_each_answer_settles_the_duty_of_its_kind(person: Participant, photos: Plan) -> None:
    """Both are due on one day; the nearer one of the other kind stays open."""
    Duty.objects.filter(due_on=date(2026, 12, 2)).update(due_on=PHOTO_ON)
    at = NOW + timedelta(days=10)
    submit_report(participant=person, key=uuid4(), content=ReportContent(lives_there=True), now=at)
    first = Report.objects.get()
    assert (first.kind, first.duty and first.duty.plan.kind) == ("check-in", "check-in")
    photo = duties(person, DutyKind.PHOTO)[0]
    assert photo.outcome is None
    sent = send(person, at)
    assert sent is not None
    assert (sent.kind, sent.duty_id, sent.concerns) == ("photo", photo.pk, [])
    assert outcomes(person, PHOTO_ON) == {"check-in": "reported", "photo": "reported"}
    assert not Flag.objects.filter(reason=Reason.CHECK_IN_CONCERN, about=f"report:{sent.pk}").exists()


def test_the_same_photo_twice_is_one_report_and_an_older_one_none(person: Participant, photos: Plan) -> None:
    key, opened = uuid4(), duties(person, DutyKind.PHOTO)[0].opens_at
    at = NOW + timedelta(days=1)
    before = opened - timedelta(seconds=1)
    assert answer_with_photo(participant=person, key=uuid4(), sha256="b" * 64, taken_at=before, now=at) is None
    twice = [
        answer_with_photo(participant=person, key=key, sha256="a" * 64, taken_at=at, now=at + timedelta(minutes=one))
        for one in range(2)
    ]
    assert twice[0] is not None
    assert twice[0] == twice[1]
    assert send(person, at + timedelta(hours=1)) is None, "nothing more is owed"
    assert Report.objects.count() == 1


def test_a_missed_photo_is_named_everywhere_and_a_late_one_is_accepted(person: Participant, photos: Plan) -> None:
    with_contacts(person)
    Plan.objects.exclude(pk=photos.pk).update(ended_at=NOW)
    Duty.objects.exclude(plan=photos).delete()
    Notice.objects.all().delete()
    missed_at = duties(person, DutyKind.PHOTO)[0].missed_after
    sweep_overdue(now=missed_at)
    assert outcomes(person, PHOTO_ON) == {"photo": "missed"}
    notice, flag = Notice.objects.get(), Flag.objects.get(reason=Reason.MISSED_CHECK_IN)
    assert "foto" in notice.title
    assert flag.details["photo"] is True
    climb_rungs(can=ALL, now=missed_at)
    messages = list(Message.objects.filter(kind="missed"))
    texts = write_messages(messages=messages, at=missed_at, seen_by=RULES)
    assert texts
    assert all("foto" in one.text for one in texts.values())
    submit_report(participant=person, key=uuid4(), content=ReportContent(lives_there=True), now=missed_at)
    assert standing_of(participant_id=person.pk, at=missed_at, kind=DutyKind.PHOTO, seen_by=RULES).missed
    late = send(person, missed_at + timedelta(hours=1))
    assert late is not None
    assert late.concerns == ["late"]
    assert Flag.objects.filter(reason=Reason.LATE_REPORT, about=f"report:{late.pk}").exists()
    assert not standing_of(participant_id=person.pk, at=missed_at, kind=DutyKind.PHOTO, seen_by=RULES).missed
    assert not write_messages(messages=messages, at=missed_at + timedelta(hours=2), seen_by=RULES)


def test_reminders_name_the_kind(person: Participant, photos: Plan) -> None:
    with_contacts(person)
    at = datetime(2026, 11, 30, 15, 0, tzinfo=NOW.tzinfo)
    make_reminders(can=ALL, now=at)
    photo = duties(person, DutyKind.PHOTO)[0]
    messages = list(Message.objects.filter(kind="reminder"))
    texts = write_messages(messages=messages, at=at, seen_by=RULES)
    of_photo = [texts[one.pk].text + texts[one.pk].title for one in messages if one.about == f"duty:{photo.pk}"]
    others = [texts[one.pk].text + texts[one.pk].title for one in messages if one.about != f"duty:{photo.pk}"]
    assert of_photo
    assert others
    assert all("foto" in one for one in of_photo)
    assert not any("foto" in one for one in others)


def test_ending_it_excuses_what_is_open_and_leaves_the_check_ins(
    person: Participant, photos: Plan, officer: Staff
) -> None:
    Notice.objects.all().delete()
    end_plan(plan_id=photos.pk, officer=officer, reason="No longer needed", now=NOW)
    photo = duties(person, DutyKind.PHOTO)[0]
    assert (photo.outcome, Excuse.objects.get(duty=photo).excused_by_id) == (Outcome.EXCUSED, officer.pk)
    assert all(one.outcome is None for one in duties(person, DutyKind.CHECK_IN))
    assert LedgerLine.objects.get(verb="schedule.ended").actor_id == officer.pk
    assert "No longer needed" in Notice.objects.get().body
    make_duties(now=NOW + timedelta(days=20))
    assert len(duties(person, DutyKind.PHOTO)) == 1


def test_what_cannot_be_added_or_ended_is_refused(person: Participant, photos: Plan, officer: Staff) -> None:
    with pytest.raises(ScheduleRefused, match="such a plan already"):
        add(person, officer)
    with pytest.raises(ScheduleRefused, match="pause them"):
        end_plan(plan_id=Plan.objects.get(kind="check-in").pk, officer=officer, reason="x", now=NOW)
    stranger = make_staff(make_office("LAX", "America/Los_Angeles"))
    with pytest.raises(ScheduleRefused, match="your office"):
        end_plan(plan_id=photos.pk, officer=stranger, reason="x", now=NOW)
    end_plan(plan_id=photos.pk, officer=officer, reason="x", now=NOW)
    pause_schedule(participant=person, why=PauseReason.HOSPITAL, reason="Ill", officer=officer, now=NOW)
    with pytest.raises(ScheduleRefused, match="paused"):
        add(person, officer)


def test_other_days_for_the_photos_leave_the_check_ins(person: Participant, photos: Plan, officer: Staff) -> None:
    before = duties(person, DutyKind.CHECK_IN)
    fresh = change_schedule(
        plan_id=photos.pk, rhythm=Rhythm(interval_days=30), from_on=date(2026, 12, 10), officer=officer,
        reason="Later", now=NOW,
    )  # fmt: skip
    assert fresh.kind == DutyKind.PHOTO
    assert duties(person, DutyKind.CHECK_IN) == before
    assert [one.due_on for one in duties(person, DutyKind.PHOTO)] == [PHOTO_ON, date(2026, 12, 10)]


@pytest.fixture
def owed(person: Participant, officer: Staff) -> Duty:
    """A photo that is owed today, beside check-ins that are not."""
    now = timezone.now()
    start_plans(starts=[PlanStart(person, 7, now.date(), "check-in")], actor=OPERATOR, now=now - timedelta(days=40))
    add(person, officer, now)
    return duties(person, DutyKind.PHOTO)[0]


def test_a_photo_sent_from_the_page_answers_and_has_a_receipt(
    person: Participant, owed: Duty, sign_in: Callable[[Participant | Staff], Client]
) -> None:
    browser = sign_in(person)
    assert "Your photo is due by" in browser.get(reverse("home")).content.decode()
    page = browser.post("/photo/", {"key": str(uuid4()), "file": SimpleUploadedFile("me.png", make_picture())})
    report, document = Report.objects.get(kind="photo"), Document.objects.get()
    assert page["Location"] == reverse("receipt", args=[report.receipt_number])
    assert (report.duty_id, report.answers) == (owed.pk, {"photo": document.sha256})
    receipt = browser.get(page["Location"]).content.decode()
    assert "We have your photo" in receipt
    assert "You did not answer" not in receipt
    assert "Your photo is due by" not in browser.get(reverse("home")).content.decode()


def test_who_cannot_take_a_photo_has_answered(
    person: Participant, officer: Staff, owed: Duty, sign_in: Callable[[Participant | Staff], Client]
) -> None:
    page = sign_in(person).post("/photo/", {"key": str(uuid4()), "says": "no-camera"})
    report = Report.objects.get(kind="photo")
    owed.refresh_from_db()
    assert (owed.outcome, report.answers) == (Outcome.REPORTED, {"photo": CANNOT})
    assert "you cannot take a photo" in sign_in(person).get(page["Location"]).content.decode()
    assert "Says: I cannot take a photo" in sign_in(officer).get(f"/console/people/{person.pk}/").content.decode()


def test_an_officer_asks_for_photos_and_ends_it_on_the_persons_page(
    person: Participant, officer: Staff, sign_in: Callable[[Participant | Staff], Client]
) -> None:
    now = timezone.now()
    start_plans(starts=[PlanStart(person, 7, now.date(), "check-in")], actor=OPERATOR, now=now)
    browser, page = sign_in(officer), f"/console/people/{person.pk}/schedule/"
    day = (now + timedelta(days=5)).date().isoformat()
    form = {"do": "add", "kind": "photo", "form": "month", "number": "1", "from_on": day, "reason": "Old photo"}
    browser.post(page, form)
    plan = Plan.objects.get(kind="photo")
    assert (plan.month_day, plan.set_by_id) == (1, officer.pk)
    assert "Photo on day 1 of each month" in browser.get(f"/console/people/{person.pk}/").content.decode()
    browser.post(page, {"do": "end", "plan": plan.pk, "reason": "Enough"})
    plan.refresh_from_db()
    assert plan.ended_at is not None
