"""The ledger's one table. The database itself refuses to change or delete a line."""

import pgtrigger
from django.db import models

from adsum.ledger.rules import ActorKind


class LedgerLine(models.Model):
    """One fact, for ever. Ids are plain numbers so that a line outlives what it speaks of."""

    at = models.DateTimeField()
    verb = models.CharField(max_length=60)
    actor_kind = models.CharField(max_length=12, choices=[(kind, kind) for kind in ActorKind])
    actor_id = models.BigIntegerField(null=True)
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_id = models.BigIntegerField(null=True)
    participant_id = models.BigIntegerField(null=True)
    policy = models.CharField(max_length=80, blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["participant_id", "-id"], name="ledger_of_participant")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    actor_kind__in=[
                        ActorKind.RULES,
                        ActorKind.OPERATOR,
                        ActorKind.STRANGER,
                    ]
                )
                | models.Q(actor_id__isnull=False),
                name="ledger_names_its_person",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="no_truncate",
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                level=pgtrigger.Statement,
                func="RAISE EXCEPTION 'the ledger is append-only: it cannot be truncated';",
            ),
        ]
