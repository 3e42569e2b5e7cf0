"""The finder names who could be stepped down, and nobody of whom one criterion speaks against it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from adsum.checkins.actions import sweep_overdue
from adsum.monitors.actions import judge_alert
from adsum.monitors.past_queries import true_alerts_of
from adsum.monitors.rules import Said
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role
from adsum.orders.rules import Level
from adsum.people.models import Participant
from adsum.policies.actions import approve_policy
from adsum.policies.queries import put_book_away
from adsum.policies.rules import Scope
from adsum.reviews.actions import ask_for_review, decide_review, snooze
from adsum.reviews.models import Review, Snooze
from adsum.reviews.past_queries import assemble, may_step_down
from adsum.reviews.policy import ReviewsPolicy
from adsum.reviews.rules import DecisionAsked, Way, Wish
from tests.factories import NOW, make_participant, make_staff, make_version
from tests.reviews.lives import keep_well, look_up, owe, put_at, send, warn, wear

SignIn = Callable[[Participant | Staff], Client]


def found_in(office: FieldOffice, officer: Staff) -> list[tuple[int, bool]]:
    found = may_step_down(office=office, seen_by=officer.as_actor(), now=NOW)
    return [(one.participant_id, one.is_known) for one in found]


def miss_one(person: Participant) -> None:
    owe(person, 20)
    sweep_overdue(now=NOW)


def leave(person: Participant) -> None:
    Participant.objects.filter(pk=person.pk).update(left_at=NOW)


@pytest.mark.parametrize("change", [miss_one, leave])
def test_one_thing_against_it_is_enough(
    person: Participant, office: FieldOffice, officer: Staff, change: Callable[[Participant], None]
) -> None:
    keep_well(person)
    assert found_in(office, officer) == [(person.pk, True)]
    change(person)
    assert found_in(office, officer) == []


def test_who_lacks_data_comes_after_those_of_whom_all_is_known(office: FieldOffice, officer: Staff) -> None:
    unknown, known, short = (make_participant(office) for _ in range(3))
    put_at(unknown)
    keep_well(known)
    put_at(short, since=NOW - timedelta(days=30))
    put_at(make_participant(office), Level.NONE)
    make_participant(office)
    assert found_in(office, officer) == [(known.pk, True), (unknown.pk, False)]


def test_alerts_judged_true_hold_somebody_with_a_monitor(
    person: Participant, office: FieldOffice, officer: Staff
) -> None:
    keep_well(person, Level.GPS_ANKLE)
    assert found_in(office, officer) == [(person.pk, False)]
    issue = wear(person, officer)
    alert = warn(issue)
    assert found_in(office, officer) == [(person.pk, True)]
    judge_alert(alert_id=alert.pk, officer=officer, said=Said.TRUE, reason="She said so", now=NOW)
    assert found_in(office, officer) == []
    assert true_alerts_of(since={person.pk: NOW + timedelta(days=1)}, seen_by=officer.as_actor()) == {person.pk: 0}


def ask(person: Participant, officer: Staff) -> Review:
    return ask_for_review(participant=person, wish=Wish.LOWER, way=Way.PAGE, now=NOW)


def put_off(person: Participant, officer: Staff) -> None:
    until = (NOW + timedelta(days=20)).date()
    snooze(participant=person, until=until, reason="A hearing is on Friday.", officer=officer, now=NOW)


def keep(person: Participant, officer: Staff) -> None:
    """Decided: they stay at this level."""
    asked = DecisionAsked("keep", words="A hearing is on Friday.")
    review = ask(person, officer)
    decide_review(review_id=review.pk, officer=officer, asked=asked, criteria=[], facts=[], letter={"a": 1}, now=NOW)


@pytest.mark.parametrize(("in_hand", "days"), [(ask, None), (put_off, 20), (keep, 90)])
def test_who_is_in_hand_is_not_named(
    person: Participant, office: FieldOffice, officer: Staff, in_hand: Callable[..., object], days: int | None
) -> None:
    keep_well(person)
    in_hand(person, officer)
    assert found_in(office, officer) == []
    if days:
        looked_up = NOW + timedelta(days=days)
        look_up(person, at=looked_up)
        found = may_step_down(office=office, seen_by=officer.as_actor(), now=looked_up)
        assert [one.participant_id for one in found] == [person.pk]
        assert not may_step_down(office=office, seen_by=officer.as_actor(), now=looked_up - timedelta(days=1))


def test_another_office_finds_nobody(person: Participant, office: FieldOffice, other_office: FieldOffice) -> None:
    keep_well(person)
    assert found_in(office, make_staff(other_office)) == []


def test_an_office_may_ask_for_more(person: Participant, office: FieldOffice, officer: Staff) -> None:
    keep_well(person)
    supervisors = [make_staff(office, Role.SUPERVISOR) for _ in range(2)]
    version = make_version(
        supervisors[0],
        kind=ReviewsPolicy,
        values={"least_level_months": 12},
        scope=Scope(office.pk, "check-in"),
        valid_from=NOW - timedelta(days=1),
        now=NOW - timedelta(days=2),
    )
    approve_policy(version_id=version.pk, approver=supervisors[1].as_actor(), now=NOW - timedelta(days=2))
    put_book_away()
    assert found_in(office, officer) == []


def test_the_finder_and_the_file_never_differ(office: FieldOffice, officer: Staff) -> None:
    people = [make_participant(office) for _ in range(3)]
    keep_well(people[0])
    put_at(people[1], Level.PHONE_CALL)
    for duty in owe(people[1], 200, 100, 50):
        send(duty, late=timedelta(days=1) if duty.due_on.month == 10 else None)
    put_at(people[2])
    look_up(people[2], at=NOW - timedelta(days=40))
    me = officer.as_actor()
    named = {one.participant_id: one.criteria for one in may_step_down(office=office, seen_by=me, now=NOW)}
    assert named
    for person in people:
        file = assemble(participant=person, seen_by=me, now=NOW)
        assert named.get(person.pk, file.criteria) == file.criteria
        assert (person.pk in named) == all(one.met != "not-met" for one in file.criteria)


def test_five_people_take_as_many_questions_as_one(office: FieldOffice, officer: Staff) -> None:
    counts = []
    for more in (1, 4):
        for _ in range(more):
            keep_well(make_participant(office))
        with CaptureQueriesContext(connection) as asked:
            assert found_in(office, officer)
        counts.append(len(asked))
    assert counts[0] == counts[1]


@time_machine.travel(NOW, tick=False)
def test_the_page_gives_the_reasons_and_no_score(person: Participant, officer: Staff, sign_in: SignIn) -> None:
    keep_well(person)
    page = sign_in(officer).get("/console/reviews/finder/").content.decode()
    assert f"/console/people/{person.pk}/file/" in page
    assert "4 of 4 came on time" in page
    assert "could be: No monitoring" in page


@time_machine.travel(NOW, tick=False)
def test_putting_off_is_limited_and_has_a_reason(person: Participant, officer: Staff, sign_in: SignIn) -> None:
    keep_well(person)
    desk, there = sign_in(officer), f"/console/people/{person.pk}/snoozes/"
    for days, reason in (("5", " "), ("61", "Later"), ("0", "Later"), ("x", "Later"), ("9" * 30, "Later")):
        refused = desk.post(there, {"days": days, "reason": reason}, follow=True).text
        assert "Nothing was put off." in refused and not Snooze.objects.exists()
    page = desk.post(there, {"days": "60", "reason": "A hearing is on Friday."}, follow=True).text
    assert "1 put off" in page and "A hearing is on Friday." in page and "Nobody now" in page
