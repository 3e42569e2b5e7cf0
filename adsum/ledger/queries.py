"""Reading the ledger."""

from django.db.models import QuerySet

from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import Actor, ActorKind, FilePart


def lines_about(*, participant_id: int, seen_by: Actor) -> QuerySet[LedgerLine]:
    """One person's lines, newest first. Staff of one office come by `people.history_of`, which knows whose they are."""
    lines = LedgerLine.objects.filter(participant_id=participant_id).order_by("-id")
    may_see = (
        seen_by.kind in (ActorKind.RULES, ActorKind.OPERATOR)
        or (seen_by.kind == ActorKind.PARTICIPANT and seen_by.id == participant_id)
        or (seen_by.kind == ActorKind.STAFF and seen_by.sees_every_office)
    )
    return lines if may_see else lines.none()


def everything_about(*, participant_id: int, seen_by: Actor) -> FilePart:
    """The ledger's part of a person's file."""
    lines = lines_about(participant_id=participant_id, seen_by=seen_by)
    return {"ledger": list(lines.values("at", "verb", "actor_kind", "subject_kind", "facts"))}
