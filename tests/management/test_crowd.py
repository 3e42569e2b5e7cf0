"""The crowd is what the actions would have left behind: counted, held against the rules, and looked at as pages."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import Count, F, Max, Min
from django.test import Client
from pytest_django import DjangoDbBlocker

from adsum.checkins.actions import make_duties, sweep_overdue
from adsum.checkins.models import Duty, Excuse, Plan, Report
from adsum.checkins.policy import CheckinPolicy
from adsum.checkins.rules import Outcome, ReportContent, ReportFacts, concerns_about, first_due_on, term_of
from adsum.checkins.rules.courses import device_kind
from adsum.core.ids import read_code
from adsum.core.languages import written_in
from adsum.enrolment.models import Enrolment, Wave
from adsum.flags.models import Flag
from adsum.flags.rules import REASONS, Reason
from adsum.ledger.models import LedgerLine
from adsum.management.crowd import add_crowd
from adsum.management.demo import OFFICE, open_demo_office
from adsum.notices.models import Notice
from adsum.offices.models import Staff
from adsum.orders.models import Order
from adsum.outbox.models import OutboxEvent
from adsum.people.models import Contact, Device, Participant
from adsum.people.policy import PeoplePolicy
from adsum.people.rules import LANGUAGES, read_birthday, read_case_number, read_email, read_phone
from adsum.places.models import Address, LocationFix
from adsum.places.policy import PlacesPolicy
from adsum.places.rules import PlaceClass, class_of_fix, grade_address
from tests.factories import NOW, make_staff

CHECKINS = CheckinPolicy()
PEOPLE = PeoplePolicy()
PLACES = PlacesPolicy()

SignIn = Callable[[Participant | Staff], Client]
HOW_MANY, DAYS = 195, 365
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_crowd")]


@pytest.fixture(scope="module")
def _crowd(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """One crowd for all tests, in a transaction around theirs."""
    with django_db_blocker.unblock(), transaction.atomic():
        office = open_demo_office(now=NOW, history_days=DAYS)
        make_staff(office, email="one@example.org")
        make_staff(office, email="two@example.org")
        added = add_crowd(office_code=OFFICE, people=HOW_MANY, now=NOW, seed=3, history_days=DAYS, using="default")
        assert added == HOW_MANY
        yield
        transaction.set_rollback(True)


def lines(verb: str) -> list[LedgerLine]:
    return list(LedgerLine.objects.filter(verb=verb).order_by("pk"))


def test_everybody_has_what_an_enrolment_leaves() -> None:
    people = set(Participant.objects.values_list("pk", flat=True))
    assert len(people) == HOW_MANY
    for table in (Enrolment, Order, Plan):
        assert sorted(table.objects.values_list("participant", flat=True)) == sorted(people)
    assert set(Address.objects.filter(until=None).values_list("participant", flat=True)) == people
    waiting = Plan.objects.filter(next_due_on__gt=NOW + timedelta(days=CHECKINS.made_ahead_days))
    owed = set(Duty.objects.filter(outcome=None).values_list("participant", flat=True))
    assert people - owed <= set(waiting.values_list("participant", flat=True))
    assert len(owed) > 0.9 * HOW_MANY
    assert not OutboxEvent.objects.exists()
    assert {line.participant_id for line in lines("participant.enrolled")} == people
    assert {line.participant_id for line in lines("order.started")} == people
    inside = set(Participant.objects.exclude(activated_at=None).values_list("pk", flat=True))
    assert {line.participant_id for line in lines("participant.activated")} == inside
    assert 0.85 < len(inside) / HOW_MANY < 0.99
    assert not Participant.objects.filter(activated_at__lte=F("enrolled_at")).exists()
    assert sorted(Device.objects.values_list("participant", flat=True)) == sorted(inside)
    kinds = Counter(device_kind(browser) for browser in Device.objects.values_list("browser", flat=True))
    assert kinds["Android"] > kinds["iPhone or iPad"] > kinds["computer"] > 0
    assert not Device.objects.exclude(expires_at=F("activated_at") + timedelta(days=PEOPLE.device_days)).exists()


def test_they_joined_in_waves_over_the_year() -> None:
    waves = list(Wave.objects.order_by("pk"))
    assert len(waves) == 13
    assert waves[0].started_at == NOW - timedelta(days=DAYS)
    assert max(wave.started_at for wave in waves) < NOW - timedelta(days=20)
    for wave in waves:
        rows = list(Enrolment.objects.filter(wave=wave).order_by("participant").values_list("row_number", flat=True))
        assert rows == list(range(2, 2 + HOW_MANY // 13))
        assert set(Participant.objects.filter(pk__in=wave_people(wave)).values_list("enrolled_at", flat=True)) == {
            wave.started_at
        }
        notes = Order.objects.filter(participant__in=wave_people(wave)).values_list("ground_note", flat=True)
        assert set(notes) == {f"wave {wave.name}"}
    assert [line.facts["enrolled"] for line in lines("wave.enrolled")] == [HOW_MANY // 13] * 13


def wave_people(wave: Wave) -> list[int]:
    return list(Enrolment.objects.filter(wave=wave).values_list("participant", flat=True))


def test_who_they_are_is_what_the_rules_would_read() -> None:
    for person in Participant.objects.all():
        assert read_case_number(person.case_number) == person.case_number
        assert read_birthday(person.date_of_birth.isoformat(), today=NOW.date(), policy=PEOPLE) == person.date_of_birth
        assert person.language in LANGUAGES
        assert person.officer is not None
    for contact in Contact.objects.all():
        read = read_phone if contact.kind == "phone" else read_email
        assert contact.value == (read(contact.as_given) or "")
    assert Participant.objects.values("surnames", "given_names").distinct().count() > HOW_MANY * 0.8


def test_faults_are_graded_as_the_rules_grade_and_flagged() -> None:
    graded = {row.participant_id: row.faults for row in Enrolment.objects.exclude(faults=[])}
    assert 0.1 < len(graded) / HOW_MANY < 0.4
    for first in Address.objects.filter(given_by="agency"):
        alone = grade_address(first.as_given, living_there=1, policy=PLACES)
        assert first.faults == alone
        of_address = [
            fault for fault in graded.get(first.participant_id, []) if fault.startswith(("address", "unit", "postal"))
        ]
        assert of_address == first.faults
    flags = Flag.objects.filter(reason=Reason.FILE_GRADED)
    assert {flag.participant_id: flag.details["faults"] for flag in flags} == graded


def test_the_first_due_day_is_the_listed_one_after_fair_notice() -> None:
    for duty in Duty.objects.filter(due_on__lte=NOW.date()).order_by("participant", "due_on").distinct("participant"):
        person, plan = duty.participant, duty.plan
        joined = person.enrolled_at.astimezone(person.office.zone).date()
        assert duty.due_on == first_due_on(duty.due_on, enrolled_on=joined, policy=CHECKINS)
        assert duty.due_on <= joined + timedelta(days=30)
        assert duty.opens_at == plan.started_at == person.enrolled_at


def test_every_term_is_the_rules() -> None:
    for plan in Plan.objects.select_related("participant__office"):
        previous = None
        for duty in Duty.objects.filter(plan=plan).order_by("due_on"):
            zone = plan.participant.office.zone
            term = term_of(duty.due_on, previous_due_on=previous, since=plan.started_at, zone=zone, policy=CHECKINS)
            assert (duty.opens_at, duty.due_at, duty.missed_after) == (term.opens_at, term.due_at, term.missed_after)
            assert previous is None or duty.due_on - previous == timedelta(days=plan.interval_days)
            previous = duty.due_on
        assert plan.last_due_on == previous
        assert previous is not None and plan.next_due_on == previous + timedelta(days=plan.interval_days)


def test_nothing_is_left_to_make_or_to_sweep() -> None:
    assert make_duties(now=NOW) == 0
    assert sweep_overdue(now=NOW) == 0


def test_time_goes_on_with_the_real_actions() -> None:
    later = NOW + timedelta(days=9)
    due = Duty.objects.filter(outcome=None, missed_after__lte=later).count()
    assert make_duties(now=later) > 0
    assert sweep_overdue(now=later) == due > 0
    assert not Duty.objects.exclude(set_aside="").exists()


def test_a_duty_is_reported_exactly_where_a_report_came_in_its_time() -> None:
    reported = Duty.objects.filter(outcome=Outcome.REPORTED)
    assert sorted(reported.values_list("pk", flat=True)) == sorted(Report.objects.values_list("duty", flat=True))
    for report in Report.objects.select_related("duty", "participant"):
        duty = report.duty
        assert duty is not None
        assert duty.participant_id == report.participant_id
        assert report.received_at == duty.settled_at
        assert duty.opens_at <= report.received_at <= min(duty.missed_after, NOW)
        assert report.participant.activated_at is not None and report.participant.activated_at < report.received_at
    shares = {
        outcome: Duty.objects.filter(outcome=outcome).count() / Duty.objects.filter(due_on__lt=NOW).count()
        for outcome in Outcome
    }
    assert shares[Outcome.REPORTED] > 0.8
    assert 0.02 < shares[Outcome.MISSED] < 0.15
    assert 0.01 < shares[Outcome.EXCUSED] < 0.15


def test_a_report_says_what_the_rules_say_of_it() -> None:
    addresses: dict[int, list[Address]] = defaultdict(list)
    for address in Address.objects.order_by("since"):
        addresses[address.participant_id].append(address)
    for report in Report.objects.select_related("duty"):
        lived = addresses[report.participant_id]
        moved = next((address for address in lived if address.since == report.received_at), None)
        assert report.address_given == str(moved or "")
        new = (
            {}
            if moved is None
            else {name: getattr(moved, name) for name in ("street", "unit", "city", "state", "postal_code")}
        )
        content = ReportContent(report.lives_there, new, wants_contact=report.wants_contact, message=report.message)
        assert report.fingerprint == content.fingerprint
        facts = ReportFacts(
            counts_from=report.received_at,
            missed_after=report.duty.missed_after if report.duty else None,
            lives_there=report.lives_there,
            new_phone=False,
            wants_contact=report.wants_contact or bool(report.message),
            located=report.place_class in (PlaceClass.SATELLITE, PlaceClass.NETWORK, PlaceClass.COARSE),
            coarse=report.place_class == PlaceClass.COARSE,
            stale=False,
        )
        assert report.concerns == concerns_about(facts, policy=CHECKINS)
        assert report.address_shown == str([address for address in lived if address.since < report.received_at][-1])
        assert len(report.receipt_number) == 12 and read_code(report.receipt_number) == report.receipt_number


def test_a_place_is_kept_no_longer_than_its_retention() -> None:
    oldest = NOW - timedelta(days=PLACES.keep_fix_days)
    assert LocationFix.objects.aggregate(oldest=Min("received_at"))["oldest"] >= oldest
    for report in Report.objects.select_related("fix"):
        located = report.place_class in (PlaceClass.SATELLITE, PlaceClass.NETWORK, PlaceClass.COARSE)
        assert (report.fix is not None) == (located and report.received_at >= oldest)
        if report.fix:
            assert report.fix.place_class == report.place_class == class_of_fix(report.fix.accuracy_m, policy=PLACES)
            assert report.fix.participant_id == report.participant_id
    assert len(lines("place.taken")) > LocationFix.objects.count() == Report.objects.exclude(fix=None).count()


def test_who_never_got_in_is_excused_and_flagged_once() -> None:
    excused = Duty.objects.filter(outcome=Outcome.EXCUSED)
    assert set(excused.values_list("participant__activated_at", flat=True)) == {None}
    assert sorted(Excuse.objects.values_list("duty", flat=True)) == sorted(excused.values_list("pk", flat=True))
    flagged = Flag.objects.filter(reason=Reason.NEVER_SIGNED_IN).values_list("participant", flat=True)
    assert sorted(flagged) == sorted(set(excused.values_list("participant", flat=True)))


def test_who_missed_one_was_told_and_an_officer_asked() -> None:
    missed = {duty.pk: duty for duty in Duty.objects.filter(outcome=Outcome.MISSED)}
    told = {notice.about: notice for notice in Notice.objects.all()}
    flags = {flag.about: flag for flag in Flag.objects.filter(reason=Reason.MISSED_CHECK_IN)}
    raised = {line.subject_id for line in lines("flag.raised")}
    assert set(told) == set(flags) == {f"duty:{pk}" for pk in missed}
    for pk, duty in missed.items():
        notice, flag = told[f"duty:{pk}"], flags[f"duty:{pk}"]
        assert notice.queued_at == flag.raised_at == duty.settled_at
        assert flag.details == {"due_on": duty.due_on.isoformat()}
        assert flag.pk in raised
        assert str(duty.due_on.day) in notice.title
        assert notice.language == written_in(duty.participant.language)


def test_flags_are_decided_by_somebody_with_a_reason_or_open() -> None:
    cleared = list(Flag.objects.exclude(cleared_at=None))
    assert 0 < Flag.objects.filter(cleared_at=None).count() < Flag.objects.count() / 2
    for flag in cleared:
        assert flag.decision in REASONS[Reason(flag.reason)].decisions
        assert flag.cleared_by_id == flag.participant.officer_id
        assert flag.raised_at < flag.cleared_at <= NOW  # type: ignore[operator]
    assert {line.subject_id for line in lines("flag.cleared")} == {flag.pk for flag in cleared}
    assert all(flag.urgency == REASONS[Reason(flag.reason)].urgency for flag in Flag.objects.all())


def test_the_ledger_has_a_line_for_each_fact_in_order_of_time() -> None:
    facts = {line.subject_id: line.facts for line in lines("checkin.reported")}
    assert facts == {
        report.pk: {
            "duty": report.duty_id,
            "concerns": report.concerns,
            "receipt": hashlib.sha256(report.statement.encode()).hexdigest(),
        }
        for report in Report.objects.all()
    }
    for outcome in (Outcome.MISSED, Outcome.EXCUSED):
        assert len(lines(f"checkin.{outcome}")) == Duty.objects.filter(outcome=outcome).count()
    assert len(lines("flag.raised")) == Flag.objects.count()
    assert len(lines("notice.queued")) == Notice.objects.count()
    assert len(lines("address.changed")) == Address.objects.filter(given_by="participant").count() > 0
    for person in Participant.objects.all():
        moments = list(LedgerLine.objects.filter(participant_id=person.pk).order_by("pk").values_list("at", flat=True))
        assert moments == sorted(moments)
    assert LedgerLine.objects.aggregate(latest=Max("at"))["latest"] <= NOW


def test_officers_share_the_people_evenly() -> None:
    counts = Staff.objects.annotate(count=Count("email")).values_list("email", flat=True)
    shares = [Participant.objects.filter(officer__email=email).count() for email in counts]
    assert max(shares) - min(shares) <= 1


def test_their_pages_and_the_officers_are_there(sign_in: SignIn) -> None:
    officer = Staff.objects.get(email="one@example.org")
    moved = Address.objects.filter(given_by="participant").values("participant")
    people = [
        Participant.objects.exclude(activated_at=None).order_by("pk")[0],
        Participant.objects.filter(activated_at=None).order_by("pk")[0],
        Participant.objects.filter(pk__in=moved)[0],
        Flag.objects.filter(reason=Reason.MISSED_CHECK_IN).latest("raised_at").participant,
    ]
    for person in people:
        browser, desk = sign_in(person), sign_in(officer)
        pages = ["/home/", "/my-file/", "/my-file/whole/", "/check-in/"]
        receipts = Report.objects.filter(participant=person).values_list("receipt_number", flat=True)[:1]
        for page in [*pages, *(f"/receipts/{number}/" for number in receipts)]:
            assert browser.get(page).status_code == 200, page
        assert desk.get(f"/console/people/{person.pk}/").status_code == 200
        assert person.case_number in desk.get("/console/people/", {"q": person.case_number}).content.decode()
    assert desk.get("/console/").status_code == 200
