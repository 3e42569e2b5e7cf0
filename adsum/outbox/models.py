"""Facts owed to other systems, who they are owed to, and what became of each on its way there."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from adsum.core.copying import CopyManager
from adsum.outbox.rules import Way

WAITING = Q(delivered_at__isnull=True, parked_at__isnull=True, given_up_at__isnull=True)


class WritingTransaction(models.Func):
    """The number of the transaction that writes the row: once it is past, nothing more can come before it."""

    template = "pg_current_xact_id()::text::bigint"
    output_field = models.BigIntegerField()


class OutboxEvent(models.Model):
    """One fact owed to other systems. It is written once and never changes; what became of it is a delivery's."""

    kind = models.CharField(max_length=60)
    participant_id = models.BigIntegerField()
    body = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    transaction_number = models.BigIntegerField(db_default=WritingTransaction())

    objects = CopyManager()

    class Meta:
        indexes = [models.Index(fields=["transaction_number"], name="outbox_in_order")]


class Subscriber(models.Model):
    """Another system that is told facts: of which kinds and offices (none named: all), and what beside the ids.

    `since`: facts from before are not for it. `looked_below`: what transactions below this one wrote has been looked
    through for it, last at `looked_at`. `numbered`: the last number it was given; its numbers have no gap.
    `next_try_at`: not before then, after a silence; of one that gets files, when the next is due. `layout` and `hour`
    (UTC) are those of its files. `rotated_at`: since when its messages are signed with a new secret, for a while
    beside the one before.
    """

    code = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=120)
    way = models.CharField(max_length=10, choices=[(way, way) for way in Way])
    address = models.CharField(max_length=400)
    layout = models.CharField(max_length=10, blank=True)
    hour = models.PositiveSmallIntegerField(null=True)
    kinds = ArrayField(models.CharField(max_length=60), default=list)
    offices = ArrayField(models.CharField(max_length=20), default=list)
    fields = ArrayField(models.CharField(max_length=40), default=list)
    why = models.TextField(blank=True)
    since = models.DateTimeField(null=True)
    looked_below = models.BigIntegerField(db_default=0)
    looked_at = models.DateTimeField(null=True)
    numbered = models.BigIntegerField(db_default=0)
    added_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    rotated_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)
    silent_since = models.DateTimeField(null=True)
    next_try_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[a-z0-9][a-z0-9-]*$"), name="a_subscriber_has_a_plain_code"
            ),
            models.CheckConstraint(condition=Q(fields=[]) | ~Q(why=""), name="who_is_told_more_than_ids_has_a_reason"),
        ]

    def __str__(self) -> str:
        return self.title


class OutboxDelivery(models.Model):
    """One fact on its way to one subscriber, under that subscriber's own number."""

    subscriber = models.ForeignKey(Subscriber, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.BigIntegerField()
    event = models.ForeignKey(OutboxEvent, on_delete=models.PROTECT, related_name="+", db_index=False)
    participant_id = models.BigIntegerField()
    delivered_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(db_default=0)
    next_try_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True, db_default="")
    parked_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["subscriber", "number"], name="deliveries_waiting", condition=WAITING),
            models.Index(
                fields=["subscriber", "participant_id"],
                name="deliveries_refused",
                condition=WAITING & Q(next_try_at__isnull=False),
            ),
            models.Index(
                fields=["subscriber", "number"], name="deliveries_parked", condition=Q(parked_at__isnull=False)
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "number"], name="a_number_is_given_once"),
            models.UniqueConstraint(fields=["event", "subscriber"], name="a_fact_is_numbered_once_for_each"),
            models.CheckConstraint(
                condition=Q(delivered_at__isnull=True) | Q(parked_at__isnull=True, given_up_at__isnull=True),
                name="a_fact_is_delivered_or_put_aside",
            ),
            models.CheckConstraint(
                condition=Q(parked_at__isnull=True) | Q(given_up_at__isnull=True),
                name="a_fact_is_parked_or_given_up",
            ),
        ]


class RefusedMessages(models.Model):
    """So many messages of other systems were refused at a door on a day (UTC), for one reason."""

    door = models.CharField(max_length=20)
    why = models.CharField(max_length=12)
    on_day = models.DateField()
    count = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["door", "why", "on_day"], name="refused_messages_of_a_day_in_one_row")
        ]
