"""Reviews, decisions and appeals."""

from datetime import date, datetime, timedelta

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from adsum.ledger.rules import Actor, ActorKind, FilePart
from adsum.offices.models import FieldOffice
from adsum.orders.models import Order
from adsum.orders.queries import orders_to_look_at
from adsum.people.queries import participants
from adsum.reviews.models import Appeal, AppealVote, Review, ReviewAsk, ReviewDecision, Snooze
from adsum.reviews.rules import Answer, AppealStage, CriterionKey, Decided, Met, Outcome
from adsum.reviews.rules.consistency import Weighing
from adsum.reviews.rules.regions import region_of

_CAME = ("asked_at", "way", "representative__name", "document_id")
_ASKS = Prefetch("asks", ReviewAsk.objects.select_related("noted_by", "representative", "document").order_by("pk"))
_VOTES = Prefetch("votes", AppealVote.objects.select_related("by").order_by("pk"))
_APPEALS = Prefetch("appeals", Appeal.objects.select_related("representative").prefetch_related(_VOTES).order_by("pk"))


def reviews_open(*, seen_by: Actor) -> QuerySet[Review]:
    """What waits for a decision, the oldest first; not what waits for a second signature."""
    signed = ReviewDecision.objects.filter(review=OuterRef("pk"), second_agrees=None)
    waiting = Review.objects.filter(~Exists(signed), closed_at=None, participant__in=participants(seen_by=seen_by))
    return waiting.select_related("participant__office", "participant__officer").order_by("began_at", "pk")


def find_review(*, review_id: int, seen_by: Actor) -> Review | None:
    """One review with all that was asked; None where this person may not see it."""
    found = Review.objects.filter(pk=review_id, participant__in=participants(seen_by=seen_by))
    return found.select_related("participant__office", "not_by").prefetch_related(_ASKS).first()


def claim_review(*, review_id: int, seen_by: Actor) -> Review | None:
    """One open review, locked; None where it is closed or this person may not see it."""
    found = Review.objects.select_for_update(of=("self",)).select_related("participant__office")
    return found.filter(pk=review_id, closed_at=None, participant__in=participants(seen_by=seen_by)).first()


def reviews_of(*, participant_id: int, seen_by: Actor) -> QuerySet[Review]:
    """One person's reviews, newest first, with what was decided as far as they may see it."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    decisions = Prefetch("decisions", _shown(seen_by).prefetch_related(_APPEALS).order_by("pk"))
    found = Review.objects.filter(participant__in=visible).prefetch_related(_ASKS, decisions)
    return found.order_by("-began_at", "-pk")


def open_review(*, participant_id: int, seen_by: Actor) -> Review | None:
    """The review of this person that runs now."""
    return reviews_of(participant_id=participant_id, seen_by=seen_by).filter(closed_at=None).first()


def find_decision(*, decision_id: int, seen_by: Actor) -> ReviewDecision | None:
    """One decision with its appeals; participants see it once it holds."""
    found = _shown(seen_by).filter(pk=decision_id, participant__in=participants(seen_by=seen_by))
    return found.select_related("participant__office", "review").prefetch_related(_APPEALS).first()


def decisions_of(*, participant_id: int, seen_by: Actor) -> QuerySet[ReviewDecision]:
    """What was decided about one person's level, newest first."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    return _shown(seen_by).filter(participant__in=visible).prefetch_related(_APPEALS).order_by("-signed_at", "-pk")


def _shown(seen_by: Actor) -> QuerySet[ReviewDecision]:
    found = ReviewDecision.objects.select_related("decided_by", "second_by", "made_by", "review")
    return found.filter(effective_at__isnull=False) if seen_by.kind == ActorKind.PARTICIPANT else found


def decisions_to_sign(*, seen_by: Actor) -> QuerySet[ReviewDecision]:
    """Steps up that wait for a second person, oldest first: of people who are here, without those that this one had a
    part in."""
    waiting = ReviewDecision.objects.filter(
        effective_at=None,
        second_agrees=None,
        participant__left_at=None,
        participant__in=participants(seen_by=seen_by),
    )
    mine = Q(decided_by=seen_by.id) | Q(made_by=seen_by.id)
    return waiting.exclude(mine).select_related("participant", "decided_by", "review").order_by("signed_at", "pk")


def appeals_open(*, seen_by: Actor) -> QuerySet[Appeal]:
    """Appeals that wait, oldest first; for staff those that they may answer and have not."""
    waiting = Appeal.objects.filter(
        answered_at=None, withdrawn_at=None, decision__participant__in=participants(seen_by=seen_by)
    )
    if seen_by.kind == ActorKind.STAFF:
        voted = AppealVote.objects.filter(appeal=OuterRef("pk"), by=seen_by.id)
        free = Q(stage=AppealStage.OUTSIDE) | ~Q(touched__contains=[seen_by.id])
        waiting = waiting.filter(free, ~Exists(voted))
    return waiting.select_related("decision__participant", "decision__decided_by").order_by("asked_at", "pk")


