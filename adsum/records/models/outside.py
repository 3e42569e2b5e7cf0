"""What sources say: the record as it stands, and every version of it before."""

from datetime import date

from django.db import models
from django.db.models import Q

from adsum.core.copying import CopyManager
from adsum.records.models.sources import Delivery, RecordSource
from adsum.records.rules import KINDS, Kind


class OutsideRecord(models.Model):
    """An arrest, a warrant or a court event as its agency tells it. It is about a person; about whom, people judge.

    One row for each number of each source. `screened_at` is empty while it waits to be matched; `crowd` is how many
    more people than can be shown fit as well.
    """

    source = models.ForeignKey(RecordSource, on_delete=models.PROTECT, related_name="+", db_index=False)
    record_id = models.CharField(max_length=120)
    version = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=20, choices=[(one, one) for one in Kind])
    given_names = models.CharField(max_length=200, blank=True)
    surnames = models.CharField(max_length=200, blank=True)
    date_of_birth = models.CharField(max_length=10, blank=True)
    sex = models.CharField(max_length=1, blank=True)
    city = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=60, blank=True)
    case_number = models.CharField(max_length=20, blank=True)
    their_person = models.CharField(max_length=60, blank=True)
    event_on = models.CharField(max_length=10, blank=True)
    what = models.CharField(max_length=300, blank=True)
    where = models.CharField(max_length=200, blank=True)
    urgent = models.BooleanField(default=False)
    identity = models.CharField(max_length=32)
    facts = models.CharField(max_length=32)
    content = models.CharField(max_length=32)
    received_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    screened_at = models.DateTimeField(null=True)
    crowd = models.PositiveIntegerField(db_default=0)
    poison = models.CharField(max_length=300, blank=True)

    objects = CopyManager()

    class Meta:
        indexes = [
            models.Index(
                fields=["id"],
                name="records_to_screen",
                condition=Q(screened_at__isnull=True, withdrawn_at=None, poison=""),
            ),
            models.Index(
                fields=["source", "their_person"], name="records_of_their_person", condition=~Q(their_person="")
            ),
            models.Index(fields=["received_at"], name="records_by_day"),
            models.Index(fields=["id"], name="records_with_a_crowd", condition=Q(crowd__gt=0, withdrawn_at=None)),
        ]
        constraints = [models.UniqueConstraint(fields=["source", "record_id"], name="one_row_per_record_of_a_source")]

    def __str__(self) -> str:
        return f"{KINDS[Kind(self.kind)]} {self.record_id}"

    @property
    def kind_words(self) -> str:
        return KINDS[Kind(self.kind)]

    @property
    def full_name(self) -> str:
        return f"{self.given_names} {self.surnames}".strip()

    @property
    def event_day(self) -> date | None:
        """The day it tells of, where it is a day."""
        try:
            return date.fromisoformat(self.event_on)
        except ValueError:
            return None


class RecordVersion(models.Model):
    """One version of a record, as it came in, in the order in which it came. Never changed."""

    record = models.ForeignKey(OutsideRecord, on_delete=models.CASCADE, related_name="versions", db_index=False)
    delivery = models.ForeignKey(Delivery, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()
    version = models.CharField(max_length=60, blank=True)
    says = models.JSONField()
    held = models.BooleanField()

    class Meta:
        indexes = [models.Index(fields=["record", "id"], name="versions_of_record")]
        constraints = [
            models.CheckConstraint(condition=Q(says__has_key="record_id"), name="a_version_says_of_which_record")
        ]
