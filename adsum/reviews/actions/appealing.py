"""Appeals: a supervisor, a panel, an outside body; people who had no part in it. A reversal is done the same minute."""

from datetime import datetime

from django.db import transaction

from adsum.core.text import clean_text
from adsum.documents.models import Document
from adsum.law.actions import start_clock, stop_clock
from adsum.law.queries import open_clock
from adsum.law.rules import ClockKind
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES, Actor
from adsum.notices.actions import queue_notice
from adsum.notices.rules import NoticeKind
from adsum.offices.models import Staff
from adsum.offices.rules import Role
from adsum.orders.queries import order_in_force
from adsum.orders.rules import Level
from adsum.outbox.actions import emit_events
from adsum.outbox.rules import Event
from adsum.people.models import Participant, Representative
from adsum.people.queries import participants
from adsum.policies.queries import in_force
from adsum.reviews.actions.asking import LONGEST_WORDS
from adsum.reviews.actions.deciding import set_level
from adsum.reviews.models import Appeal, AppealVote, Review, ReviewAsk, ReviewDecision
from adsum.reviews.policy import ReviewsPolicy
from adsum.reviews.rules import Answer, AppealStage, Outcome, Way, Wish, is_higher, lowered_to, next_stage, outcome_of

CLOCKS = {
    AppealStage.SUPERVISOR: ClockKind.APPEAL_ANSWER,
    AppealStage.PANEL: ClockKind.PANEL_ANSWER,
    AppealStage.OUTSIDE: ClockKind.PANEL_ANSWER,
}


class AppealRefused(Exception):
    """It cannot be appealed, or answered, so; its only argument says why: absent, over, done, or words for staff."""


def appeal_decision(
    *,
    participant: Participant,
    decision_id: int,
    way: Way,
    now: datetime,
    words: str = "",
    document: Document | None = None,
    wants_hearing: bool = False,
    noted_by: Staff | None = None,
    representative: Representative | None = None,
) -> Appeal:
    """They do not agree: the next stage looks at it, and its clock runs. No words are needed. Raises AppealRefused.

    A representative appeals in their name: the line is theirs, and says by which way and by whom it came.
    """
    actor = noted_by.as_actor() if noted_by else participant.as_actor()
    with transaction.atomic():
        decision = ReviewDecision.objects.select_for_update().filter(pk=decision_id, participant=participant).first()
        if decision is None or not decision.refuses or decision.effective_at is None:
            raise AppealRefused("absent")
        last = decision.appeals.order_by("pk").last()
        stage = next_stage(AppealStage(last.stage) if last else None)
        if stage is None or decision.reversed_at or (last and last.answer != Answer.STANDS):
            raise AppealRefused("done")
        before = last.about if last else decision.about
        clock = open_clock(about=before, kind=ClockKind.APPEAL, seen_by=RULES)
        if clock is None or now >= clock.ends_at:
            raise AppealRefused("over")
        policy = in_force(ReviewsPolicy, now=now, office_id=participant.office_id, level=decision.level_after)
        found = Appeal.objects.create(
            decision=decision,
            stage=stage,
            asked_at=now,
            way=way,
            words=clean_text(words, longest=LONGEST_WORDS),
            document=document,
            noted_by=noted_by,
            representative=representative,
            wants_hearing=wants_hearing,
            touched=_touched(decision),
            stays=decision.outcome == Outcome.STEP_UP and policy.appeal_stays_a_step_up,
        )
        stop_clock(about=before, kind=ClockKind.APPEAL, why="appealed", now=now)
        who = participant.pk
        runs = start_clock(kind=CLOCKS[stage], participant_id=who, about=found.about, counted_from=now, now=now)
        by = {"representative": representative.pk} if representative else {}
        _record("decision.appealed", found, actor, now, stage=stage, way=way, **by)
        if found.stays and _level_of(participant) == decision.level_after:
            set_level(decision=decision, level=Level(decision.level_before), actor=actor, now=now, why="Appeal of")
        emit_events(events=[Event("review.appealed", who, {"decision": decision.pk, "stage": stage})], now=now)
        facts = {"appeal": found, "last_day": runs.last_day, "stays": found.stays}
        _tell(NoticeKind.APPEAL_TAKEN, found, now, **facts)
    return found


def _touched(decision: ReviewDecision) -> list[int]:
    """Everybody who had a part in it: who made the order, decided, signed, or voted before."""
    voted = AppealVote.objects.filter(appeal__decision=decision).values_list("by_id", flat=True)
    part = {decision.made_by_id, decision.decided_by_id, decision.second_by_id, *voted}
    return sorted(one for one in part if one is not None)


def withdraw_appeal(*, participant: Participant, appeal_id: int, now: datetime) -> Appeal:
    """They go on with it no more: the decision stands as it is. Raises AppealRefused."""
    with transaction.atomic():
        mine = Appeal.objects.select_for_update(of=("self",)).filter(pk=appeal_id, decision__participant=participant)
        found = mine.select_related("decision__participant").first()
        if found is None or not found.is_open:
            raise AppealRefused("absent")
        found.withdrawn_at = now
        found.save(update_fields=["withdrawn_at"])
        stop_clock(about=found.about, kind=CLOCKS[AppealStage(found.stage)], why="withdrawn", now=now)
        _end_stay(found, participant.as_actor(), now)
        _record("appeal.withdrawn", found, participant.as_actor(), now)
    return found