def find_appeal(*, appeal_id: int, seen_by: Actor) -> Appeal | None:
    """One appeal, with what was said of it."""
    found = Appeal.objects.filter(pk=appeal_id, decision__participant__in=participants(seen_by=seen_by))
    found = found.select_related(
        "decision__participant__office", "decision__review", "decision__decided_by", "representative", "noted_by"
    )
    return found.prefetch_related(_VOTES).first()


def put_off(*, on: date, seen_by: Actor) -> QuerySet[Snooze]:
    """Whom the office does not look at on its own on that day, who said so and why; who comes back first, first."""
    running = Snooze.objects.filter(until__gt=on, participant__in=participants(seen_by=seen_by))
    return running.select_related("participant", "said_by").order_by("until", "pk")


def in_hand(*, on: date, seen_by: Actor) -> set[int]:
    """Of whom the finder need not speak: a review is open, looking was put off, or they were kept until a later day."""
    visible = participants(seen_by=seen_by)
    kept = ReviewDecision.objects.filter(
        outcome=Outcome.KEEP,
        effective_at__gte=OuterRef("started_at"),
        reversed_at=None,
        participant=OuterRef("participant"),
    )
    later = Order.objects.filter(Exists(kept), ended_at=None, review_on__gt=on, participant__in=visible)
    reviews = Review.objects.filter(closed_at=None, participant__in=visible)
    every = (put_off(on=on, seen_by=seen_by).order_by(), later, reviews)
    return {who for some in every for who in some.values_list("participant_id", flat=True)}


def day_has_come(*, office: FieldOffice | None, on: date, now: datetime, seen_by: Actor) -> QuerySet[Order]:
    """Whose level a person was to look at again by this day, and nobody has it in hand; the longest waiting first."""
    if office is None:
        return Order.objects.none()
    come = orders_to_look_at(office=office, on=on, now=now, seen_by=seen_by)
    return come.exclude(participant__in=in_hand(on=on, seen_by=seen_by)).exclude(participant__left_at__isnull=False)


def decisions_weighed(*, since: datetime, seen_by: Actor) -> list[Weighing]:
    """Each decision that holds since then: whose, of what kind, how long it took, and what became of an appeal."""
    held = ReviewDecision.objects.filter(effective_at__gte=since, participant__in=participants(seen_by=seen_by))
    appeals = Appeal.objects.filter(decision=OuterRef("pk"), withdrawn_at=None)
    rows = held.order_by("pk").values_list(
        "participant__office__name",
        "decided_by__name",
        "level_before",
        "participant__language",
        "participant__country",
        "outcome",
        F("effective_at") - F("review__began_at"),
        Exists(appeals),
        Exists(appeals.exclude(answer="")),
        Exists(appeals.filter(answer__in=[Answer.REVERSED, Answer.REMANDED])),
    )
    return [Weighing._make((*row[:5], region_of(row[4]), row[5], row[6] / timedelta(days=1), *row[7:])) for row in rows]


def like_decided(*, level: str, since: datetime, but: int, seen_by: Actor, most: int) -> list[Decided]:
    """The newest cases that were decided at this level, of every office and without names; none of the person `but`.

    A case is what its criteria said then, and what was decided. Only staff who decide ask for them.
    """
    if seen_by.kind != ActorKind.STAFF:
        return []
    held = ReviewDecision.objects.filter(effective_at__isnull=False, signed_at__gte=since, level_before=level)
    held = held.exclude(participant=but).filter(reversed_at=None).order_by("-signed_at")
    return [
        Decided(
            case_id,
            level,
            {CriterionKey(key): Met(one.get("met", Met.NO_DATA)) for key, one in weighed.items()},
            outcome,
            at.date(),
        )
        for case_id, weighed, outcome, at in held.values_list("pk", "weighed", "outcome", "signed_at")[:most]
    ]


def everything_about(*, participant_id: int, seen_by: Actor) -> FilePart:
    """This domain's part of a person's file."""
    reviews = reviews_of(participant_id=participant_id, seen_by=seen_by)
    decisions = decisions_of(participant_id=participant_id, seen_by=seen_by)
    said = ("outcome", "level_before", "level_after", "weighed", "facts", "words", "evidence", "letter")
    appeals = Appeal.objects.filter(decision__in=decisions)
    votes = AppealVote.objects.filter(appeal__in=appeals.exclude(answer=""))
    return {
        "reviews": list(reviews.values("wish", "level", "began_at", "closed_at", "withdrawn_at", "more_asked")),
        "review_requests": list(
            ReviewAsk.objects.filter(review__in=reviews).values(*_CAME, "wish", "because", "words")
        ),
        "review_decisions": list(decisions.values(*said, "decided_by__name", "signed_at", "appeal_until")),
        "appeals": list(appeals.values(*_CAME, "stage", "words", "answer", "answered_at", "withdrawn_at")),
        "appeal_answers": list(votes.values("answer", "reason", "at", "by__name")),
        "put_off": list(
            Snooze.objects.filter(participant__in=participants(seen_by=seen_by).filter(pk=participant_id)).values(
                "until", "reason", "said_at"
            )
        ),
    }
