"""Starting orders."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from adsum.ledger.actions import record_lines
from adsum.ledger.rules import Actor, Line
from adsum.orders.models import Order
from adsum.orders.rules import Ground, Level
from adsum.people.models import Participant


def start_orders(
    *,
    levels: Sequence[tuple[Participant, Level]],
    ground: Ground,
    note: str,
    actor: Actor,
    now: datetime,
) -> list[Order]:
    """Take over the orders that an agency's list names, all on the same ground; `note` says which list."""
    with transaction.atomic():
        orders = Order.objects.bulk_create(
            (
                Order(participant=person, level=level, ground=ground, ground_note=note, started_at=now)
                for person, level in levels
            ),
            batch_size=2_000,
        )
        record_lines(
            lines=(
                Line(
                    "order.started",
                    actor,
                    "order",
                    o.pk,
                    o.participant_id,
                    facts={"level": o.level},
                )
                for o in orders
            ),
            now=now,
        )
    return orders
