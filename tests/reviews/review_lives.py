"""Review lives: people ask, officers decide, appeals run, the law changes, in any order that hypothesis likes."""

from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import QuerySet
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from adsum.law.actions import sweep_clocks
from adsum.law.models import Clock
from adsum.law.rules import OWED, ClockKind
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role
from adsum.orders.models import Order
from adsum.orders.rules import Level
from adsum.people.models import Participant
from adsum.policies.queries import put_book_away
from adsum.reviews.actions import (
    AppealRefused,
    AskRefused,
    ReviewRefused,
    appeal_decision,
    ask_for_more,
    ask_for_review,
    cast_vote,
    decide_review,
    go_on_without,
    sign_decision,
    withdraw_appeal,
    withdraw_review,
)
from adsum.reviews.models import Appeal, AppealVote, Review, ReviewDecision
from adsum.reviews.rules import Answer, AppealStage, DecisionAsked, Outcome, Way, Weighed, Wish
from tests.factories import make_office, make_staff
from tests.reviews.conftest import LETTER, TIME, make_ordered

BEGIN = datetime(2026, 10, 20, 15, 0, tzinfo=UTC)
A_MOMENT = timedelta(seconds=1)
SOMEBODY = st.integers(0, 2)
ANYBODY = st.integers(0, 5)
REFUSED = (AskRefused, ReviewRefused, AppealRefused)

World = tuple[FieldOffice, list[Participant], list[Staff]]


def make_world() -> World:
    """One office with three people at three levels, two officers and four supervisors."""
    office = make_office("REVIEWS")
    people = [make_ordered(office, level) for level in (Level.GPS_ANKLE, Level.GPS_WRIST, Level.CHECK_IN)]
    staff = [make_staff(office) for _ in range(2)] + [make_staff(office, Role.SUPERVISOR) for _ in range(4)]
    return office, people, staff


