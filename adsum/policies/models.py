"""Versions of policies. One may be approved or withdrawn once; nothing else of it ever changes."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from adsum.policies.rules import Scope, Version


class PolicyVersion(models.Model):
    """Some knobs of the policy `kind`, proposed by one person and approved by another."""

    kind = models.CharField(max_length=60)
    office_id = models.BigIntegerField(null=True)
    level = models.CharField(max_length=12, blank=True)
    values = models.JSONField()
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    reason = models.TextField()
    source = models.TextField()
    author_id = models.BigIntegerField()
    proposed_at = models.DateTimeField()
    approver_id = models.BigIntegerField(null=True)
    approved_at = models.DateTimeField(null=True)
    withdrawn_by = models.BigIntegerField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "valid_from"], name="versions_of_policy")]
        constraints = [
            models.CheckConstraint(condition=~Q(reason="") & ~Q(source=""), name="a_policy_has_reason_and_source"),
            models.CheckConstraint(
                condition=Q(approver_id__isnull=True, approved_at__isnull=True)
                | (Q(approver_id__isnull=False, approved_at__isnull=False) & ~Q(approver_id=F("author_id"))),
                name="a_second_person_approves",
            ),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True) | Q(approved_at__lte=F("valid_from")),
                name="no_policy_for_the_past",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="a_policy_lasts"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & Q(withdrawn_at__lt=F("valid_from")))
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False, approved_at__isnull=True),
                name="withdrawn_before_it_began",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="policies_stand",
                fields=[
                    "kind", "office_id", "level", "values", "valid_from", "valid_to", "reason", "source",
                    "author_id", "proposed_at",
                ],
            ),
            pgtrigger.Protect(name="policies_stay", operation=pgtrigger.Delete),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind} version {self.pk}"

    @property
    def scope(self) -> Scope:
        return Scope(self.office_id, self.level)

    @property
    def is_waiting(self) -> bool:
        """Proposed, and neither approved nor withdrawn."""
        return self.approved_at is None and self.withdrawn_at is None

    def as_version(self) -> Version:
        """The version as the rules take it."""
        return Version(self.pk, self.kind, self.scope, self.values, self.valid_from, self.valid_to)
