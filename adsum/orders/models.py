"""Orders of monitoring."""

from django.db import models
from django.db.models import Q

from adsum.core.copying import CopyManager
from adsum.offices.models import Staff
from adsum.orders.policy import MOST_PHOTO_DAYS
from adsum.orders.rules import GROUNDS, Level, PointSource
from adsum.people.models import Participant


class Order(models.Model):
    """The level at which a participant is monitored. No order in force lacks a ground.

    It asks for the place to be shared after check-ins only where a named officer said so, with a reason.
    `photo_every_days` is its own value; none means that the policy's holds, 0 that no photo is asked for.
    """

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    level = models.CharField(max_length=12, choices=[(level, level) for level in Level])
    ground = models.CharField(max_length=20, choices=list(GROUNDS.items()))
    ground_note = models.CharField(max_length=200, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    share_asked_at = models.DateTimeField(null=True)
    share_asked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    share_reason = models.TextField(blank=True, db_default="")
    photo_every_days = models.PositiveSmallIntegerField(null=True)

    objects = CopyManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participant"],
                condition=Q(ended_at__isnull=True),
                name="one_order_in_force",
            ),
            models.CheckConstraint(
                condition=Q(photo_every_days__isnull=True) | Q(photo_every_days__lte=MOST_PHOTO_DAYS),
                name="a_photo_is_asked_for_in_days",
            ),
            models.CheckConstraint(condition=Q(ground__regex=r"\S"), name="an_order_has_a_ground"),
            models.CheckConstraint(
                condition=Q(share_asked_at__isnull=True) | Q(share_asked_by__isnull=False, share_reason__regex=r"\S"),
                name="asking_to_share_has_a_person_and_a_reason",
            ),
        ]


class SharedPoint(models.Model):
    """Where a participant was inside a sharing window. It is erased on its date."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+", db_index=False)
    source = models.CharField(max_length=4, choices=[(source, source) for source in PointSource])
    latitude = models.FloatField()
    longitude = models.FloatField()
    accuracy_m = models.FloatField()
    taken_at = models.DateTimeField()
    received_at = models.DateTimeField()
    window_ends_at = models.DateTimeField()
    erase_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["participant", "-taken_at"], name="points_of_participant"),
            models.Index(fields=["erase_at"], name="points_to_erase"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude__range=(-90, 90), longitude__range=(-180, 180), accuracy_m__gte=0),
                name="point_is_on_earth",
            ),
            models.CheckConstraint(
                condition=Q(taken_at__lt=models.F("window_ends_at"), received_at__lt=models.F("window_ends_at")),
                name="a_point_lies_in_its_window",
            ),
        ]


class SharingStop(models.Model):
    """A participant stopped the window that was open then. It has no consequence by itself."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()


class TrackingApp(models.Model):
    """The name and the password's hash with which a participant's OwnTracks app sends points."""

    participant = models.OneToOneField(Participant, on_delete=models.CASCADE, related_name="+")
    user = models.CharField(max_length=10, unique=True)
    secret_hash = models.CharField(max_length=64)
    made_at = models.DateTimeField()
