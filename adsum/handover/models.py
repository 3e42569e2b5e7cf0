"""Bundles that were made, people who were taken over, and what the old site's ledger says of them."""

import pgtrigger
from django.db import models
from django.db.models import Q

from adsum.offices.models import Staff
from adsum.people.models import Participant

_STANDS = [pgtrigger.Protect(name="kept_as_told", operation=pgtrigger.Update)]


class Handing(models.Model):
    """That somebody had everything about a person made into a bundle, and why. `made_by` None: the operator."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    reason = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["participant", "-made_at"], name="handings_of_participant")]
        constraints = [models.CheckConstraint(condition=Q(reason__regex=r"\S"), name="a_bundle_has_a_reason")]
        triggers = [pgtrigger.Protect(name="handings_stand", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"Bundle of {self.made_at:%Y-%m-%d}"


class TakeOver(models.Model):
    """That a person came from another site, by which bundle. `statement` is what that site signed, with its key.

    It names each file of the bundle with its SHA-256; `checkpoints` are the signed statements about its ledger in
    which the chapter's lines are proven.
    """

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    bundle = models.CharField(max_length=64, unique=True)
    site = models.CharField(max_length=120)
    public_key = models.CharField(max_length=43)
    statement = models.TextField()
    signature = models.CharField(max_length=86)
    checkpoints = models.JSONField(default=list)
    reason = models.TextField()
    made_at = models.DateTimeField()
    taken_at = models.DateTimeField()

    class Meta:
        triggers = _STANDS

    def __str__(self) -> str:
        return f"From {self.site}"


class OldLine(models.Model):
    """One line of the old site's ledger with its proof, byte for byte as the bundle has it. Never written anew."""

    take_over = models.ForeignKey(TakeOver, on_delete=models.CASCADE, related_name="lines", db_index=False)
    position = models.PositiveIntegerField()
    raw = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["take_over", "position"], name="one_old_line_per_place"),
        ]
        triggers = _STANDS


class OldRow(models.Model):
    """A row that has no place in the tables here, such as a device or the stage of a wave: kept as it was told."""

    take_over = models.ForeignKey(TakeOver, on_delete=models.CASCADE, related_name="rows")
    table = models.CharField(max_length=40)
    body = models.JSONField()

    class Meta:
        triggers = _STANDS
