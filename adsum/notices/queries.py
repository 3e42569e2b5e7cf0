"""What participants were told."""

from django.db.models import QuerySet

from adsum.ledger.rules import Actor, FilePart
from adsum.notices.models import Notice
from adsum.people.queries import participants


def notices_of(*, participant_id: int, seen_by: Actor) -> QuerySet[Notice]:
    """One person's notices, newest first."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    return Notice.objects.filter(participant__in=visible).order_by("-queued_at", "-pk")


def everything_about(*, participant_id: int, seen_by: Actor) -> FilePart:
    """This domain's part of a person's file."""
    found = notices_of(participant_id=participant_id, seen_by=seen_by)
    return {"notices": list(found.values("kind", "language", "title", "body", "queued_at"))}
