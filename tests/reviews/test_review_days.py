"""The day on which a person was to look at a level again: it comes, somebody is named, and the participant is told."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client

from adsum.offices.models import FieldOffice, Staff
from adsum.orders.actions import set_review_day
from adsum.orders.models import Order
from adsum.orders.policy import OrdersPolicy
from adsum.orders.rules import Level
from adsum.people.models import Participant
from adsum.policies.actions import approve_policy
from adsum.policies.queries import put_book_away
from adsum.policies.rules import Scope
from adsum.reviews.actions import ask_for_review, snooze
from adsum.reviews.queries import day_has_come
from adsum.reviews.rules import Way, Wish
from tests.factories import NOW, make_participant, make_staff, make_version
from tests.reviews.lives import put_at

pytestmark = pytest.mark.django_db
SignIn = Callable[[Participant | Staff], Client]
TODAY = date(2026, 11, 21)


def named(office: FieldOffice, staff: Staff, on: date = TODAY) -> list[tuple[int, date]]:
    come = day_has_come(office=office, on=on, now=NOW, seen_by=staff.as_actor())
    return [(order.participant_id, order.look_on) for order in come]  # type: ignore[attr-defined]


def test_the_day_is_the_one_that_the_participant_was_told(office: FieldOffice, officer: Staff) -> None:
    late, set_earlier, not_yet, nothing_to_lower, gone = (make_participant(office) for _ in range(5))
    put_at(late, since=NOW - timedelta(days=120))
    put_at(set_earlier, since=NOW - timedelta(days=20))
    set_review_day(participant=set_earlier, on=TODAY, actor=officer.as_actor(), now=NOW)
    put_at(not_yet, since=NOW - timedelta(days=89))
    put_at(nothing_to_lower, Level.NONE)
    put_at(gone, since=NOW - timedelta(days=120))
    Participant.objects.filter(pk=gone.pk).update(left_at=NOW)
    assert named(office, officer) == [(late.pk, TODAY - timedelta(days=30)), (set_earlier.pk, TODAY)]
    for person, day in named(office, officer, TODAY + timedelta(days=1)):
        assert Order.objects.get(participant=person).review_day_at(NOW) == day
    assert not_yet.pk in dict(named(office, officer, TODAY + timedelta(days=1)))


def test_a_policy_of_the_office_and_level_moves_it(office: FieldOffice, officer: Staff, person: Participant) -> None:
    put_at(person, Level.GPS_ANKLE, since=NOW - timedelta(days=40))
    assert named(office, officer) == []
    version = make_version(officer, kind=OrdersPolicy, values={"review_days": 30}, scope=Scope(office.pk, "gps-ankle"))
    approve_policy(version_id=version.pk, approver=make_staff(office).as_actor(), now=NOW)
    put_book_away()
    come = day_has_come(office=office, on=TODAY, now=version.valid_from, seen_by=officer.as_actor())
    assert [order.participant_id for order in come] == [person.pk]


def test_who_is_in_hand_is_not_named(office: FieldOffice, officer: Staff) -> None:
    asked, put_off, waits = (make_participant(office) for _ in range(3))
    for one in (asked, put_off, waits):
        put_at(one, since=NOW - timedelta(days=120))
    ask_for_review(participant=asked, wish=Wish.LOOK, way=Way.PAGE, now=NOW)
    snooze(participant=put_off, until=TODAY + timedelta(days=30), reason="A trial is near", officer=officer, now=NOW)
    assert [pk for pk, _ in named(office, officer)] == [waits.pk]
    assert [pk for pk, _ in named(office, officer, TODAY + timedelta(days=30))] == [put_off.pk, waits.pk]


def test_another_office_sees_nobody(office: FieldOffice, other_office: FieldOffice, person: Participant) -> None:
    put_at(person, since=NOW - timedelta(days=120))
    stranger = make_staff(other_office)
    assert named(office, stranger) == []
    assert list(day_has_come(office=None, on=TODAY, now=NOW, seen_by=stranger.as_actor())) == []


def test_the_pages_say_it_and_the_participant_is_told_the_truth(
    person: Participant, officer: Staff, sign_in: SignIn
) -> None:
    put_at(person, since=NOW - timedelta(days=120))
    with time_machine.travel(NOW, tick=False):
        console, phone = sign_in(officer), sign_in(person)
        assert "1</span>" in console.get("/console/reviews/").content.decode()
        page = console.get("/console/reviews/days/").content.decode()
        assert person.full_name in page
        assert "30 days late" in page
        person.language = "en"
        person.save()
        mine = phone.get("/my-file/").content.decode()
        assert "That is late, and not your fault" in mine
        assert "No day is set yet" not in mine


def test_what_is_in_hand_or_put_off_is_not_called_late(person: Participant, officer: Staff, sign_in: SignIn) -> None:
    put_at(person, since=NOW - timedelta(days=120))
    with time_machine.travel(NOW, tick=False):
        Participant.objects.filter(pk=person.pk).update(language="en")
        phone = sign_in(person)
        snooze(participant=person, until=TODAY + timedelta(days=30), reason="A trial", officer=officer, now=NOW)
        assert "A person looks at your level again by Dec. 21, 2026" in phone.get("/my-file/").content.decode()
    with time_machine.travel(NOW + timedelta(days=31), tick=False):
        assert "That is late" in phone.get("/my-file/").content.decode()
        ask_for_review(participant=person, wish=Wish.LOOK, way=Way.PAGE, now=NOW + timedelta(days=31))
        assert "That is late" not in phone.get("/my-file/").content.decode()
