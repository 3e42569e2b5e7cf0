"""Asking for a review, at any time, in any way. Asking never counts against anyone."""

from collections.abc import Collection
from contextlib import suppress
from datetime import date, datetime, timedelta

from django.db import transaction

from adsum.core.text import clean_text
from adsum.documents.models import Document
from adsum.law.actions import ClockRefused, pause_clock, resume_clock, start_clock, stop_clock
from adsum.law.queries import open_clock
from adsum.law.rules import ClockKind
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES, Actor
from adsum.notices.actions import queue_notice
from adsum.notices.rules import NoticeKind
from adsum.offices.models import Staff
from adsum.orders.queries import order_in_force
from adsum.orders.rules import Level
from adsum.outbox.actions import emit_events
from adsum.outbox.rules import Event
from adsum.people.models import Participant, Representative
from adsum.policies.queries import in_force
from adsum.records.actions import ask_checks
from adsum.records.rules import CheckedFor
from adsum.reviews.models import Review, ReviewAsk, ReviewDecision, Snooze
from adsum.reviews.policy import ReviewsPolicy
from adsum.reviews.queries import claim_review
from adsum.reviews.rules import Because, Way, Wish

LONGEST_WORDS = 4_000


class AskRefused(Exception):
    """This cannot be asked so; its only argument says why: no-order, too-many, not-open, empty, or words for staff."""


def ask_for_review(
    *,
    participant: Participant,
    wish: Wish,
    way: Way,
    now: datetime,
    because: Collection[Because] = (),
    words: str = "",
    document: Document | None = None,
    noted_by: Staff | None = None,
    representative: Representative | None = None,
) -> Review:
    """Keep what somebody asks. Where a review is open already it joins that one, whose clock runs on as it was.

    Raises AskRefused where no order is in force, or where they have asked very often today.
    """
    actor = noted_by.as_actor() if noted_by else participant.as_actor()
    with transaction.atomic():
        Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)
        order = order_in_force(participant_id=participant.pk, seen_by=RULES)
        if order is None or order.level == Level.NONE:
            raise AskRefused("no-order")
        policy = in_force(ReviewsPolicy, now=now, office_id=participant.office_id, level=order.level)
        today = ReviewAsk.objects.filter(review__participant=participant, asked_at__gt=now - timedelta(days=1))
        if way not in (Way.PHONE, Way.PAPER) and today.count() >= policy.asks_per_day:
            raise AskRefused("too-many")
        open_one = Review.objects.select_for_update().filter(participant=participant, closed_at=None).first()
        review = open_one or Review.objects.create(
            participant=participant, wish=wish, level=order.level, began_at=now, policy=policy.version
        )
        asked = ReviewAsk.objects.create(
            review=review,
            asked_at=now,
            wish=wish,
            way=way,
            because=sorted(set(because)),
            words=clean_text(words, longest=LONGEST_WORDS),
            document=document,
            noted_by=noted_by,
            representative=representative,
        )
        _record("review.joined" if open_one else "review.asked", review, actor, now, way=way, wish=wish)
        if open_one is None:
            _begin(review, asked, now)
        elif review.more_asked:
            _take_more(review, now)
    return review


def _begin(review: Review, asked: ReviewAsk, now: datetime) -> None:
    posted = asked.way == Way.PAPER
    who = review.participant
    clock = start_clock(
        kind=ClockKind.ANSWER,
        participant_id=who.pk,
        about=review.about,
        counted_from=now,
        posted=posted,
        now=now,
    )
    ask_checks(people=[(who.pk, review.about)], why=CheckedFor.REVIEW, now=now)
    emit_events(events=[Event("review.asked", who.pk, {"review": review.pk, "way": asked.way})], now=now)
    if asked.way != Way.OFFICE:
        queue_notice(
            kind=NoticeKind.REVIEW_ASKED,
            participant=who,
            now=now,
            about=review.about,
            policy=review.policy,
            number=str(review),
            last_day=clock.last_day,
        )


def ask_for_more(*, review_id: int, officer: Staff, words: str, now: datetime) -> Review:
    """The office needs a paper or an answer: the clock for its own answer waits, and one for them runs. AskRefused."""
    text = clean_text(words, longest=LONGEST_WORDS)
    with transaction.atomic():
        review = claim_review(review_id=review_id, seen_by=officer.as_actor())
        if review is None or review.more_asked:
            raise AskRefused("This review is closed, or more is asked already.")
        if not text:
            raise AskRefused("Say what is needed: the participant reads it.")
        review.more_asked = text
        review.save(update_fields=["more_asked"])
        with suppress(ClockRefused):  # a clock that is over, or that the law does not let stand, runs on
            pause_clock(about=review.about, kind=ClockKind.ANSWER, why="more is asked", now=now)
        clock = start_clock(
            kind=ClockKind.EVIDENCE, participant_id=review.participant_id, about=review.about, counted_from=now, now=now
        )
        _record("review.more-asked", review, officer.as_actor(), now)
        queue_notice(
            kind=NoticeKind.REVIEW_MORE,
            participant=review.participant,
            now=now,
            about=review.about,
            policy=review.policy,
            words=text,
            last_day=clock.last_day,
        )
    return review


