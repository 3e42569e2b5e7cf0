"""How people came in."""

from datetime import datetime

from django.db.models import QuerySet

from adsum.enrolment.models import ActivationTry, Enrolment, Invitation, Wave
from adsum.ledger.rules import Actor, ActorKind, FilePart
from adsum.people.models import Participant
from adsum.people.queries import participants


def count_tries(*, code_hash: str, network_hash: str, since: datetime, seen_by: Actor) -> tuple[int, int]:
    """Failed tries since then with this code and from this network; only the rules may ask."""
    if seen_by.kind != ActorKind.RULES:
        return 0, 0
    recent = ActivationTry.objects.filter(at__gte=since)
    return recent.filter(code_hash=code_hash).count(), recent.filter(network_hash=network_hash).count()


def find_wave(*, name: str, seen_by: Actor) -> Wave | None:
    """The latest wave of this name among those whose people this person may see."""
    waves = Wave.objects.filter(name=name).order_by("-started_at")
    if seen_by.kind != ActorKind.OPERATOR:
        return waves.filter(office_id=seen_by.office_id).first()
    return waves.first()


def not_yet_in(*, wave: Wave, seen_by: Actor) -> QuerySet[Participant]:
    """The people of a wave who have never signed in, in the order of the list."""
    rows = Enrolment.objects.filter(wave=wave)
    waiting = participants(seen_by=seen_by).filter(activated_at__isnull=True, pk__in=rows.values("participant"))
    return waiting.order_by("pk")


def enrolment_of(*, participant_id: int, seen_by: Actor) -> Enrolment | None:
    """The wave and row by which this person came in."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    return Enrolment.objects.filter(participant__in=visible).select_related("wave").first()


def everything_about(*, participant_id: int, seen_by: Actor) -> FilePart:
    """This domain's part of a person's file."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    enrolments = Enrolment.objects.filter(participant__in=visible)
    invitations = Invitation.objects.filter(participant__in=visible).order_by("-issued_at")
    return {
        "enrolment": list(enrolments.values("wave__name", "row_number", "faults")),
        "invitations": list(invitations.values("issued_at", "expires_at", "used_at")),
    }
