"""Decisions are signed, reasoned, told; a refusal can be appealed; nobody decides about their own order."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from adsum.law.queries import open_clock
from adsum.law.rules import ClockKind
from adsum.ledger.rules import RULES
from adsum.notices.models import Notice
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role
from adsum.orders.models import Order
from adsum.orders.queries import order_in_force
from adsum.people.models import Participant
from adsum.reviews.actions import ReviewRefused, ask_for_review, sign_decision
from adsum.reviews.models import Review, ReviewDecision
from adsum.reviews.queries import decisions_to_sign
from adsum.reviews.rules import Outcome, Way, Wish
from tests.factories import NOW, make_office, make_staff

Decide = Callable[..., ReviewDecision]
LATER = NOW + timedelta(days=3)


def level_of(wearer: Participant) -> str:
    order = order_in_force(participant_id=wearer.pk, seen_by=RULES)
    assert order
    return order.level


def test_a_step_down_holds_at_once(review: Review, decide: Decide, wearer: Participant, officer: Staff) -> None:
    decision = decide(review, Outcome.STEP_DOWN, level="check-in")
    assert level_of(wearer) == "check-in"
    order = order_in_force(participant_id=wearer.pk, seen_by=RULES)
    assert order and order.decided_by == officer and decision.number in order.ground_note
    review.refresh_from_db()
    assert not review.is_open
    assert open_clock(about=review.about, kind=ClockKind.ANSWER, seen_by=RULES) is None
    assert Notice.objects.get(kind="review-decided").body.startswith("Estimada")
    assert decision.appeal_until is None


def test_a_refusal_can_be_appealed_until_its_day(review: Review, decide: Decide) -> None:
    decision = decide(review)
    clock = open_clock(about=decision.about, kind=ClockKind.APPEAL, seen_by=RULES)
    assert clock and clock.ends_at == decision.appeal_until
    assert clock.last_day == (LATER + timedelta(days=30)).date()
    assert decision.told_at == decision.effective_at == LATER


def test_less_than_what_was_asked_is_a_refusal_too(wearer: Participant, decide: Decide) -> None:
    review = ask_for_review(participant=wearer, wish=Wish.END, way=Way.PAGE, now=NOW)
    assert decide(review, Outcome.STEP_DOWN, level="check-in").appeal_until is not None


def test_a_step_up_needs_a_second_person(
    review: Review, decide: Decide, wearer: Participant, supervisors: list[Staff], officer: Staff
) -> None:
    decide(review, Outcome.STEP_DOWN, level="check-in", now=NOW)
    again = ask_for_review(participant=wearer, wish=Wish.LOOK, way=Way.PAGE, now=NOW)
    boss = supervisors[0]
    with pytest.raises(ReviewRefused, match="evidence"):
        decide(again, Outcome.STEP_UP, level="gps-wrist", by=boss)
    decision = decide(again, Outcome.STEP_UP, level="gps-wrist", evidence="Record 7", by=boss)
    assert level_of(wearer) == "check-in" and not Notice.objects.filter(kind="review-decided", about=decision.about)
    with pytest.raises(ReviewRefused, match="second signature"):
        decide(again, by=supervisors[1])
    for who, why in ((boss, "part in it"), (officer, "not wait")):
        with pytest.raises(ReviewRefused, match=why):
            sign_decision(decision_id=decision.pk, supervisor=who, agrees=True, reason="Yes", now=LATER)
    signed = sign_decision(decision_id=decision.pk, supervisor=supervisors[1], agrees=True, reason="Yes", now=LATER)
    assert level_of(wearer) == "gps-wrist"
    assert signed.appeal_until and Notice.objects.filter(about=decision.about).count() == 1


@pytest.mark.parametrize(("changed", "says"), [("left", "has left"), ("level", "another one by now")])
def test_what_has_changed_meanwhile_is_not_signed(
    wearer: Participant, decide: Decide, supervisors: list[Staff], changed: str, says: str
) -> None:
    Order.objects.filter(participant=wearer).update(level="check-in")
    review = ask_for_review(participant=wearer, wish=Wish.LOOK, way=Way.PAGE, now=NOW)
    decision = decide(review, Outcome.STEP_UP, level="gps-wrist", evidence="Record 7")
    if changed == "left":
        Participant.objects.filter(pk=wearer.pk).update(left_at=LATER)
    else:
        Order.objects.filter(participant=wearer).update(level="phone-gps")
    before = level_of(wearer)
    with pytest.raises(ReviewRefused, match=says):
        sign_decision(decision_id=decision.pk, supervisor=supervisors[0], agrees=True, reason="Yes", now=LATER)
    assert level_of(wearer) == before
    waiting = decisions_to_sign(seen_by=supervisors[0].as_actor())
    assert waiting.count() == (changed == "level")
    sign_decision(decision_id=decision.pk, supervisor=supervisors[0], agrees=False, reason="Too late", now=LATER)


def test_a_step_up_that_nobody_signs_is_before_an_officer_again(
    wearer: Participant, decide: Decide, supervisors: list[Staff]
) -> None:
    Order.objects.filter(participant=wearer).update(level="check-in")
    review = ask_for_review(participant=wearer, wish=Wish.LOOK, way=Way.PAGE, now=NOW)
    decision = decide(review, Outcome.STEP_UP, level="gps-wrist", evidence="Record 7")
    sign_decision(decision_id=decision.pk, supervisor=supervisors[0], agrees=False, reason="Old record", now=LATER)
    review.refresh_from_db()
    assert review.is_open and level_of(wearer) == "check-in"
    assert decide(review).outcome == Outcome.KEEP


def test_nobody_decides_about_their_own_order(review: Review, decide: Decide, wearer: Participant) -> None:
    decide(review, Outcome.STEP_DOWN, level="check-in")
    again = ask_for_review(participant=wearer, wish=Wish.LOWER, way=Way.PAGE, now=LATER)
    with pytest.raises(ReviewRefused, match="order that is looked at is yours"):
        decide(again)
    other = make_staff(wearer.office, name="Wei Chen")
    assert decide(again, Outcome.END, by=other).level_after == "none"


@pytest.mark.parametrize("role", [Role.PROGRAMME, Role.AUDITOR, Role.OPERATOR])
def test_who_may_not_decide(review: Review, decide: Decide, role: Role) -> None:
    with pytest.raises(ReviewRefused):
        decide(review, by=make_staff(review.participant.office, role))


def test_not_from_another_office_and_not_twice(review: Review, decide: Decide) -> None:
    with pytest.raises(ReviewRefused):
        decide(review, by=make_staff(make_office("LAX")))
    decide(review)
    with pytest.raises(ReviewRefused, match="decided already"):
        decide(review)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"told_at": None}, "no_decision_holds_untold"),
        ({"appeal_until": None}, "a_refusal_has_its_last_day_of_appeal"),
        ({"second_agrees": True}, "a_second_person_signs_a_decision"),
    ],
)
def test_the_database_refuses(review: Review, decide: Decide, changes: dict[str, object], rule: str) -> None:
    decision = decide(review)
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        ReviewDecision.objects.filter(pk=decision.pk).update(**changes)


@pytest.mark.parametrize("field", ["words", "outcome", "letter", "weighed", "level_after"])
def test_what_was_signed_is_never_changed(review: Review, decide: Decide, field: str) -> None:
    decision = decide(review)
    value = {} if field in ("letter", "weighed") else "keep it"
    with pytest.raises(DatabaseError, match="signed_decisions_stand"), transaction.atomic():
        ReviewDecision.objects.filter(pk=decision.pk).update(**{field: value})


def test_the_database_knows_whose_order_it_is(review: Review, office: FieldOffice, officer: Staff) -> None:
    row = {
        "review": review,
        "participant": review.participant,
        "outcome": "end",
        "refuses": False,
        "level_before": "gps-ankle",
        "level_after": "none",
        "words": "So",
        "letter": {},
        "signed_at": NOW,
        "policy": "reviews@1",
    }
    with pytest.raises(IntegrityError, match="nobody_decides_about_their_own_order"), transaction.atomic():
        ReviewDecision.objects.create(**row, decided_by=officer, made_by=officer)
    with pytest.raises(IntegrityError, match="has_reasons"), transaction.atomic():
        ReviewDecision.objects.create(**{**row, "words": " "}, decided_by=officer)
    with pytest.raises(IntegrityError, match="two_signatures"), transaction.atomic():
        step_up = {**row, "outcome": "step-up", "refuses": True, "effective_at": NOW, "told_at": NOW}
        ReviewDecision.objects.create(**step_up, appeal_until=NOW + timedelta(days=9), decided_by=officer)
