"""Orders of monitoring."""

from django.db import models
from django.db.models import Q

from adsum.core.copying import CopyManager
from adsum.orders.rules import GROUNDS, Level
from adsum.people.models import Participant


class Order(models.Model):
    """The level at which a participant is monitored. No order in force lacks a ground."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    level = models.CharField(max_length=12, choices=[(level, level) for level in Level])
    ground = models.CharField(max_length=20, choices=list(GROUNDS.items()))
    ground_note = models.CharField(max_length=200, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = CopyManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participant"],
                condition=Q(ended_at__isnull=True),
                name="one_order_in_force",
            ),
            models.CheckConstraint(condition=Q(ground__regex=r"\S"), name="an_order_has_a_ground"),
        ]
