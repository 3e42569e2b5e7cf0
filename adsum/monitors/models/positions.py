"""Where devices were, how much was dropped, and where no signal is to be expected."""

from django.db import models
from django.db.models import Q

from adsum.monitors.models.devices import MonitorIssue
from adsum.offices.models import FieldOffice, Staff
from adsum.people.models import Participant


class MonitorPosition(models.Model):
    """Where a device was while somebody wore it under an order of its level. It is erased on its date."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+", db_index=False)
    issue = models.ForeignKey(MonitorIssue, on_delete=models.CASCADE, related_name="positions", db_index=False)
    latitude = models.FloatField()
    longitude = models.FloatField()
    accuracy_m = models.FloatField()
    taken_at = models.DateTimeField()
    erase_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["participant", "-taken_at"], name="positions_of_participant"),
            models.Index(fields=["erase_at"], name="positions_to_erase"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["issue", "taken_at"], name="a_position_is_kept_once"),
            models.CheckConstraint(
                condition=Q(latitude__range=(-90, 90), longitude__range=(-180, 180), accuracy_m__gte=0),
                name="a_position_is_on_earth",
            ),
            models.CheckConstraint(condition=Q(erase_at__gt=models.F("taken_at")), name="a_position_has_an_end"),
        ]


class DroppedCount(models.Model):
    """How much of what devices told was not kept, by day (UTC) and why. Nothing says of whom, or where."""

    on_day = models.DateField()
    why = models.CharField(max_length=16)
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["on_day", "why"], name="dropped_of_a_day_in_one_row")]


class DeadSpot(models.Model):
    """A place, rounded to some hundred metres, where no signal is to be expected, as an officer noted."""

    office = models.ForeignKey(FieldOffice, on_delete=models.CASCADE, related_name="+")
    latitude = models.FloatField()
    longitude = models.FloatField()
    noted_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office", "latitude", "longitude"], name="a_dead_spot_is_noted_once")
        ]