def _take_more(review: Review, now: datetime) -> None:
    """Nobody waits for them any more: the office's own clock runs on."""
    review.more_asked = ""
    review.save(update_fields=["more_asked"])
    stop_clock(about=review.about, kind=ClockKind.EVIDENCE, why="it has come, or its time is over", now=now)
    resume_clock(about=review.about, kind=ClockKind.ANSWER, now=now)


def go_on_without(*, now: datetime) -> int:
    """What was asked for has not come by its last day: the office's own clock runs on. Returns for how many."""
    with transaction.atomic():
        asked = Review.objects.select_for_update(skip_locked=True).filter(closed_at=None).exclude(more_asked="")
        waiting = list(asked.order_by("pk"))
        over = [review for review in waiting if _is_over(review, now)]
        for review in over:
            _take_more(review, now)
            _record("review.goes-on", review, RULES, now)
    return len(over)


def _is_over(review: Review, now: datetime) -> bool:
    clock = open_clock(about=review.about, kind=ClockKind.EVIDENCE, seen_by=RULES)
    return clock is None or clock.ends_at <= now


def withdraw_review(*, participant: Participant, now: datetime) -> Review:
    """They want no review any more. It harms nothing, and they can ask again. Raises AskRefused."""
    with transaction.atomic():
        review = Review.objects.select_for_update().filter(participant=participant, closed_at=None).first()
        if review is None or review.decisions.filter(second_agrees=None).exists():
            raise AskRefused("not-open")
        review.withdrawn_at = now
        close_review(review=review, why="withdrawn", now=now)
        _record("review.withdrawn", review, participant.as_actor(), now)
    return review


def close_reviews(*, participant_id: int, why: str, now: datetime) -> int:
    """Somebody has left: their open reviews end without a decision; returns how many."""
    with transaction.atomic():
        open_ones = list(Review.objects.select_for_update().filter(participant=participant_id, closed_at=None))
        for review in open_ones:
            close_review(review=review, why=why, now=now)
            _record("review.closed", review, RULES, now, why=why)
    return len(open_ones)


def close_review(*, review: Review, why: str, now: datetime) -> None:
    """It is over: its clocks stop. The caller has locked it and writes its line."""
    with transaction.atomic():
        review.closed_at, review.more_asked = now, ""
        review.save(update_fields=["closed_at", "withdrawn_at", "more_asked"])
        for kind in (ClockKind.ANSWER, ClockKind.EVIDENCE):
            stop_clock(about=review.about, kind=kind, why=why, now=now)
        record(verb="review.ended", actor=RULES, now=now, subject=review, participant_id=review.participant_id)


def note_opened(*, decision: ReviewDecision, participant: Participant, now: datetime) -> None:
    """The participant has opened the letter: noted once."""
    with transaction.atomic():
        if ReviewDecision.objects.filter(pk=decision.pk, opened_at=None).update(opened_at=now):
            actor = participant.as_actor()
            record(verb="letter.opened", actor=actor, now=now, subject=decision, participant_id=participant.pk)


def snooze(*, participant: Participant, until: date, reason: str, officer: Staff, now: datetime) -> Snooze:
    """The office will not look at this level on its own before that day. A request is taken all the same. AskRefused.

    It is limited in days, and in how often in a row.
    """
    text = clean_text(reason, longest=LONGEST_WORDS)
    policy = in_force(ReviewsPolicy, now=now, office_id=participant.office_id)
    today = now.astimezone(participant.office.zone).date()
    with transaction.atomic():
        since = now - timedelta(days=365)
        before = Snooze.objects.filter(participant=participant, said_at__gt=since).count()
        if not text:
            raise AskRefused("Write a reason: the participant and their lawyer can ask for it.")
        if not today < until <= today + timedelta(days=policy.snooze_days):
            raise AskRefused(f"Choose a day within {policy.snooze_days} days.")
        if before >= policy.snoozes_a_year:
            raise AskRefused("It was put off often enough: look at it now.")
        put_off = Snooze.objects.create(participant=participant, until=until, reason=text, said_by=officer, said_at=now)
        actor = officer.as_actor()
        record(verb="review.put-off", actor=actor, now=now, subject=put_off, participant_id=participant.pk)
    return put_off


def _record(verb: str, review: Review, actor: Actor, now: datetime, **facts: str) -> None:
    who = review.participant_id
    record(verb=verb, actor=actor, now=now, subject=review, participant_id=who, policy=review.policy, **facts)
