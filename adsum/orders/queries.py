"""Who is monitored how."""

from adsum.ledger.rules import Actor, FilePart
from adsum.orders.models import Order
from adsum.people.queries import participants


def order_in_force(*, participant_id: int, seen_by: Actor) -> Order | None:
    """The order that holds now."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    return Order.objects.filter(participant__in=visible, ended_at__isnull=True).first()


def everything_about(*, participant_id: int, seen_by: Actor) -> FilePart:
    """This domain's part of a person's file."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    orders = Order.objects.filter(participant__in=visible).order_by("-started_at")
    return {"orders": list(orders.values("level", "ground", "ground_note", "started_at", "ended_at"))}
