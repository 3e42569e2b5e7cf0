"""The ledger, its seals and its checkpoints. The database itself refuses to change or delete any of them."""

import pgtrigger
from django.db import models

from adsum.core.copying import CopyManager
from adsum.ledger.rules import SECURITY_VERBS, ActorKind

APPEND_ONLY = [
    pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
    pgtrigger.Trigger(
        name="no_truncate",
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        level=pgtrigger.Statement,
        func="RAISE EXCEPTION 'the ledger is append-only: it cannot be truncated';",
    ),
]


class _CurrentTransaction(models.Func):
    """The number of the transaction that writes the row: once it is past, nothing more can come under it."""

    template = "pg_current_xact_id()::text::bigint"
    output_field = models.BigIntegerField()


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
    transaction_number = models.BigIntegerField(db_default=_CurrentTransaction())

    objects = CopyManager()

    class Meta:
        indexes = [
            models.Index(fields=["participant_id", "-id"], name="ledger_of_participant"),
            models.Index(fields=["transaction_number"], name="ledger_to_seal"),
            models.Index(fields=["-at", "-id"], name="ledger_of_security", condition=models.Q(verb__in=SECURITY_VERBS)),
        ]
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
        triggers = APPEND_ONLY


class LedgerSeal(models.Model):
    """The place of a line in the sealed order, and the hash of what it said when it was sealed."""

    sequence = models.BigIntegerField(primary_key=True)
    line_id = models.BigIntegerField(unique=True)
    leaf = models.BinaryField(max_length=32)

    objects = CopyManager()

    class Meta:
        triggers = APPEND_ONLY


class LedgerCheckpoint(models.Model):
    """The root of the first `size` seals (RFC 9162), signed. Copies of it lie outside the database."""

    size = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    root = models.BinaryField(max_length=32)
    peaks = models.JSONField()
    sealed_below = models.BigIntegerField()
    signature = models.BinaryField(max_length=64)

    class Meta:
        triggers = APPEND_ONLY