def cast_vote(*, appeal_id: int, staff: Staff, answer: Answer, reason: str, now: datetime) -> Appeal:
    """What somebody without a part in it says, and why; with enough equal votes the appeal is answered. AppealRefused.

    For the outside body, a supervisor notes what it has answered.
    """
    words = clean_text(reason, longest=LONGEST_WORDS)
    with transaction.atomic():
        visible = participants(seen_by=staff.as_actor())
        mine = Appeal.objects.select_for_update(of=("self",)).filter(pk=appeal_id, decision__participant__in=visible)
        found = mine.select_related("decision__participant__office", "decision__review").first()
        if found is None or not found.is_open or staff.role != Role.SUPERVISOR:
            raise AppealRefused("This appeal is answered already, or is not before you.")
        if found.stage != AppealStage.OUTSIDE and staff.pk in found.touched:
            raise AppealRefused("Another person answers: you have had a part in it.")
        if found.votes.filter(by=staff).exists():
            raise AppealRefused("You have said what you say of it.")
        if not words:
            raise AppealRefused("Write a reason: the participant and their lawyer read it.")
        AppealVote.objects.create(appeal=found, by=staff, answer=answer, reason=words, at=now)
        _record("appeal.voted", found, staff.as_actor(), now)
        votes = [Answer(one) for one in found.votes.order_by("pk").values_list("answer", flat=True)]
        if said := outcome_of(AppealStage(found.stage), votes):
            _answer(found, said, staff.as_actor(), now)
    return found


def _answer(found: Appeal, said: Answer, actor: Actor, now: datetime) -> None:
    found.answer, found.answered_at, found.told_at = said, now, now
    found.save(update_fields=["answer", "answered_at", "told_at"])
    stop_clock(about=found.about, kind=CLOCKS[AppealStage(found.stage)], why=f"answered: {said}", now=now)
    last_day = _go_on(found, now) if said is Answer.STANDS else None
    if said is Answer.STANDS:
        _end_stay(found, actor, now)
    else:
        _undo(found.decision, said, actor, now)
    _record("appeal.answered", found, actor, now, answer=said)
    words = [one.reason for one in found.votes.order_by("pk") if one.answer == said]
    _tell(NoticeKind.APPEAL_ANSWERED, found, now, appeal=found, words="\n\n".join(words), last_day=last_day)


def _go_on(found: Appeal, now: datetime) -> object:
    """The next stage stays open to them for as long as the law says; its last day."""
    if next_stage(AppealStage(found.stage)) is None:
        return None
    who = found.decision.participant_id
    clock = start_clock(kind=ClockKind.APPEAL, participant_id=who, about=found.about, counted_from=now, now=now)
    found.next_until = clock.ends_at
    found.save(update_fields=["next_until"])
    return clock.last_day


def _end_stay(found: Appeal, actor: Actor, now: datetime) -> None:
    """What an appeal had held up counts again, unless the person has left, or was decided about anew meanwhile."""
    decision = found.decision
    person = decision.participant
    later = ReviewDecision.objects.filter(participant=person, effective_at__gt=found.asked_at)
    if person.left_at is not None or later.exclude(pk=decision.pk).exists():
        return
    if found.stays and _level_of(person) == decision.level_before:
        set_level(decision=decision, level=Level(decision.level_after), actor=actor, now=now)


def _undo(decision: ReviewDecision, said: Answer, actor: Actor, now: datetime) -> None:
    """The same minute: a step up is taken back, a refusal becomes what was asked; or an officer decides anew."""
    decision.reversed_at = now
    decision.save(update_fields=["reversed_at"])
    before = Level(decision.level_before)
    stepped_up = decision.outcome == Outcome.STEP_UP
    if stepped_up:
        _lower(decision, before, actor, now)
    if said is Answer.REMANDED:
        _begin_anew(decision, now)
    elif not stepped_up:
        _lower(decision, lowered_to(Wish(decision.review.wish), before), actor, now)


def _lower(decision: ReviewDecision, wanted: Level, actor: Actor, now: datetime) -> None:
    """To this level, and never up: a later decision may have gone further down in the meantime."""
    if is_higher(Level(_level_of(decision.participant)), wanted):
        set_level(decision=decision, level=wanted, actor=actor, now=now, why="Appeal of")


def _begin_anew(decision: ReviewDecision, now: datetime) -> None:
    """A new review of the same request, which another officer decides."""
    old = decision.review
    if Review.objects.filter(participant=old.participant, closed_at=None).exists():
        return
    anew = Review.objects.create(
        participant=old.participant,
        wish=old.wish,
        level=decision.level_before,
        began_at=now,
        not_by=decision.decided_by,
        policy=old.policy,
    )
    for asked in old.asks.order_by("pk"):
        ReviewAsk.objects.create(
            review=anew,
            asked_at=asked.asked_at,
            wish=asked.wish,
            way=asked.way,
            because=asked.because,
            words=asked.words,
            document=asked.document,
            noted_by=asked.noted_by,
            representative=asked.representative,
        )
    who = old.participant_id
    start_clock(kind=ClockKind.ANSWER, participant_id=who, about=anew.about, counted_from=now, now=now)
    record(verb="review.asked", actor=RULES, now=now, subject=anew, participant_id=who, policy=anew.policy)


def _level_of(participant: Participant) -> str:
    order = order_in_force(participant_id=participant.pk, seen_by=RULES)
    return order.level if order else Level.NONE


def _tell(kind: NoticeKind, found: Appeal, now: datetime, **facts: object) -> None:
    decision = found.decision
    queue_notice(
        kind=kind, participant=decision.participant, now=now, about=found.about, policy=decision.policy, **facts
    )


def _record(verb: str, found: Appeal, actor: Actor, now: datetime, **facts: str | int) -> None:
    decision = found.decision
    who = decision.participant_id
    record(verb=verb, actor=actor, now=now, subject=found, participant_id=who, policy=decision.policy, **facts)
