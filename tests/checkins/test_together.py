"""Reports that arrive at once are committed together; each has its own outcome."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import connection, connections

from adsum.checkins.actions import excuse_duty, submit_report
from adsum.checkins.actions.reports import Sent, accept_reports
from adsum.checkins.models import Duty, Excuse, Report
from adsum.checkins.queries import claim_duties, waiting_duties
from adsum.checkins.rules import GivenPlace, Outcome, ReportContent
from adsum.flags.models import Flag
from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import RULES
from adsum.outbox.models import OutboxEvent
from adsum.people.models import Participant
from tests.factories import NOW, make_duty, make_office, make_participant, make_staff

PLACE = GivenPlace("granted", 40.7, -73.9, 12.0, NOW)
STILL_THERE = ReportContent(lives_there=True, place=PLACE)
NEW_ADDRESS = {"street": "9 New St", "unit": "", "city": "", "state": "", "postal_code": ""}
MOVED = ReportContent(lives_there=False, new_address=NEW_ADDRESS)


def at(moment: datetime) -> ReportContent:
    return ReportContent(lives_there=True, place=GivenPlace("granted", 40.7, -73.9, 12.0, moment))


def sent(person: Participant, content: ReportContent = STILL_THERE, key: object = None) -> Sent:
    return Sent(person, key or uuid4(), content, NOW)  # type: ignore[arg-type]


def rows() -> list[int]:
    return [model.objects.count() for model in (Report, LedgerLine, OutboxEvent, Flag)]


def difference(before: list[int], after: list[int]) -> list[int]:
    return [now - then for then, now in zip(before, after, strict=True)]


def outcome(report: Report) -> tuple[object, ...]:
    return report.concerns, report.place_class, report.address_given, report.duty_id is not None


def test_together_they_leave_what_each_leaves_alone(db: None) -> None:
    office = make_office()
    contents = (STILL_THERE, MOVED, ReportContent(), ReportContent(lives_there=True, new_phone="2125550123"))
    pairs = [(make_participant(office), make_participant(office), content) for content in contents]
    for one, other, _ in pairs:
        make_duty(one, due_on=NOW.date()), make_duty(other, due_on=NOW.date())
    before = rows()
    alone = [accept_reports(sent=[sent(one, content)], now=NOW)[0] for one, _, content in pairs]
    between = rows()
    together = accept_reports(sent=[sent(other, content) for _, other, content in pairs], now=NOW)
    assert difference(before, between) == difference(between, rows())
    for single, gathered in zip(alone, together, strict=True):
        assert outcome(single) == outcome(gathered)
    assert set(Duty.objects.values_list("outcome", flat=True)) == {Outcome.REPORTED}


def test_one_person_twice_in_a_round_answers_one_duty_and_the_same_key_is_one_report(person: Participant) -> None:
    duty, key = make_duty(person, due_on=NOW.date()), uuid4()
    kept = accept_reports(sent=[sent(person, key=key), sent(person), sent(person, key=key)], now=NOW)
    assert [report.duty_id for report in kept] == [duty.pk, None, duty.pk]
    assert kept[0].pk == kept[2].pk != kept[1].pk
    assert Report.objects.count() == 2


def test_another_content_under_the_same_key_is_seen_by_a_person(person: Participant) -> None:
    key = uuid4()
    first, second = accept_reports(sent=[sent(person, key=key), sent(person, MOVED, key)], now=NOW)
    assert first.pk == second.pk
    assert Flag.objects.filter(reason="conflicting-report", about=f"report:{first.pk}").exists()


def test_what_can_be_claimed_is_what_waits(person: Participant) -> None:
    """The hot path's SQL and the query of the pages mean the same."""
    officer = make_staff(person.office)
    day = NOW.date()
    make_duty(person, due_on=day)
    future = make_duty(person, due_on=day + timedelta(days=90))
    Duty.objects.filter(pk=future.pk).update(opens_at=NOW + timedelta(days=60))
    for back, outcome in ((30, "missed"), (60, "reported"), (90, "missed"), (120, "missed")):
        duty = make_duty(person, due_on=day - timedelta(days=back))
        Duty.objects.filter(pk=duty.pk).update(outcome=outcome, settled_at=NOW)
    answered = Duty.objects.get(due_on=day - timedelta(days=90))
    report = submit_report(participant=person, key=uuid4(), content=STILL_THERE, now=NOW - timedelta(days=89))
    Report.objects.filter(pk=report.pk).update(duty=answered)
    excuse_duty(duty_id=Duty.objects.get(due_on=day - timedelta(days=120)).pk, officer=officer, words="ill", now=NOW)
    claimed = claim_duties(of=[person.pk], at=NOW, seen_by=RULES)()[person.pk]
    assert {duty.pk for duty in claimed} == {duty.pk for duty in waiting_duties(at=NOW, seen_by=RULES)} != set()


