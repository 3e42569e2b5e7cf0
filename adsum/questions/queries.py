"""Which questions are asked."""

from datetime import datetime

from django.db.models import F, Q

from adsum.ledger.rules import Actor, ActorKind
from adsum.questions.models import QuestionTemplate


def template_for(*, office_id: int, level: str, at: datetime, seen_by: Actor) -> QuestionTemplate | None:
    """What is asked at this moment: of the office and level, else of the office, of the level, of everybody.

    What an office asks is no secret; None for a stranger, who is asked nothing.
    """
    if seen_by.kind == ActorKind.STRANGER:
        return None
    fitting = QuestionTemplate.objects.filter(
        Q(office=office_id) | Q(office__isnull=True), Q(level=level) | Q(level=""), valid_from__lte=at
    )
    return fitting.order_by(F("office").asc(nulls_last=True), "-level", "-valid_from", "-version").first()


def find_template(*, template_id: int, office_id: int, seen_by: Actor) -> QuestionTemplate | None:
    """A version that was asked in this office, also one that holds no more: a form may have been open for months."""
    if seen_by.kind == ActorKind.STRANGER:
        return None
    return QuestionTemplate.objects.filter(Q(office=office_id) | Q(office__isnull=True), pk=template_id).first()


def templates(*, seen_by: Actor) -> list[QuestionTemplate]:
    """Every version, newest first; for operators and staff."""
    if seen_by.kind not in (ActorKind.OPERATOR, ActorKind.STAFF):
        return []
    return list(QuestionTemplate.objects.select_related("office").order_by("-published_at", "-pk"))