class ReviewLives(RuleBasedStateMachine):
    """Each life begins in the same `world` and leaves nothing behind in it."""

    world: ClassVar[World]

    @initialize()
    def begin(self) -> None:
        self.life = transaction.atomic()
        self.life.__enter__()
        put_book_away()
        self.now = BEGIN
        self.office, self.people, self.staff = deepcopy(self.world)

    def teardown(self) -> None:
        if hasattr(self, "life"):
            transaction.set_rollback(True)
            self.life.__exit__(None, None, None)
            put_book_away()

    @rule(days=st.sampled_from([0.1, 1, 6, 16, 31, 47]))
    def time_passes(self, days: float) -> None:
        self.now += timedelta(days=days)
        sweep_clocks(now=self.now)
        go_on_without(now=self.now)

    @rule(who=SOMEBODY, wish=st.sampled_from(list(Wish)), way=st.sampled_from([Way.PAGE, Way.SMS, Way.PHONE]))
    def somebody_asks(self, who: int, wish: Wish, way: Way) -> None:
        self.now += A_MOMENT
        noted_by = self.staff[0] if way is Way.PHONE else None
        with transaction.atomic():
            try:
                ask_for_review(participant=self.people[who], wish=wish, way=way, noted_by=noted_by, now=self.now)
            except AskRefused as refused:
                nothing = Order.objects.filter(participant=self.people[who], ended_at=None, level="none").exists()
                assert (str(refused) == "no-order") is nothing

    @rule(who=SOMEBODY)
    def somebody_takes_it_back(self, who: int) -> None:
        self._try(withdraw_review, participant=self.people[who])

    @rule(who=SOMEBODY)
    def the_office_asks_for_more(self, who: int) -> None:
        for review in Review.objects.filter(participant=self.people[who], closed_at=None):
            self._try(ask_for_more, review_id=review.pk, officer=self.staff[1], words="A letter of the clinic")

    @rule(
        who=SOMEBODY,
        by=ANYBODY,
        outcome=st.sampled_from(list(Outcome)),
        level=st.sampled_from(list(Level)),
        weighs=st.sampled_from(["for", "against", "neither"]),
        words=st.sampled_from(["", "I have read it."]),
    )
    def an_officer_decides(self, who: int, by: int, outcome: Outcome, level: Level, weighs: str, words: str) -> None:
        asked = DecisionAsked(outcome, level, {"time-at-level": Weighed(weighs)}, words, "Record 7" if words else "")
        for review in Review.objects.filter(participant=self.people[who], closed_at=None):
            self._try(
                decide_review,
                review_id=review.pk,
                officer=self.staff[by],
                asked=asked,
                criteria=[TIME],
                facts=[],
                letter=LETTER,
            )

    @rule(by=ANYBODY, agrees=st.booleans())
    def somebody_signs(self, by: int, agrees: bool) -> None:
        for decision in self._mine().filter(outcome="step-up", second_agrees=None):
            self._try(
                sign_decision, decision_id=decision.pk, supervisor=self.staff[by], agrees=agrees, reason="Read it"
            )

    @rule(who=SOMEBODY)
    def somebody_appeals(self, who: int) -> None:
        person = self.people[who]
        for decision in self._mine().filter(participant=person):
            self._try(appeal_decision, participant=person, decision_id=decision.pk, way=Way.PAGE)

    @rule(by=ANYBODY, answer=st.sampled_from(list(Answer)))
    def somebody_answers_an_appeal(self, by: int, answer: Answer) -> None:
        for appeal in Appeal.objects.filter(decision__in=self._mine(), answered_at=None, withdrawn_at=None):
            self._try(cast_vote, appeal_id=appeal.pk, staff=self.staff[by], answer=answer, reason="I read all of it.")

    @rule(who=SOMEBODY)
    def somebody_takes_an_appeal_back(self, who: int) -> None:
        for appeal in Appeal.objects.filter(decision__participant=self.people[who], answered_at=None):
            self._try(withdraw_appeal, participant=self.people[who], appeal_id=appeal.pk)

    def _try(self, act: Callable[..., object], **given: Any) -> None:
        self.now += A_MOMENT
        try:
            with transaction.atomic():
                act(**given, now=self.now)
        except REFUSED:
            pass

    def _mine(self) -> QuerySet[ReviewDecision]:
        return ReviewDecision.objects.filter(participant__in=self.people)

    def _clock(self, about: str, *kinds: ClockKind) -> Clock | None:
        return Clock.objects.filter(about=about, kind__in=kinds, stopped_at=None).first()

    @invariant()
    def each_request_runs_or_is_answered(self) -> None:
        """Open with a clock, decided by a signature, taken back, or sent back by an appeal: nothing in between."""
        if not hasattr(self, "people"):
            return
        for review in Review.objects.filter(participant__in=self.people):
            clock = self._clock(review.about, ClockKind.ANSWER)
            if review.is_open:
                assert clock is not None
                evidence = self._clock(review.about, ClockKind.EVIDENCE)
                assert (evidence is not None) == bool(review.more_asked)
                assert not clock.paused_at or review.more_asked
            else:
                assert clock is None
                held = review.decisions.filter(effective_at__isnull=False)
                assert review.withdrawn_at or held.count() == 1

    @invariant()
    def what_is_late_has_alarmed(self) -> None:
        if hasattr(self, "people"):
            sweep_clocks(now=self.now)
            late = Clock.objects.filter(participant__in=self.people, kind__in=OWED, stopped_at=None, paused_at=None)
            assert not late.filter(ends_at__lte=self.now, alarmed_at=None).exists()

    @invariant()
    def every_decision_has_its_person_reason_notice_and_appeal(self) -> None:
        for decision in self._mine() if hasattr(self, "people") else []:
            assert decision.decided_by_id and decision.decided_by_id != decision.made_by_id
            assert decision.weighed or decision.words
            if decision.effective_at is None:
                assert decision.outcome == Outcome.STEP_UP
                continue
            assert decision.told_at
            assert not decision.refuses or (
                decision.appeal_until and decision.appeal_until > decision.effective_at + timedelta(days=29)
            )
            assert decision.outcome != Outcome.STEP_UP or decision.second_by_id not in (None, decision.decided_by_id)

    @invariant()
    def nobody_looks_at_what_they_had_a_part_in(self) -> None:
        if hasattr(self, "people"):
            for vote in AppealVote.objects.filter(appeal__decision__in=self._mine()).select_related("appeal__decision"):
                decision = vote.appeal.decision
                part = (decision.decided_by_id, decision.second_by_id, decision.made_by_id)
                assert vote.appeal.stage == AppealStage.OUTSIDE or vote.by_id not in part

    @invariant()
    def an_open_appeal_has_its_clock_and_what_it_stays_does_not_count(self) -> None:
        if not hasattr(self, "people"):
            return
        for appeal in Appeal.objects.filter(decision__in=self._mine()).select_related("decision"):
            clock = self._clock(appeal.about, ClockKind.APPEAL_ANSWER, ClockKind.PANEL_ANSWER)
            assert (clock is not None) == appeal.is_open
            assert appeal.is_open or appeal.withdrawn_at or appeal.votes.filter(answer=appeal.answer).exists()

    @invariant()
    def each_level_has_its_ground(self) -> None:
        """Whatever changed a level was a signed decision: no machine did."""
        for person in self.people if hasattr(self, "people") else []:
            (order,) = Order.objects.filter(participant=person, ended_at=None)
            assert order.ground == "agency-list" or (order.decided_by_id and order.ground_note)
