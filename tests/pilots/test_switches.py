"""Who is in a pilot, and that a feature is off for who is not."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from adsum.checkins.actions import ask_again_later
from adsum.checkins.models import Rung
from adsum.ledger.rules import OPERATOR
from adsum.offices.models import Staff
from adsum.offices.rules import Role
from adsum.orders.actions import SharingRefused, ask_to_share, start_orders
from adsum.orders.models import Order
from adsum.orders.rules import Ground, Level
from adsum.people.models import Participant
from adsum.pilots.policy import PilotPolicy
from adsum.pilots.rules import Feature, is_on, percent_of, place_of_person
from adsum.policies.actions import approve_policy, propose_policy
from adsum.policies.rules import Scope
from adsum.portal.evidence import is_photo_asked
from tests.factories import NOW, make_staff
from tests.ladder import MISSED, climb_until, miss, with_contacts

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("feature", Feature)
def test_each_percent_holds_its_share_and_a_greater_one_keeps_who_was_in(feature: Feature) -> None:
    people, before = range(1, 20_001), set[int]()
    for percent in (0, 1, 5, 25, 100):
        share: dict[str, Any] = {f"{feature}_percent": percent}
        policy = PilotPolicy(**share)
        inside = {one for one in people if is_on(feature, one, policy=policy)}
        assert percent_of(feature, policy=policy) == percent
        assert abs(len(inside) / len(people) - percent / 100) < 0.01
        assert before <= inside
        before = inside


def test_features_choose_apart_and_the_same_each_time() -> None:
    ladder = [place_of_person(Feature.LADDER, one) for one in range(50)]
    assert ladder == [place_of_person(Feature.LADDER, one) for one in range(50)]
    assert ladder != [place_of_person(Feature.PUSH, one) for one in range(50)]
    assert all(0 <= place <= 99 for place in ladder)


def switch_off(officer: Staff, **values: int) -> None:
    """A version for the officer's office, proposed and approved by two people, in force before NOW."""
    first, second = make_staff(officer.office, Role.SUPERVISOR), make_staff(officer.office, Role.SUPERVISOR)
    then = NOW - timedelta(days=2)
    version = propose_policy(
        kind=PilotPolicy,
        values=values,
        scope=Scope(officer.office_id),
        valid_from=then + timedelta(days=1),
        reason="A pilot",
        source="Memo 3",
        author=first.as_actor(),
        now=then,
    )
    approve_policy(version_id=version.pk, approver=second.as_actor(), now=then)


@pytest.mark.parametrize("off", [{"ladder_percent": 0}, {"check_in_off": True}])
def test_without_the_ladder_nobody_is_reached_but_the_officer_is_still_asked(
    person: Participant, officer: Staff, off: dict[str, Any]
) -> None:
    switch_off(officer, **off)
    with_contacts(person)
    duty = miss(person)
    ask_again_later(duty=duty, at=MISSED, actor=OPERATOR, now=MISSED)
    climb_until(MISSED + timedelta(days=10))
    assert set(Rung.objects.values_list("way", "state")) == {
        ("sms", "not-yet"),
        ("email", "not-yet"),
        ("call", "not-yet"),
        ("letter", "not-yet"),
        ("task", "asked"),
    }


def test_without_the_pilot_no_place_and_no_photo_is_asked_for(person: Participant, officer: Staff) -> None:
    start_orders(levels=[(person, Level.CHECK_IN)], ground=Ground.AGENCY_LIST, note="x", actor=OPERATOR, now=NOW)
    Order.objects.update(photo_every_days=30)
    assert is_photo_asked(person, NOW)
    switch_off(officer, sharing_percent=0, photo_percent=0)
    assert not is_photo_asked(person, NOW)
    with pytest.raises(SharingRefused, match="pilot"):
        ask_to_share(participant=person, officer=officer, reason="x", now=NOW)


def test_without_the_pilot_no_phone_is_offered_messages(
    person: Participant, officer: Staff, sign_in: Callable[[Participant], Client], settings: Any
) -> None:
    settings.PUBLIC_URL = "https://adsum.example.org"
    client = sign_in(person)
    assert 'id="push"' in client.get("/my-reminders/").content.decode()
    switch_off(officer, push_percent=0)
    assert 'id="push"' not in client.get("/my-reminders/").content.decode()
