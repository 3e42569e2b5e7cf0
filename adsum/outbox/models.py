"""The outbox's one table."""

from django.db import models
from django.db.models import Q

from adsum.core.copying import CopyManager

WAITING = Q(delivered_at__isnull=True, parked_at__isnull=True)


class WritingTransaction(models.Func):
    """The number of the transaction that writes the row: once it is past, nothing more can come before it."""

    template = "pg_current_xact_id()::text::bigint"
    output_field = models.BigIntegerField()


class OutboxEvent(models.Model):
    """One fact owed to other systems. The primary key is the sequence; consumers see it and the id of the subject."""

    kind = models.CharField(max_length=60)
    participant_id = models.BigIntegerField()
    body = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    transaction_number = models.BigIntegerField(db_default=WritingTransaction())
    delivered_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(db_default=0)
    next_try_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True, db_default="")
    parked_at = models.DateTimeField(null=True)

    objects = CopyManager()

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="outbox_waiting", condition=WAITING),
            models.Index(
                fields=["next_try_at"], name="outbox_refused", condition=WAITING & Q(next_try_at__isnull=False)
            ),
            models.Index(fields=["parked_at"], name="outbox_parked", condition=Q(parked_at__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(delivered_at__isnull=True) | Q(parked_at__isnull=True),
                name="an_event_is_delivered_or_parked",
            )
        ]
