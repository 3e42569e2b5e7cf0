"""An office with two officers and three supervisors, and somebody under an order with a GPS device."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from adsum.ledger.rules import OPERATOR
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role
from adsum.orders.actions import start_orders
from adsum.orders.rules import Ground, Level
from adsum.people.models import Participant
from adsum.reviews.actions import ask_for_review, decide_review
from adsum.reviews.models import Review, ReviewDecision
from adsum.reviews.rules import DecisionAsked, Outcome, Way, Weighed, Wish
from tests.factories import NOW, make_participant, make_staff

TIME = {"key": "time-at-level", "met": "not-met", "has": 2, "of": 0, "wants": 6, "months": 0}
LETTER = {"en": "Dear Maria Lopez Garcia …", "theirs": "Estimada Maria Lopez Garcia …", "language": "es"}


@pytest.fixture
def wearer(office: FieldOffice) -> Participant:
    return make_ordered(office)


def make_ordered(office: FieldOffice, level: Level = Level.GPS_ANKLE) -> Participant:
    """Somebody at this level by the agency's list, since two months."""
    participant = make_participant(office)
    since = NOW - timedelta(days=60)
    start_orders(levels=[(participant, level)], ground=Ground.AGENCY_LIST, note="wave", actor=OPERATOR, now=since)
    return participant


@pytest.fixture
def supervisors(office: FieldOffice) -> list[Staff]:
    return [make_staff(office, Role.SUPERVISOR, name=name) for name in ("Grace Okafor", "Dana Whitman", "Ruth Osei")]


@pytest.fixture
def review(wearer: Participant) -> Review:
    return ask_for_review(participant=wearer, wish=Wish.LOWER, way=Way.PAGE, now=NOW)


def wants(outcome: str = Outcome.KEEP, **given: Any) -> DecisionAsked:
    """What an officer enters; the only criterion is not met and speaks against it."""
    weighed = {"time-at-level": Weighed("against")}
    return DecisionAsked(**{"outcome": outcome, "weighed": weighed, "words": "Two months are short.", **given})


@pytest.fixture
def decide(officer: Staff) -> Callable[..., ReviewDecision]:
    """Decide a review; without more: the level is kept, by the office's officer."""

    def decided(review: Review, outcome: str = Outcome.KEEP, **given: Any) -> ReviewDecision:
        now, by = given.pop("now", NOW + timedelta(days=3)), given.pop("by", officer)
        return decide_review(
            review_id=review.pk,
            officer=by,
            asked=wants(outcome, **given),
            criteria=[TIME],
            facts=[],
            letter=LETTER,
            now=now,
        )

    return decided