def test_who_stood_in_line_is_not_late(person: Participant) -> None:
    duty = make_duty(person, due_on=date(2026, 11, 20))
    tried = duty.missed_after - timedelta(minutes=1)
    late = duty.missed_after + timedelta(hours=5)
    report = submit_report(participant=person, key=uuid4(), content=at(late), now=late, tried_at=tried)
    assert (report.concerns, report.duty_id, report.tried_at) == ([], duty.pk, tried)
    assert not Flag.objects.exists()


def test_who_stood_in_line_while_it_was_marked_missed_is_excused(person: Participant) -> None:
    duty = make_duty(person, due_on=date(2026, 11, 20))
    Duty.objects.filter(pk=duty.pk).update(outcome=Outcome.MISSED, settled_at=NOW)
    tried, late = duty.missed_after - timedelta(minutes=1), duty.missed_after + timedelta(hours=5)
    submit_report(participant=person, key=uuid4(), content=at(late), now=late, tried_at=tried)
    assert Duty.objects.get().outcome == Outcome.EXCUSED
    assert Excuse.objects.get().reason == "was-in-line"
    assert not Flag.objects.exists()


@pytest.mark.parametrize("hours", [-1, 73])
def test_a_place_from_the_future_or_long_ago_is_no_credit(person: Participant, hours: int) -> None:
    duty = make_duty(person, due_on=date(2026, 11, 20))
    late = duty.missed_after + timedelta(hours=60)
    tried = late - timedelta(hours=hours)
    report = submit_report(participant=person, key=uuid4(), content=at(late), now=late, tried_at=tried)
    assert report.concerns == ["late"]


def in_a_thread(work: Callable[[], Any]) -> Any:
    try:
        return work()
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_few_transactions_and_lose_nothing(committed: str) -> None:
    office = make_office()
    people = [make_participant(office) for _ in range(60)]
    for person in people:
        make_duty(person, due_on=NOW.date())

    def send(person: Participant) -> Report:
        return in_a_thread(  # type: ignore[no-any-return]
            lambda: submit_report(participant=person, key=uuid4(), content=STILL_THERE, now=NOW)
        )

    with ThreadPoolExecutor(20) as pool:
        kept = list(pool.map(send, people))
    assert [report.participant_id for report in kept] == [person.pk for person in people]
    assert Report.objects.count() == OutboxEvent.objects.count() == 60
    assert Duty.objects.filter(outcome=Outcome.REPORTED).count() == 60
    lines = LedgerLine.objects.filter(verb="checkin.reported")
    assert lines.count() == 60
    assert lines.values("transaction_number").distinct().count() < 60


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_was_cut_is_opened_anew_and_the_report_is_one(committed: str) -> None:
    person = make_participant(make_office())
    connection.ensure_connection()
    with psycopg.connect(committed, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    submit_report(participant=person, key=uuid4(), content=STILL_THERE, now=NOW)
    assert Report.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_bad_report_never_harms_its_neighbours(committed: str) -> None:
    """A text that the database refuses, such as one with a NUL, among good ones."""
    office = make_office()
    good, bad = [make_participant(office) for _ in range(8)], make_participant(office)

    def send(person: Participant) -> object:
        content = ReportContent(message="\x00") if person is bad else STILL_THERE
        try:
            return in_a_thread(lambda: submit_report(participant=person, key=uuid4(), content=content, now=NOW))
        except Exception as error:
            return error

    with ThreadPoolExecutor(9) as pool:
        outcomes = list(pool.map(send, [*good[:4], bad, *good[4:]]))
    assert isinstance(outcomes.pop(4), Exception)
    assert all(isinstance(outcome, Report) for outcome in outcomes)
    assert Report.objects.count() == 8
