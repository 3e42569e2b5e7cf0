"""The outbox's one table."""

from django.db import models

from adsum.core.copying import CopyManager


class OutboxEvent(models.Model):
    """One fact owed to other systems. The primary key is the sequence; consumers see it and the id of the subject."""

    kind = models.CharField(max_length=60)
    participant_id = models.BigIntegerField()
    body = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)

    objects = CopyManager()

    class Meta:
        indexes = [
            models.Index(
                fields=["participant_id", "id"],
                name="outbox_waiting",
                condition=models.Q(delivered_at__isnull=True),
            ),
        ]
