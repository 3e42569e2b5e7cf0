"""When an order asks for a photo: where its own value or the policy says so, and nobody else."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import OPERATOR
from adsum.offices.models import Staff
from adsum.orders.actions import start_orders
from adsum.orders.models import Order
from adsum.orders.policy import OrdersPolicy
from adsum.orders.rules import Ground, Level, asks_for_photo
from adsum.people.models import Participant
from tests.factories import NOW

POLICY = OrdersPolicy()

ASKING = OrdersPolicy(photo_every_days=180)


@pytest.mark.parametrize(
    ("level", "own_days", "days_ago", "policy", "asked"),
    [
        (Level.CHECK_IN, None, None, POLICY, False),
        (Level.GPS_ANKLE, None, None, POLICY, False),
        (Level.CHECK_IN, None, None, ASKING, True),
        (Level.CHECK_IN, None, 180, ASKING, False),
        (Level.CHECK_IN, None, 181, ASKING, True),
        (Level.CHECK_IN, 0, None, ASKING, False),
        (Level.CHECK_IN, 30, None, POLICY, True),
        (Level.CHECK_IN, 30, 30, POLICY, False),
        (Level.CHECK_IN, 30, 31, POLICY, True),
        (Level.NONE, None, None, ASKING, False),
        (Level.NONE, 30, None, POLICY, False),
        (None, None, None, ASKING, False),
    ],
)
def test_when_a_photo_is_asked_for(
    level: Level | None, own_days: int | None, days_ago: int | None, policy: OrdersPolicy, asked: bool
) -> None:
    answered_at = None if days_ago is None else NOW - timedelta(days=days_ago)
    found = asks_for_photo(level, own_days=own_days, answered_at=answered_at, now=NOW, policy=policy)
    assert found is asked


@pytest.mark.django_db
def test_an_officer_asks_one_person_for_photos_and_no_longer(
    person: Participant, officer: Staff, sign_in: Callable[[Participant | Staff], Client]
) -> None:
    mine, console = sign_in(person), sign_in(officer)
    url = f"/console/people/{person.pk}/photos/"
    assert "No order is in force" in console.post(url, {"days": "180"}, follow=True).content.decode()
    start_orders(levels=[(person, Level.CHECK_IN)], ground=Ground.AGENCY_LIST, note="", actor=OPERATOR, now=NOW)
    for days in ("", "-1", "731", "99999999999", "x", "\u0661"):
        console.post(url, {"days": days})
        assert Order.objects.get().photo_every_days in (None, 1)
    Order.objects.update(photo_every_days=None)
    assert "/photo/" not in mine.get("/home/").content.decode()
    console.post(url, {"days": "180"})
    assert "/photo/" in mine.get("/home/").content.decode()
    line = LedgerLine.objects.filter(verb="photos.asked").latest("pk")
    assert (line.actor_id, line.facts["every_days"]) == (officer.pk, 180)
    console.post(url, {"days": "0"})
    assert "/photo/" not in mine.get("/home/").content.decode()
