"""Deciding about a level, and what follows once the decision holds."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from adsum.core.text import clean_text
from adsum.law.actions import start_clock
from adsum.law.rules import ClockKind
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES, Actor
from adsum.notices.actions import queue_notice
from adsum.notices.rules import NoticeKind
from adsum.offices.models import Staff
from adsum.offices.rules import Role
from adsum.orders.actions import change_level, set_review_day
from adsum.orders.queries import order_in_force
from adsum.orders.rules import Level, review_day
from adsum.outbox.actions import emit_events
from adsum.outbox.rules import Event
from adsum.reviews.actions.asking import LONGEST_WORDS, close_review
from adsum.reviews.models import Review, ReviewDecision
from adsum.reviews.policy import ReviewsPolicy
from adsum.reviews.queries import claim_review
from adsum.reviews.rules import DecisionAsked, Outcome, Wish, fault_in, level_after, refuses


class ReviewRefused(Exception):
    """It cannot be decided so; the message says what to do."""


def decide_review(
    *,
    review_id: int,
    officer: Staff,
    asked: DecisionAsked,
    criteria: Sequence[Mapping[str, Any]],
    facts: Sequence[Mapping[str, Any]],
    letter: Mapping[str, Any],
    now: datetime,
) -> ReviewDecision:
    """Sign a decision: it holds at once, or, where it is a step up, once a second person has signed. ReviewRefused.

    `criteria` (each with its `key`), `facts` and `letter` are what stood on the screen; they are kept as they were.
    """
    keys = [str(one["key"]) for one in criteria]
    asked = replace(asked, words=clean_text(asked.words, longest=LONGEST_WORDS), evidence=clean_text(asked.evidence))
    with transaction.atomic():
        review = claim_review(review_id=review_id, seen_by=officer.as_actor())
        if review is None or officer.role not in (Role.OFFICER, Role.SUPERVISOR):
            raise ReviewRefused("This review is decided already, or is not one of your office's.")
        order = order_in_force(participant_id=review.participant_id, seen_by=RULES)
        level_now = Level(order.level) if order else Level.NONE
        made_by = order.decided_by if order else None
        if fault := (_fault_of_person(review, officer, made_by) or fault_in(asked, level_now=level_now, criteria=keys)):
            raise ReviewRefused(fault)
        decision = ReviewDecision.objects.create(
            review=review,
            participant=review.participant,
            outcome=asked.outcome,
            refuses=refuses(Wish(review.wish), asked.outcome),
            level_before=level_now,
            level_after=level_after(asked, level_now),
            weighed={key: {**one, **asdict(asked.weighed[key])} for key, one in zip(keys, criteria, strict=True)},
            facts=list(facts),
            words=asked.words,
            evidence=asked.evidence,
            letter=dict(letter),
            decided_by=officer,
            made_by=made_by,
            signed_at=now,
            policy=review.policy,
        )
        record_decision(verb="level.decided", decision=decision, actor=officer.as_actor(), now=now)
        if decision.outcome != Outcome.STEP_UP:
            let_hold(decision=decision, actor=officer.as_actor(), now=now)
    return decision


def _fault_of_person(review: Review, officer: Staff, made_by: Staff | None) -> str:
    if review.decisions.filter(second_agrees=None, effective_at=None).exists():
        return "A decision waits for its second signature."
    if made_by is not None and made_by.pk == officer.pk:
        return "Another person decides: the order that is looked at is yours."
    if review.not_by_id == officer.pk:
        return "Another person decides: an appeal sent your decision back."
    return ""


def let_hold(*, decision: ReviewDecision, actor: Actor, now: datetime) -> None:
    """From now on the decision holds: the level is as it says, they are told, and a refusal can be appealed."""
    with transaction.atomic():
        review, person = decision.review, decision.participant
        decision.effective_at = decision.told_at = now
        if decision.refuses:
            clock = start_clock(
                kind=ClockKind.APPEAL, participant_id=person.pk, about=decision.about, counted_from=now, now=now
            )
            decision.appeal_until = clock.ends_at
        decision.save(update_fields=["effective_at", "told_at", "appeal_until"])
        if decision.level_after != decision.level_before:
            set_level(decision=decision, level=Level(decision.level_after), actor=actor, now=now)
        else:
            _look_again(decision, actor, now)
        close_review(review=review, why="decided", now=now)
        record_decision(verb="level.holds", decision=decision, actor=actor, now=now)
        body = {"decision": decision.pk, "outcome": decision.outcome, "level": decision.level_after}
        emit_events(events=[Event("review.decided", person.pk, body)], now=now)
        queue_notice(
            kind=NoticeKind.REVIEW_DECIDED,
            participant=person,
            now=now,
            about=decision.about,
            policy=decision.policy,
            decision=decision,
            last_day=clock.last_day if decision.refuses else None,
        )


def _look_again(decision: ReviewDecision, actor: Actor, now: datetime) -> None:
    """Who is kept at a level is looked at again without asking, as soon as after an order that has just begun."""
    person = decision.participant
    order = order_in_force(participant_id=person.pk, seen_by=RULES)
    if order is not None:
        today = now.astimezone(person.office.zone).date()
        again = review_day(Level(order.level), started_on=today, set_to=None, policy=order.policy_at(now))
        if again:
            set_review_day(participant=person, on=again, actor=actor, now=now)


def set_level(*, decision: ReviewDecision, level: Level, actor: Actor, now: datetime, why: str = "Decision") -> None:
    """The order in force ends, and one at this level begins, on the ground of this decision."""
    with transaction.atomic():
        change_level(
            participant=decision.participant,
            level=level,
            note=f"{why} {decision.number}",
            actor=actor,
            decided_by=decision.decided_by,
            now=now,
        )


def record_decision(*, verb: str, decision: ReviewDecision, actor: Actor, now: datetime, **facts: str) -> None:
    """Write the line of this decision."""
    with transaction.atomic():
        who = decision.participant_id
        facts = {"outcome": decision.outcome, "level": decision.level_after, **facts}
        record(verb=verb, actor=actor, now=now, subject=decision, participant_id=who, policy=decision.policy, **facts)


def forget(*, before: datetime, now: datetime) -> None:
    """Erase closed reviews from before this moment, with their decisions and appeals."""
    with transaction.atomic():
        count, _ = Review.objects.filter(closed_at__lt=before).delete()
        record(verb="reviews.forgotten", actor=RULES, now=now, policy=ReviewsPolicy().version, count=count)
