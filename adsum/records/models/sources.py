"""Sources, what they delivered, and the people whom they are asked to tell us about."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from adsum.people.models import Participant
from adsum.records.policy import RecordsPolicy
from adsum.records.rules import Heard, Kind, Transport, heard_from


class RecordSource(models.Model):
    """An agency's system that tells of arrests, warrants or court events, and what of the country it covers.

    `states`, `kinds` and `covers_since` are what it says it knows: elsewhere and before, nobody has looked.
    `adapter` names its folder under `records/sources`. `failing_since`: since when it does not answer.
    """

    code = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=120)
    agency = models.CharField(max_length=160)
    agency_phone = models.CharField(max_length=60, blank=True)
    transport = models.CharField(max_length=10, choices=[(one, one) for one in Transport])
    adapter = models.CharField(max_length=40)
    settings = models.JSONField(default=dict)
    states = ArrayField(models.CharField(max_length=10), default=list)
    kinds = ArrayField(models.CharField(max_length=20, choices=[(one, one) for one in Kind]), default=list)
    covers_since = models.DateField()
    is_daily = models.BooleanField(db_default=True)
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^[a-z0-9][a-z0-9-]*$"), name="a_source_has_a_plain_code")
        ]

    def __str__(self) -> str:
        return self.title

    def heard(self, *, waiting: int, now: datetime, policy: RecordsPolicy) -> Heard:
        """How it stands at this moment; `waiting`: how many of its records have come and are not matched yet."""
        return heard_from(
            heard_at=self.heard_at,
            failing_since=self.failing_since,
            is_daily=self.is_daily,
            waiting=waiting,
            now=now,
            policy=policy,
        )


class Delivery(models.Model):
    """Records that came together: a file, a push, an answer. `next_row` is where reading goes on after a crash.

    The same content (`digest`) of one source is read once. A delivery that is refused has changed nothing.
    """

    source = models.ForeignKey(RecordSource, on_delete=models.PROTECT, related_name="+", db_index=False)
    label = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    path = models.CharField(max_length=400, blank=True)
    next_row = models.PositiveIntegerField(db_default=0)
    rows = models.PositiveIntegerField(db_default=0)
    fresh = models.PositiveIntegerField(db_default=0)
    changed = models.PositiveIntegerField(db_default=0)
    known = models.PositiveIntegerField(db_default=0)
    withdrawn = models.PositiveIntegerField(db_default=0)
    aside = models.PositiveIntegerField(db_default=0)
    done_at = models.DateTimeField(null=True)
    refused = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["received_at"], name="deliveries_by_day")]
        constraints = [
            models.UniqueConstraint(fields=["source", "digest"], name="one_delivery_is_read_once"),
        ]

    @property
    def is_read(self) -> bool:
        return self.done_at is not None and not self.refused


class SetAside(models.Model):
    """A row that could not be read, as it came, with the reason. It stops nobody else's."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="rows_aside", db_index=False)
    row = models.PositiveIntegerField()
    reason = models.CharField(max_length=300)
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="set_aside_by_day")]
        constraints = [models.UniqueConstraint(fields=["delivery", "row"], name="a_row_is_set_aside_once")]


class Subscription(models.Model):
    """That a source is asked to tell us of new events about one participant (rap back), until a day.

    It is renewed while the case is open, looked at again by a person on `validate_on`, and cancelled when they leave.
    """

    source = models.ForeignKey(RecordSource, on_delete=models.PROTECT, related_name="+", db_index=False)
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    their_number = models.CharField(max_length=60, blank=True)
    asked_at = models.DateTimeField()
    active_at = models.DateTimeField(null=True)
    expires_on = models.DateField()
    validate_on = models.DateField()
    cancel_asked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    why_ended = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["expires_on"], name="subscriptions_in_force", condition=Q(ended_at__isnull=True))
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "participant"],
                condition=Q(ended_at__isnull=True),
                name="one_subscription_per_source_and_person",
            )
        ]
