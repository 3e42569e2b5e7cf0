"""A pilot beside not-yet: figures that add up, intervals, and warnings where a comparison says little."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from adsum.checkins.models import Duty
from adsum.checkins.rules.courses import Interval
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role
from adsum.pilots.rules import Feature, place_of_person
from adsum.trials.policy import TrialsPolicy
from adsum.trials.queries import compare_pilot
from adsum.trials.rules import Group, between, compare
from tests.factories import NOW, make_appointment, make_duty, make_participant, make_staff
from tests.pilots.test_switches import switch_off

POLICY = TrialsPolicy()
EVEN = {"people": 200, "due": 200, "before_due": 200, "before_done": 160}


def group(**more: int) -> Group:
    return Group(**{**EVEN, "done": 160, "missed": 40, **more})


@pytest.mark.parametrize(
    ("pilot", "not_yet", "warns"),
    [
        (group(), group(), []),
        (group(done=190), group(), []),
        (group(due=99, done=80, missed=19), group(), ["The pilot is too small"]),
        (group(), group(due=99, done=80, missed=19), ["Not-yet is too small"]),
        (group(), Group(), ["Not-yet has nobody"]),
        (Group(), Group(), ["The pilot has nobody", "Not-yet has nobody"]),
        (group(before_done=190), group(), ["The groups differed at the start"]),
    ],
)
def test_what_makes_groups_hard_to_compare_is_said(pilot: Group, not_yet: Group, warns: list[str]) -> None:
    found = compare(pilot, not_yet, policy=POLICY).warnings
    assert [words[: len(start)] for words, start in zip(found, warns, strict=True)] == warns


def test_a_difference_has_an_interval_and_is_clear_only_where_it_leaves_out_zero() -> None:
    done, missed = compare(group(done=190, missed=10), group(), policy=POLICY).measures
    assert (round(done.apart.share, 3), done.is_clear, missed.is_clear) == (0.15, True, True)
    alike, _ = compare(group(done=165), group(), policy=POLICY).measures
    assert not alike.is_clear
    # Newcombe (1998), table II, row a: 56/70 against 48/80
    apart = between(Interval(0.8, 0.6914, 0.8777), Interval(0.6, 0.4905, 0.7005))
    assert [round(value, 3) for value in apart] == [0.2, 0.052, 0.334]


def test_visits_saved_are_those_that_the_rate_of_the_others_would_have_made() -> None:
    found = compare(group(people=100, visits=5), group(people=200, visits=40), policy=POLICY)
    assert found.visits_saved == 15
    assert compare(group(), Group(), policy=POLICY).visits_saved == 0


@pytest.mark.django_db
def test_each_person_stands_on_their_side_and_the_figures_add_up(office: FieldOffice, officer: Staff) -> None:
    due_on, outcomes = NOW.date() - timedelta(days=5), ("reported", "missed", "excused")
    switch_off(officer, ladder_percent=50)
    people = [make_participant(office, active=False) for _ in range(12)]
    for number, person in enumerate(people):
        duty = make_duty(person, due_on=due_on)
        Duty.objects.filter(pk=duty.pk).update(outcome=outcomes[number % 3], settled_at=NOW)
    make_appointment(people[0])
    inside = [one for one in people if place_of_person(Feature.LADDER, one.pk) < 50]
    found = compare_pilot(
        feature=Feature.LADDER,
        since=due_on - timedelta(days=3),
        until=NOW.date() + timedelta(days=10),
        now=NOW,
        seen_by=officer.as_actor(),
    )
    assert (found.pilot.people, found.not_yet.people) == (len(inside), 12 - len(inside))
    assert (found.pilot.done + found.not_yet.done, found.pilot.missed + found.not_yet.missed) == (4, 4)
    assert found.pilot.visits + found.not_yet.visits == 1
    assert found.pilot.visits == (people[0] in inside)


@pytest.mark.django_db
def test_another_office_is_not_counted(office: FieldOffice, other_office: FieldOffice) -> None:
    make_duty(make_participant(office, active=False), due_on=NOW.date() - timedelta(days=5))
    Duty.objects.update(outcome="reported", settled_at=NOW)
    far = make_staff(other_office, Role.SUPERVISOR)
    found = compare_pilot(
        feature=Feature.PUSH, since=NOW.date() - timedelta(days=9), until=NOW.date(), now=NOW, seen_by=far.as_actor()
    )
    assert (found.pilot.people, found.not_yet.people) == (0, 0)


@pytest.mark.django_db
def test_the_page_warns_and_the_csv_holds_the_same(office: FieldOffice, sign_in: Callable[[Staff], Client]) -> None:
    client = sign_in(make_staff(office, Role.SUPERVISOR))
    page = client.get("/console/pilots/", {"feature": "photo"})
    assert "Not-yet has nobody" in page.content.decode()
    saved = client.get("/console/pilots/", {"feature": "photo", "csv": "yes"})
    assert saved.headers["Content-Type"].startswith("text/csv")
    assert saved.content.decode().splitlines()[0] == "measure,pilot,not yet,difference"
    assert "Not-yet has nobody" in saved.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("first", "last"),
    [("x", ""), ("2026-05-02", "2026-05-01"), ("0001-01-01", "0001-01-02"), ("2020-01-01", "2026-01-01")],
)
def test_impossible_days_are_refused_in_words(
    office: FieldOffice, sign_in: Callable[[Staff], Client], first: str, last: str
) -> None:
    answer = sign_in(make_staff(office, Role.SUPERVISOR)).get("/console/pilots/", {"from": first, "to": last})
    assert (answer.status_code, 'role="alert"' in answer.content.decode()) == (400, True)
