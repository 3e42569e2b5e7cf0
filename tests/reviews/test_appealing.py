"""Appeals: people who had no part in it, stage by stage; a reversal is carried out the same minute."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from adsum.law.queries import open_clock
from adsum.law.rules import ClockKind
from adsum.ledger.rules import RULES
from adsum.notices.models import Notice
from adsum.offices.models import Staff
from adsum.orders.models import Order
from adsum.people.models import Participant
from adsum.reviews.actions import (
    AppealRefused,
    ReviewRefused,
    appeal_decision,
    ask_for_review,
    cast_vote,
    sign_decision,
    withdraw_appeal,
)
from adsum.reviews.models import Appeal, AppealVote, Review, ReviewDecision
from adsum.reviews.rules import Answer, Outcome, Way, Wish
from tests.factories import NOW
from tests.reviews.test_deciding import LATER, level_of

Decide = Callable[..., ReviewDecision]


def appeal(decision: ReviewDecision, *, now: object = LATER + timedelta(days=5)) -> Appeal:
    return appeal_decision(participant=decision.participant, decision_id=decision.pk, way=Way.PAGE, now=now)  # type: ignore[arg-type]


def say(found: Appeal, who: Staff, answer: Answer) -> Appeal:
    return cast_vote(appeal_id=found.pk, staff=who, answer=answer, reason="I read all of it.", now=LATER + timedelta(8))


def test_a_reversal_gives_what_was_asked_for(
    review: Review, decide: Decide, wearer: Participant, supervisors: list[Staff]
) -> None:
    decision = decide(review)
    found = appeal(decision)
    assert open_clock(about=decision.about, kind=ClockKind.APPEAL, seen_by=RULES) is None
    assert open_clock(about=found.about, kind=ClockKind.APPEAL_ANSWER, seen_by=RULES)
    said = say(found, supervisors[0], Answer.REVERSED)
    assert level_of(wearer) == "gps-wrist"
    assert said.answered_at == said.told_at and Notice.objects.filter(kind="appeal-answered").count() == 1
    assert open_clock(about=found.about, kind=ClockKind.APPEAL_ANSWER, seen_by=RULES) is None
    decision.refresh_from_db()
    assert decision.reversed_at == said.answered_at
    with pytest.raises(AppealRefused, match="done"):
        appeal(decision)


def test_a_reversal_never_puts_anybody_higher_than_they_are_by_then(
    review: Review, decide: Decide, wearer: Participant, supervisors: list[Staff]
) -> None:
    found = appeal(decide(review))
    again = ask_for_review(participant=wearer, wish=Wish.LOOK, way=Way.PAGE, now=LATER)
    decide(again, Outcome.STEP_DOWN, level="check-in")
    assert say(found, supervisors[0], Answer.REVERSED).answer == Answer.REVERSED
    assert level_of(wearer) == "check-in"


def test_the_whole_ladder(review: Review, decide: Decide, wearer: Participant, supervisors: list[Staff]) -> None:
    decision = decide(review)
    first = say(appeal(decision), supervisors[0], Answer.STANDS)
    assert first.next_until is not None
    second = appeal(decision, now=LATER + timedelta(days=20))
    assert second.stage == "panel" and supervisors[0].pk in second.touched
    with pytest.raises(AppealRefused, match="part in it"):
        say(second, supervisors[0], Answer.STANDS)
    assert not say(second, supervisors[1], Answer.STANDS).answer
    with pytest.raises(AppealRefused, match="what you say"):
        say(second, supervisors[1], Answer.STANDS)
    assert say(second, supervisors[2], Answer.STANDS).answer == Answer.STANDS
    third = appeal(decision, now=LATER + timedelta(days=30))
    assert third.stage == "outside"
    assert say(third, supervisors[0], Answer.REVERSED).answer == Answer.REVERSED
    assert level_of(wearer) == "gps-wrist"


def test_who_decided_does_not_answer(review: Review, decide: Decide, supervisors: list[Staff], officer: Staff) -> None:
    decision = decide(review, by=supervisors[0])
    found = appeal(decision)
    for who in (supervisors[0], officer):
        with pytest.raises(AppealRefused):
            say(found, who, Answer.STANDS)
    with pytest.raises(DatabaseError, match="had a part in"), transaction.atomic():
        AppealVote.objects.create(appeal=found, by=supervisors[0], answer="stands", reason="Mine", at=NOW)
    with pytest.raises(DatabaseError, match="votes_stand"), transaction.atomic():
        say(found, supervisors[1], Answer.STANDS)
        AppealVote.objects.update(reason="Otherwise")


def test_after_its_last_day_it_is_too_late_and_says_so(review: Review, decide: Decide) -> None:
    decision = decide(review)
    with pytest.raises(AppealRefused, match="over"):
        appeal(decision, now=LATER + timedelta(days=31))
    assert appeal(decision, now=decision.appeal_until - timedelta(seconds=1))  # type: ignore[operator]


def test_only_a_refusal_and_only_ones_own(review: Review, decide: Decide, wearer: Participant) -> None:
    decision = decide(review, Outcome.END)
    with pytest.raises(AppealRefused, match="absent"):
        appeal(decision)


def test_a_step_up_does_not_count_while_it_is_appealed(
    wearer: Participant, decide: Decide, supervisors: list[Staff]
) -> None:
    Order.objects.filter(participant=wearer).update(level="check-in")
    review = ask_for_review(participant=wearer, wish=Wish.LOOK, way=Way.PAGE, now=NOW)
    decision = decide(review, Outcome.STEP_UP, level="gps-wrist", evidence="Record 7")
    sign_decision(decision_id=decision.pk, supervisor=supervisors[0], agrees=True, reason="Yes", now=LATER)
    assert level_of(wearer) == "gps-wrist"
    found = appeal(decision)
    assert found.stays and level_of(wearer) == "check-in"
    say(found, supervisors[1], Answer.STANDS)
    assert level_of(wearer) == "gps-wrist"
    second = appeal(decision, now=LATER + timedelta(days=20))
    assert level_of(wearer) == "check-in"
    withdraw_appeal(participant=wearer, appeal_id=second.pk, now=LATER + timedelta(days=21))
    assert level_of(wearer) == "gps-wrist"


@pytest.mark.parametrize("changed", ["left", "decided"])
def test_what_an_appeal_had_held_up_does_not_begin_again_over_what_came_later(
    wearer: Participant, decide: Decide, supervisors: list[Staff], changed: str
) -> None:
    Order.objects.filter(participant=wearer).update(level="check-in")
    review = ask_for_review(participant=wearer, wish=Wish.LOOK, way=Way.PAGE, now=NOW)
    decision = decide(review, Outcome.STEP_UP, level="gps-wrist", evidence="Record 7")
    sign_decision(decision_id=decision.pk, supervisor=supervisors[0], agrees=True, reason="Yes", now=LATER)
    found = appeal(decision, now=LATER + timedelta(hours=1))
    if changed == "left":
        Participant.objects.filter(pk=wearer.pk).update(left_at=LATER + timedelta(days=1))
    else:
        later = ask_for_review(participant=wearer, wish=Wish.LOOK, way=Way.PAGE, now=LATER + timedelta(days=1))
        decide(later, Outcome.KEEP, by=supervisors[2], now=LATER + timedelta(days=2))
    say(found, supervisors[1], Answer.STANDS)
    assert level_of(wearer) == "check-in"


def test_what_is_sent_back_is_decided_by_another_officer(
    review: Review, decide: Decide, supervisors: list[Staff], wearer: Participant
) -> None:
    decision = decide(review)
    say(appeal(decision), supervisors[0], Answer.REMANDED)
    anew = Review.objects.get(closed_at=None)
    assert anew.asks.count() == review.asks.count()
    with pytest.raises(ReviewRefused, match="sent your decision back"):
        decide(anew)
    assert decide(anew, Outcome.END, by=supervisors[1]).level_after == "none"
