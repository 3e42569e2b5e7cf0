"""Each reason to leave, and each thing that must stop with it, at once; and whoever comes all the same is received."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client

from adsum.checkins.actions import (
    PlanStart,
    climb_rungs,
    make_calendar,
    make_duties,
    make_reminders,
    start_plans,
    submit_report,
    sweep_overdue,
)
from adsum.checkins.models import CalendarFeed, Duty, Excuse, Plan, Rung
from adsum.checkins.rules import ReportContent
from adsum.core.earth import Spot
from adsum.enrolment.actions import activate_device, issue_invitation
from adsum.enrolment.rules import ActivationAnswer
from adsum.flags.actions import DecisionRefused, write_message
from adsum.flags.models import Flag
from adsum.leaving.actions import LeavingRefused, bring_back, flag_unexpected, move_participant, note_departure
from adsum.leaving.models import Departure
from adsum.leaving.rules import Left, LeftBecause
from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import OPERATOR
from adsum.misses.actions import decide_miss, sign_step
from adsum.misses.models import MissStep
from adsum.misses.rules import StepAsked
from adsum.notices.actions import pass_on_notices
from adsum.notices.models import Message, Notice
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role
from adsum.orders.actions import ask_to_share, make_tracking_app, share_point, start_orders
from adsum.orders.models import Order, SharedPoint, TrackingApp
from adsum.orders.rules import Ground, Level, PointAnswer, PointSource
from adsum.people.actions import add_representative, start_push
from adsum.people.models import Device, Participant, PushSubscription
from adsum.records.models import Lead
from adsum.records.rules import Stage
from adsum.reviews.actions import ask_for_review
from adsum.reviews.rules import Way, Wish
from tests.factories import NOW, make_appointment, make_duty, make_participant, make_staff
from tests.ladder import ALL, with_contacts
from tests.leads import make_lead

pytestmark = pytest.mark.django_db
REPORT = ReportContent(lives_there=True)
GONE = [LeftBecause.CLOSED, LeftBecause.DETAINED, LeftBecause.DIED, LeftBecause.ERROR]
LATER = NOW + timedelta(days=60)
EVERYTHING = {*["duty", "plan", "message", "rung", "step", "flag", "sharing", "tracking", "calendar", "push"]}
HERE = Spot(40.7, -74.0, 10.0)


@pytest.fixture
def busy(person: Participant, officer: Staff) -> Participant:
    """Somebody with all that can end: missed and open check-ins, messages, a signature awaited, sharing, a push …"""
    with_contacts(person)
    start_orders(levels=[(person, Level.CHECK_IN)], ground=Ground.AGENCY_LIST, note="x", actor=OPERATOR, now=NOW)
    make_duty(person, due_on=NOW.date() - timedelta(days=10))
    sweep_overdue(now=NOW)
    start_plans(starts=[PlanStart(person, 7, NOW.date() + timedelta(days=4), "check-in")], actor=OPERATOR, now=NOW)
    make_duties(now=NOW)
    ask_to_share(participant=person, officer=officer, reason="A court asks for it", now=NOW)
    submit_report(participant=person, key=uuid4(), content=REPORT, now=NOW)
    share_point(participant=person, spot=HERE, taken_at=NOW, source=PointSource.PAGE, now=NOW)
    make_tracking_app(participant=person, now=NOW)
    make_calendar(participant=person, now=NOW)
    make_duty(person, due_on=NOW.date() + timedelta(days=6))
    make_reminders(can=ALL, now=NOW)
    add_representative(participant=person, name="A. Lawyer", now=NOW)
    issue_invitation(participant=person, actor=OPERATOR, now=NOW)
    device = Device.objects.get()
    start_push(device=device, endpoint="https://push.example/1", p256dh="p", auth="a", now=NOW)
    make_appointment(person)
    flag = Flag.objects.get(reason="missed-check-in")
    asked = StepAsked(step="level-change", reason="Several", level="phone-call")
    decide_miss(flag_id=flag.pk, officer=officer, asked=asked, now=NOW)
    make_lead(person)
    ask_for_review(participant=person, wish=Wish.LOWER, way=Way.PAGE, now=NOW)
    return person


def leave(person: Participant, why: LeftBecause, officer: Staff, now: datetime = NOW) -> Departure:
    left = Left(why, "Order of Judge Ortiz, November 3")
    return note_departure(participant_id=person.pk, left=left, officer=officer, now=now)


def still_there(person: Participant) -> set[str]:
    """What of all that can end has not ended."""
    here = {
        "duty": Duty.objects.filter(outcome__isnull=True),
        "plan": Plan.objects.filter(ended_at=None, paused_at=None),
        "message": Message.objects.filter(state="waiting"),
        "rung": Rung.objects.filter(state__in=["waiting", "to-call"]),
        "step": MissStep.objects.filter(lapsed_at=None, signature_agrees=None),
        "flag": Flag.objects.filter(cleared_at=None),
        "sharing": Order.objects.filter(share_asked_at__isnull=False),
        "tracking": TrackingApp.objects.all(),
        "calendar": CalendarFeed.objects.all(),
        "push": PushSubscription.objects.filter(ended_at=None),
    }
    return {name for name, rows in here.items() if rows.exists()}


def test_nobody_has_left_and_all_of_it_is_there(busy: Participant) -> None:
    assert still_there(busy) == EVERYTHING


@pytest.mark.parametrize("why", GONE)
def test_all_that_can_end_ends_at_once_and_the_ledger_says_so(
    busy: Participant, officer: Staff, why: LeftBecause
) -> None:
    departure = leave(busy, why, officer)
    assert still_there(busy) == set()
    line = LedgerLine.objects.get(verb="participant.left")
    assert (line.actor_id, line.participant_id, line.facts["left"]) == (officer.pk, busy.pk, why)
    assert line.policy == departure.policy
    assert departure.policy.startswith("LeavingPolicy@")
    ended = LedgerLine.objects.get(verb="things.ended")
    assert ended.facts["ended"]["checkins"] == 6
    assert all(count for what, count in ended.facts["ended"].items() if what not in ("order", "looks", "wards"))
    assert Order.objects.filter(ended_at=None).exists() == (why == LeftBecause.DETAINED)
    assert Device.objects.filter(signed_out_at=None).exists() == (why != LeftBecause.DIED)


def test_who_has_left_is_no_lead_any_more_and_who_is_in_custody_still_is(busy: Participant, officer: Staff) -> None:
    leave(busy, LeftBecause.DETAINED, officer)
    assert Lead.objects.get().stage == Stage.OPEN
    other = make_participant(busy.office)
    lead = make_lead(other)
    leave(other, LeftBecause.CLOSED, officer)
    lead.refresh_from_db()
    assert (lead.stage, lead.why_closed) == (Stage.CLOSED, "left")


@pytest.mark.parametrize("why", GONE)
def test_nothing_comes_back_by_itself(busy: Participant, officer: Staff, why: LeftBecause) -> None:
    leave(busy, why, officer)
    missed = Duty.objects.filter(outcome="missed").count()
    assert make_duties(now=LATER) == 0
    assert sweep_overdue(now=LATER) == 0
    assert make_reminders(can=ALL, now=LATER) == 0
    climb_rungs(can=ALL, now=LATER)
    assert Duty.objects.filter(outcome="missed").count() == missed == 1
    assert still_there(busy) == set()
    assert share_point(participant=busy, spot=HERE, taken_at=NOW, source=PointSource.PAGE, now=NOW) in (
        PointAnswer.OUTSIDE,
    )


@pytest.mark.parametrize("why", GONE)
def test_what_was_open_counts_as_done_and_what_was_missed_stays_missed(
    busy: Participant, officer: Staff, why: LeftBecause
) -> None:
    leave(busy, why, officer)
    assert set(Duty.objects.values_list("outcome", flat=True)) <= {"missed", "excused", "reported"}
    assert set(Excuse.objects.values_list("reason", "excused_by")) <= {("has-left", officer.pk)}


@pytest.mark.parametrize("why", GONE)
def test_a_sweep_at_the_same_moment_marks_nobody(person: Participant, officer: Staff, why: LeftBecause) -> None:
    duty = make_duty(person, due_on=NOW.date() - timedelta(days=10))
    leave(person, why, officer)
    assert sweep_overdue(now=NOW) == 0
    duty.refresh_from_db()
    assert (duty.outcome, duty.excuse.reason) == ("excused", "has-left")


@pytest.mark.parametrize("why", GONE)
def test_a_check_in_that_arrives_later_is_received_with_its_receipt_and_an_officer_looks(
    busy: Participant, officer: Staff, why: LeftBecause
) -> None:
    leave(busy, why, officer)
    assert flag_unexpected(now=NOW) == 0
    report = submit_report(participant=busy, key=uuid4(), content=REPORT, now=NOW + timedelta(hours=1))
    assert report.receipt_number
    assert flag_unexpected(now=NOW + timedelta(hours=2)) == 1
    assert flag_unexpected(now=NOW + timedelta(hours=3)) == 0
    assert Flag.objects.filter(reason="left-but-came", cleared_at=None).count() == 1


@pytest.mark.parametrize("why", GONE)
def test_who_left_is_told_in_their_language_and_nothing_is_sent_of_a_death(
    busy: Participant, officer: Staff, why: LeftBecause
) -> None:
    pass_on_notices(can=ALL, now=NOW)
    Message.objects.all().delete()
    leave(busy, why, officer)
    told = Notice.objects.filter(kind="left")
    pass_on_notices(can=ALL, now=NOW)
    if why == LeftBecause.DIED:
        assert not told.exists()
        assert not Message.objects.exists()
    else:
        assert told.get().language == "es"
        assert Message.objects.filter(kind="notice").count() == 2
        assert "Judge" not in told.get().body


def test_nothing_is_sent_to_the_dead_even_when_a_late_check_in_is_excused(person: Participant, officer: Staff) -> None:
    with_contacts(person)
    make_duty(person, due_on=NOW.date() - timedelta(days=10))
    sweep_overdue(now=NOW)
    leave(person, LeftBecause.DIED, officer)
    submit_report(participant=person, key=uuid4(), content=REPORT, now=NOW)
    flag = Flag.objects.get(reason="late-report")
    asked = StepAsked(step="excused", reason="It was made before")
    decide_miss(flag_id=flag.pk, officer=officer, asked=asked, now=NOW)
    assert pass_on_notices(can=ALL, now=NOW) > 0
    assert not Message.objects.filter(state="waiting").exists()


def test_what_the_participant_asked_is_still_answered(person: Participant, officer: Staff) -> None:
    write_message(participant=person, words="Is my file right?", asks_correction=True, now=NOW)
    leave(person, LeftBecause.CLOSED, officer)
    assert Flag.objects.filter(reason="correction-asked", cleared_at=None).exists()


def test_an_unsigned_decision_cannot_be_signed_any_more(busy: Participant, officer: Staff, office: FieldOffice) -> None:
    leave(busy, LeftBecause.CLOSED, officer)
    supervisor = make_staff(office, Role.SUPERVISOR)
    with pytest.raises(DecisionRefused):
        sign_step(step_id=MissStep.objects.get().pk, supervisor=supervisor, agrees=True, reason="yes", now=NOW)


def test_a_code_given_before_opens_nothing(person: Participant, officer: Staff) -> None:
    code = issue_invitation(participant=person, actor=OPERATOR, now=NOW)
    leave(person, LeftBecause.DETAINED, officer)
    tried = activate_device(
        typed_code=code,
        born=person.date_of_birth,
        from_file=person.case_number[-3:],
        network="n",
        browser="b",
        now=NOW,
    )
    assert tried.answer is ActivationAnswer.NO_MATCH


def test_shared_places_are_erased_with_the_next_night(busy: Participant, officer: Staff) -> None:
    leave(busy, LeftBecause.CLOSED, officer)
    assert SharedPoint.objects.get().erase_at == NOW


@pytest.mark.parametrize("evidence", ["", "  \n"])
def test_nobody_leaves_without_evidence_twice_or_by_another_office(
    person: Participant, officer: Staff, other_office: FieldOffice, evidence: str
) -> None:
    with pytest.raises(LeavingRefused, match="how you know"):
        note_departure(participant_id=person.pk, left=Left(LeftBecause.DIED, evidence), officer=officer, now=NOW)
    with pytest.raises(LeavingRefused, match="your office"):
        leave(person, LeftBecause.DIED, make_staff(other_office))
    leave(person, LeftBecause.DIED, officer)
    with pytest.raises(LeavingRefused, match="already"):
        leave(person, LeftBecause.CLOSED, officer)
    assert Departure.objects.count() == 1


@pytest.mark.parametrize("why", GONE)
def test_who_is_here_again_begins_afresh_and_nothing_of_the_time_between_counts(
    busy: Participant, officer: Staff, why: LeftBecause
) -> None:
    departure = leave(busy, why, officer)
    back = NOW + timedelta(days=30)
    first = back.date() + timedelta(days=5)
    bring_back(departure_id=departure.pk, from_on=first, reason="It was somebody else", officer=officer, now=back)
    busy.refresh_from_db()
    assert (busy.left_at, busy.silent_since) == (None, None)
    open_days = Duty.objects.filter(outcome__isnull=True).order_by("due_on").values_list("due_on", flat=True)
    assert open_days[0] >= first
    assert sweep_overdue(now=back) == 0
    assert Duty.objects.filter(outcome="missed").count() == 1
    assert Order.objects.filter(ended_at=None, level="check-in").count() == 1
    assert "It was somebody else" in Notice.objects.filter(kind="schedule-changed").get().body
    assert LedgerLine.objects.get(verb="participant.back").actor_id == officer.pk
    with pytest.raises(LeavingRefused, match="already"):
        bring_back(departure_id=departure.pk, from_on=first, reason="again", officer=officer, now=back)
    departure.refresh_from_db()
    assert (departure.evidence[:5], departure.back_by_id) == ("Order", officer.pk)


@pytest.mark.parametrize(("day", "reason"), [(date(2026, 11, 21), "x"), (date(2027, 11, 21), "x")])
def test_coming_back_needs_a_day_that_is_fair(person: Participant, officer: Staff, day: date, reason: str) -> None:
    departure = leave(person, LeftBecause.DETAINED, officer)
    with pytest.raises(LeavingRefused, match="first day"):
        bring_back(departure_id=departure.pk, from_on=day, reason=reason, officer=officer, now=NOW)
    with pytest.raises(LeavingRefused, match="why"):
        bring_back(departure_id=departure.pk, from_on=day, reason=" ", officer=officer, now=NOW)


def test_a_move_carries_the_open_check_ins_and_shortens_nothing(
    busy: Participant, officer: Staff, other_office: FieldOffice
) -> None:
    there, pre = make_staff(other_office), {duty.pk: duty for duty in Duty.objects.filter(outcome__isnull=True)}
    left = Left(LeftBecause.MOVED, "New address proven", other_office.pk)
    move_participant(participant_id=busy.pk, left=left, officer=officer, now=NOW)
    busy.refresh_from_db()
    assert (busy.office, busy.officer, busy.left_at) == (other_office, there, None)
    for duty in Duty.objects.filter(outcome__isnull=True):
        assert duty.due_at - pre[duty.pk].due_at == timedelta(hours=3)
        assert duty.missed_after >= pre[duty.pk].missed_after
    assert len(pre) == Duty.objects.filter(outcome__isnull=True).count() > 0
    assert still_there(busy) == EVERYTHING - {"sharing", "tracking"}
    assert "LAX" in Notice.objects.get(kind="left").body
    line = LedgerLine.objects.get(verb="participant.moved")
    assert (line.facts["from_office"], line.facts["to_office"]) == (officer.office_id, other_office.pk)


def test_a_move_goes_to_another_office_and_to_an_officer_of_it(
    person: Participant, officer: Staff, other_office: FieldOffice
) -> None:
    for office_id, officer_id, says in (
        (None, None, "another office"),
        (person.office_id, None, "another office"),
        (other_office.pk, officer.pk, "work at that office"),
    ):
        left = Left(LeftBecause.MOVED, "x", office_id, officer_id)
        with pytest.raises(LeavingRefused, match=says):
            move_participant(participant_id=person.pk, left=left, officer=officer, now=NOW)


def test_an_officer_notes_it_on_a_page_that_says_what_ends(
    busy: Participant, officer: Staff, sign_in: Callable[[Participant | Staff], Client]
) -> None:
    client, path = sign_in(officer), f"/console/people/{busy.pk}/leaving/"
    page = client.get(path, {"reason": "closed"}).content.decode()
    assert "What ends at once" in page
    sent = {"reason": "closed", "evidence": "Order of Judge Ortiz"}
    refused = client.post(path, sent)
    assert (refused.status_code, "Order of Judge Ortiz" in refused.content.decode()) == (400, True)
    assert not Departure.objects.exists()
    client.post(path, {**sent, "sure": "yes"})
    shown = client.get(f"/console/people/{busy.pk}/").content.decode()
    assert "The case is closed" in shown
    assert busy.full_name in client.get("/console/left/").content.decode()
    day = (NOW.date() + timedelta(days=9)).isoformat()
    client.post(f"/console/people/{busy.pk}/back-again/", {"from_on": day, "reason": "Opened again"})


def test_their_home_page_asks_for_nothing_any_more(
    busy: Participant, officer: Staff, sign_in: Callable[[Participant | Staff], Client]
) -> None:
    client = sign_in(busy)
    leave(busy, LeftBecause.CLOSED, officer)
    page = client.get("/home/", headers={"accept-language": "en"}).content.decode()
    assert "No check-in is planned for you now" in page
    assert "We did not get your check-in" not in page


def test_another_office_neither_sees_nor_does_it(
    person: Participant, other_office: FieldOffice, sign_in: Callable[[Participant | Staff], Client]
) -> None:
    client = sign_in(make_staff(other_office))
    sent = {"reason": "died", "evidence": "x", "sure": "yes"}
    assert client.post(f"/console/people/{person.pk}/leaving/", sent).status_code == 404
    assert client.post(f"/console/people/{person.pk}/back-again/", {}).status_code == 404
    assert not Departure.objects.exists()


def test_the_list_costs_the_same_with_one_and_with_five(
    office: FieldOffice,
    officer: Staff,
    sign_in: Callable[[Participant | Staff], Client],
    django_assert_max_num_queries: Callable[[int], object],
) -> None:
    client = sign_in(officer)
    for _ in range(5):
        leave(make_participant(office), LeftBecause.CLOSED, officer)
    with django_assert_max_num_queries(12):  # type: ignore[attr-defined]
        client.get("/console/left/")
