"""Addresses and location fixes."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from adsum.core.copying import CopyManager
from adsum.core.earth import Spot
from adsum.core.references import checked_in_sets
from adsum.people.models import Participant
from adsum.places.rules import UNLOCATED, GivenAddress, PlaceClass, TimedSpot


class Address(models.Model):
    """Where a participant lives, as given, from one moment until the next. `faults` are grades, not judgements."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    street = models.CharField(max_length=200, blank=True)
    unit = models.CharField(max_length=60, blank=True)
    city = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=60, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    faults = ArrayField(models.CharField(max_length=30), default=list)
    standard = models.CharField(max_length=400, blank=True, default="", db_default="")
    given_by = models.CharField(max_length=12)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    objects = CopyManager()

    class Meta:
        indexes = [models.Index(fields=["street"], name="addresses_by_street", condition=Q(until__isnull=True))]
        constraints = [
            models.UniqueConstraint(
                fields=["participant"],
                condition=Q(until__isnull=True),
                name="one_current_address",
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="address_is_on_earth",
            ),
        ]
        triggers = checked_in_sets(participant="adsum_participant")

    def __str__(self) -> str:
        street = " ".join(part for part in (self.street, self.unit) if part)
        city = " ".join(part for part in (self.state, self.postal_code) if part)
        return ", ".join(part for part in (street, self.city, city) if part)

    @property
    def as_given(self) -> GivenAddress:
        return GivenAddress(self.street, self.unit, self.city, self.state, self.postal_code)

    @property
    def spot(self) -> Spot | None:
        """Where it is on a map, if a file said so."""
        if self.latitude is None or self.longitude is None:
            return None
        return Spot(self.latitude, self.longitude)


class LocationFix(models.Model):
    """Where a device said it was. `accuracy_m` is the radius that holds the truth 95 times in 100.

    The distances are least ones, in the person's favour, as the rules saw them when the fix came; None: not known.
    """

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+", db_index=False)
    place_class = models.CharField(max_length=12, choices=[(kind, kind) for kind in PlaceClass])
    latitude = models.FloatField()
    longitude = models.FloatField()
    accuracy_m = models.FloatField()
    taken_at = models.DateTimeField()
    received_at = models.DateTimeField()
    from_address_km = models.FloatField(null=True)
    from_last_km = models.FloatField(null=True)
    from_last_hours = models.FloatField(null=True)

    objects = CopyManager()

    class Meta:
        indexes = [
            models.Index(fields=["received_at"], name="fixes_to_erase"),
            models.Index(fields=["participant", "-received_at"], name="fixes_of_participant"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude__range=(-90, 90)) & Q(longitude__range=(-180, 180)) & Q(accuracy_m__gte=0),
                name="fix_is_on_earth",
            ),
            models.CheckConstraint(
                condition=~Q(place_class__in=sorted(UNLOCATED)),
                name="fix_has_a_located_class",
            ),
        ]

    @property
    def timed(self) -> TimedSpot:
        return TimedSpot(Spot(self.latitude, self.longitude, self.accuracy_m), self.taken_at, self.received_at)
