"""What is still owed."""

from adsum.ledger.rules import Actor, ActorKind
from adsum.outbox.models import OutboxEvent


def count_waiting(*, seen_by: Actor) -> int:
    """How many facts wait for delivery; only the operator and the rules may ask."""
    if seen_by.kind not in (ActorKind.OPERATOR, ActorKind.RULES):
        return 0
    return OutboxEvent.objects.filter(delivered_at__isnull=True).count()
